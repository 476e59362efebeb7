"""Check-ins by phones, under /api/."""

from django.urls import path

from stations.checkins.api import CheckInBatch, CheckIns

app_name = "check-in-api"

urlpatterns = [
    path("check-ins/", CheckIns.as_view(), name="check-ins"),
    path("check-ins/batch/", CheckInBatch.as_view(), name="batch"),
]
