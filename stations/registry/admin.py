"""The registry for the centre's administrators: a station is moved by what is declared of it, in its datum."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from geo.models import wgs84_point
from stations.registry.models import (
    Facility,
    FacilityType,
    Station,
    StationContact,
    StationManager,
    TemporaryClosure,
)
from stations.registry.places import wgs84_place
from stations.registry.rules import RuleError, read_hours
from stations.registry.wording import told


class StationForm(forms.ModelForm):
    class Meta:
        model = Station
        exclude = ["point"]  # noqa: DJ006  (the point comes of what is declared)

    def clean_hours_text(self) -> str:
        try:
            return read_hours(self.cleaned_data["hours_text"])
        except RuleError as error:
            raise forms.ValidationError(told(error)) from error

    def clean_nameplate_no(self) -> str | None:
        return self.cleaned_data["nameplate_no"] or None

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if {"declared_lon", "declared_lat", "declared_datum"} <= given.keys():
            try:
                position = given["declared_lon"], given["declared_lat"], given["declared_datum"]
                self.instance.point = wgs84_point(*wgs84_place(*position))
            except RuleError as error:
                self.add_error("declared_lon", told(error))
        return given


class FacilityInline(admin.TabularInline):
    model = Facility
    extra = 0


class ContactInline(admin.StackedInline):
    model = StationContact
    extra = 0


class ClosureInline(admin.TabularInline):
    model = TemporaryClosure
    extra = 0


class ManagerInline(admin.TabularInline):
    model = StationManager
    extra = 0
    autocomplete_fields = ["user"]
    readonly_fields = ["since"]


@admin.register(Station)
class StationAdmin(admin.ModelAdmin):
    form = StationForm
    list_display = ["name", "nameplate_no", "kind", "status", "district", "union"]
    list_filter = ["status", "kind", "district", "union"]
    list_select_related = ["district", "union"]
    search_fields = ["name", "nameplate_no", "address"]
    readonly_fields = ["district", "point", "version", "created_at", "updated_at"]
    inlines = [FacilityInline, ClosureInline, ManagerInline, ContactInline]


@admin.register(FacilityType)
class FacilityTypeAdmin(admin.ModelAdmin):
    list_display = ["code", "name_zh", "name_en", "is_basic", "position"]

    def get_readonly_fields(self, request: HttpRequest, obj: FacilityType | None = None) -> list[str]:
        return ["code"] if obj else []
