"""How stations are used, under /desk/usage/."""

from django.urls import path

from stations.checkins.pages import reports

app_name = "usage"

urlpatterns = [
    path("reports/", reports.worker_reports, name="reports"),
    path("reports/<int:pk>/settle/", reports.settle, name="settle"),
]
