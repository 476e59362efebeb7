"""Check-ins by phones, under /api/."""

from django.urls import path

from stations.checkins.api import CheckInBatch, CheckIns
from stations.checkins.api_usage import StationUsage

app_name = "check-in-api"

urlpatterns = [
    path("check-ins/", CheckIns.as_view(), name="check-ins"),
    path("check-ins/batch/", CheckInBatch.as_view(), name="batch"),
    path("stations/<int:pk>/usage/", StationUsage.as_view(), name="usage"),
]
