"""A station's code, screen, use and tallies, under /desk/stations/."""

from django.urls import path

from stations.checkins.pages import codes, tally, usage

app_name = "codes"

urlpatterns = [
    path("<int:pk>/code/", codes.code, name="code"),
    path("<int:pk>/code/replace/", codes.replace, name="replace"),
    path("<int:pk>/code/poster.pdf", codes.pdf, name="poster-pdf"),
    path("<int:pk>/code/poster.png", codes.png, name="poster-png"),
    path("<int:pk>/screen/", codes.screen, name="screen"),
    path("<int:pk>/usage/", usage.station, name="usage"),
    path("<int:pk>/tally/", tally.page, name="tally"),
]
