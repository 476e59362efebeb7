from django.urls import path

from maps.emap import data, pages, photos

app_name = "emap"

urlpatterns = [
    path("", pages.emap, name="map"),
    path("emap/map.js", pages.map_script, name="script"),
    path("emap/stations.geojson", data.stations, name="data"),
    path("stations/", pages.stations, name="stations"),
    path("stations/<int:pk>/", pages.station, name="station"),
    path("stations/<int:pk>/photos/<int:photo>.jpg", photos.photo, name="photo"),
    path("stations/<int:pk>/go/<slug:provider>/", pages.go, name="go"),
]
