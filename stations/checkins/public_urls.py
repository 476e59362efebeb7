"""What a worker's phone opens, under /q/."""

from django.urls import path

from stations.checkins.pages import check_in, screen, words

app_name = "check-in"

urlpatterns = [
    path("screen/<slug:key>/", screen.screen, name="screen"),
    path("screen/<slug:key>/now/", screen.now, name="screen-now"),
    path("<slug:code>/", check_in.check_in_page, name="page"),
    path("<slug:code>/report/", words.report_fault, name="report"),
    path("<slug:code>/<uuid:visit>/", check_in.done, name="done"),
    path("<slug:code>/<uuid:visit>/opinion/", words.opinion, name="opinion"),
]
