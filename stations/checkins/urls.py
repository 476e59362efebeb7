"""How stations are used, under /desk/usage/."""

from django.urls import path

from stations.checkins.pages import ranking, reports, usage

app_name = "usage"

urlpatterns = [
    path("", usage.overview, name="overview"),
    path("stations/", ranking.stations, name="stations"),
    path("reports/", reports.worker_reports, name="reports"),
    path("reports/<int:pk>/settle/", reports.settle, name="settle"),
]
