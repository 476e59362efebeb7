"""Check-ins by phones, under /api/."""

from django.urls import path

from stations.checkins.intake.api import CheckInBatch, CheckIns
from stations.checkins.usage.api import StationUsage

app_name = "check-in-api"

urlpatterns = [
    path("check-ins/", CheckIns.as_view(), name="check-ins"),
    path("check-ins/batch/", CheckInBatch.as_view(), name="batch"),
    path("stations/<int:pk>/usage/", StationUsage.as_view(), name="usage"),
]
