"""The desk's pages of filings, under /desk/filings/."""

from django.urls import URLPattern

app_name = "filing"

urlpatterns: list[URLPattern] = []
