"""The API of filings, under /api/filings/."""

from django.urls import URLPattern

app_name = "filing-api"

urlpatterns: list[URLPattern] = []
