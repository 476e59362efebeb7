from django.urls import path

from maps.desk import history, pages
from maps.desk.drawing import map_script

app_name = "desk"

urlpatterns = [
    path("", pages.home, name="home"),
    path("map.js", map_script, name="map-script"),
    path("stations/<int:pk>/history/", history.station, name="station-history"),
    path("filings/<int:pk>/history/", history.filing, name="filing-history"),
    path("people/<int:pk>/history/", history.person, name="person-history"),
]
