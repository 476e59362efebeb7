"""The API of filings and of what is filed by being done, under /api/."""

from django.urls import path

from stations.filing.api_stations import LiveStation

app_name = "filing-api"

urlpatterns = [
    path("stations/<int:pk>/", LiveStation.as_view(), name="station"),
]
