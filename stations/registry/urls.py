"""The desk's pages of the registry, under /desk/stations/."""

from django.urls import path

from stations.registry.pages import managers, station, stations

app_name = "stations"

urlpatterns = [
    path("", stations.stations, name="list"),
    path("<int:pk>/", station.station, name="station"),
    path("<int:pk>/hand-over/", managers.hand_over_page, name="hand-over"),
]
