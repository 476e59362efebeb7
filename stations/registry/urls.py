"""The desk's pages of the registry, under /desk/stations/."""

from django.urls import include, path

from stations.registry.pages import care, hours, lists, managers, photos, quick, station, stations

app_name = "stations"

urlpatterns = [
    path("", stations.stations, name="list"),
    path("lists/", lists.overview, name="lists"),
    path("lists/care/", care.drives, name="care"),
    path("lists/care/<int:pk>/", care.drive, name="care-drive"),
    path("lists/care/<int:pk>/join/", care.join_all, name="care-join-all"),
    path("lists/pledges/add/", lists.add_pledge, name="pledge-add"),
    path("lists/facilities/<slug:code>/delete/", lists.remove, name="facility-delete"),
    path("lists/<slug:kind>/add/", lists.add, name="line-add"),
    path("lists/<slug:kind>/<slug:code>/", lists.line, name="line"),
    path("lists/<slug:kind>/<slug:code>/move/", lists.move, name="line-move"),
    path("<int:pk>/", station.station, name="station"),
    path("<int:pk>/photos/", photos.add, name="photo-add"),
    path("<int:pk>/photos/<int:photo>/delete/", photos.remove, name="photo-delete"),
    path("<int:pk>/hours/", hours.add, name="hours-add"),
    path("<int:pk>/hours/<int:dated>/delete/", hours.remove, name="hours-delete"),
    path("<int:pk>/care/", care.join, name="care-join"),
    path("<int:pk>/care/<int:drive>/leave/", care.leave, name="care-leave"),
    path("<int:pk>/pledge/", care.pledge, name="pledge"),
    path("<int:pk>/hand-over/", managers.hand_over_page, name="hand-over"),
    path("<int:pk>/close/", quick.close, name="close"),
    path("<int:pk>/open/", quick.reopen, name="open"),
    path("<int:pk>/facilities/<slug:code>/", quick.condition, name="condition"),
    path("", include("stations.filing.station_urls")),  # by string: filing stands on the registry
]
