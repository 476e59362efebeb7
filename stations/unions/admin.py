"""Unions, people and their roles, for the centre's administrators."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from stations.unions.models import Appointment, TradeUnion, User


class AppointmentInline(admin.TabularInline):
    model = Appointment
    extra = 0


@admin.register(User)
class PersonAdmin(UserAdmin):
    inlines = [AppointmentInline]
    list_display = ["username", "last_name", "first_name", "is_active", "is_staff"]


@admin.register(TradeUnion)
class TradeUnionAdmin(admin.ModelAdmin):
    list_display = ["name", "level", "district"]
    list_filter = ["level"]
    search_fields = ["name"]
