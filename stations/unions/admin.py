"""Unions, people and their roles, for the centre's administrators."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from stations.unions.models import Appointment, TradeUnion, User


class AppointmentInline(admin.TabularInline):
    model = Appointment
    extra = 0


class GivenPasswordForm(AdminPasswordChangeForm):
    """A password that a superuser gives must be changed first, like any other that somebody else knows."""

    def save(self, commit: bool = True) -> User:
        self.user.must_change_password = True
        return super().save(commit)


@admin.register(User)
class PersonAdmin(UserAdmin):
    inlines = [AppointmentInline]
    list_display = ["username", "name", "is_active", "must_change_password", "is_superuser"]
    search_fields = ["username", "name"]
    change_password_form = GivenPasswordForm
    fieldsets = [
        *(UserAdmin.fieldsets or []),
        (_("Account"), {"fields": ["name", "phone", "must_change_password"]}),
    ]

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm, change: bool) -> None:
        if not change:
            obj.must_change_password = True
            obj.created_by = request.user if isinstance(request.user, User) else None
        super().save_model(request, obj, form, change)


@admin.register(TradeUnion)
class TradeUnionAdmin(admin.ModelAdmin):
    list_display = ["name", "level", "district"]
    list_filter = ["level"]
    search_fields = ["name"]
