"""How stations are used, under /desk/usage/."""

from django.urls import path

from stations.checkins.pages import inflation, ranking, reports, usage

app_name = "usage"

urlpatterns = [
    path("", usage.overview, name="overview"),
    path("stations/", ranking.stations, name="stations"),
    path("reports/", reports.worker_reports, name="reports"),
    path("reports/<int:pk>/settle/", reports.settle, name="settle"),
    path("inflation/", inflation.report, name="inflation"),
    path("inflation/<int:pk>/", inflation.station, name="inflation-station"),
    path("inflation/<int:pk>/mark/", inflation.mark, name="inflation-mark"),
]
