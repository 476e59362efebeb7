"""The table of special days is edited here; districts come from `load_districts` and are only shown."""

from django.contrib import admin
from django.http import HttpRequest

from geo.models import District, SpecialDay


@admin.register(SpecialDay)
class SpecialDayAdmin(admin.ModelAdmin):
    list_display = ["date", "kind", "follows_weekday", "name_zh", "name_en"]
    list_filter = ["kind"]
    date_hierarchy = "date"


@admin.register(District)
class DistrictAdmin(admin.ModelAdmin):
    list_display = ["code", "name", "name_en"]
    fields = ["code", "name", "name_en", "source"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: District | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: District | None = None) -> bool:
        return False
