"""Check-ins by phones, under /api/."""

from django.urls import URLPattern

app_name = "check-in-api"

urlpatterns: list[URLPattern] = []
