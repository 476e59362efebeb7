"""Every URL by string include, so that `geo` imports nothing above it."""

from django.contrib import admin
from django.urls import include, path
from django.views.i18n import JavaScriptCatalog

handler404 = "maps.frame.not_found"

urlpatterns = [
    path("api/", include("stations.checkins.api_urls")),  # first: the busiest by far
    path("", include("maps.emap.urls")),
    path("planner/", include("maps.planner.urls")),
    path("q/", include("stations.checkins.public_urls")),
    path("desk/", include("maps.desk.urls")),
    path("desk/stations/", include("stations.checkins.station_urls")),
    path("desk/stations/", include("stations.registry.urls")),
    path("desk/usage/", include("stations.checkins.urls")),
    path("desk/filings/", include("stations.filing.urls")),
    path("desk/people/", include("stations.registry.people_urls")),
    path("api/", include("stations.registry.api_urls")),
    path("api/", include("stations.unions.api_urls")),
    path("api/", include("stations.filing.api_urls")),
    path("accounts/", include("stations.unions.urls")),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("i18n/catalogue.js", JavaScriptCatalog.as_view(domain="djangojs"), name="javascript-catalog"),
    path("", include("geo.health")),
]
