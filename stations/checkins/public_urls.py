"""What a worker's phone opens, under /q/."""

from django.urls import URLPattern

app_name = "check-in"

urlpatterns: list[URLPattern] = []
