"""The desk's pages of the registry, under /desk/stations/."""

from django.urls import include, path

from stations.registry.pages import managers, quick, station, stations

app_name = "stations"

urlpatterns = [
    path("", stations.stations, name="list"),
    path("<int:pk>/", station.station, name="station"),
    path("<int:pk>/hand-over/", managers.hand_over_page, name="hand-over"),
    path("<int:pk>/close/", quick.close, name="close"),
    path("<int:pk>/open/", quick.reopen, name="open"),
    path("<int:pk>/facilities/<slug:code>/", quick.condition, name="condition"),
    path("", include("stations.filing.station_urls")),  # by string: filing stands on the registry
]
