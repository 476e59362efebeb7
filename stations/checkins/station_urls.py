"""A station's code, screen, use and tallies, under /desk/stations/."""

from django.urls import path

from stations.checkins.pages import tally, usage

app_name = "codes"

urlpatterns = [
    path("<int:pk>/usage/", usage.station, name="usage"),
    path("<int:pk>/tally/", tally.page, name="tally"),
]
