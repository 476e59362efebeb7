"""The desk's pages of the registry, under /desk/stations/."""

from django.urls import URLPattern

app_name = "stations"

urlpatterns: list[URLPattern] = []
