"""A station's code, screen, use and tallies, under /desk/stations/."""

from django.urls import URLPattern

app_name = "codes"

urlpatterns: list[URLPattern] = []
