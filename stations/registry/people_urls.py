"""The desk's pages of people and unions, under /desk/people/."""

from django.urls import URLPattern

app_name = "people"

urlpatterns: list[URLPattern] = []
