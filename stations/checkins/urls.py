"""How stations are used, under /desk/usage/."""

from django.urls import URLPattern

app_name = "usage"

urlpatterns: list[URLPattern] = []
