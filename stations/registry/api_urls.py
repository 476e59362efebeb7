"""The API of the registry, under /api/. A station's own address is in stations/filing/api_urls.py: its edit is a filing."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from stations.registry import api_lists, api_parts, api_reports
from stations.registry.api import StationList

# A page to read: no session to authenticate, and no other method, which the page's renderer could not answer.
docs = SpectacularSwaggerSplitView.as_view(
    url_name="registry:schema", authentication_classes=[], http_method_names=["get", "head"]
)

app_name = "registry"
urlpatterns = [
    path("stations/", StationList.as_view(), name="stations"),
    path("stations/<int:pk>/conditions/", api_reports.Conditions.as_view(), name="conditions"),
    path("stations/<int:pk>/closures/", api_reports.Closures.as_view(), name="closures"),
    path("stations/<int:pk>/photos/", api_parts.Photos.as_view(), name="photos"),
    path("stations/<int:pk>/dated-hours/", api_reports.DatedHoursList.as_view(), name="dated-hours"),
    path(
        "stations/<int:pk>/dated-hours/<int:dated_pk>/",
        api_reports.DatedHoursDetail.as_view(),
        name="dated-hours-of-days",
    ),
    path("stations/<int:pk>/acceptances/", api_parts.Acceptances.as_view(), name="acceptances"),
    path("stations/<int:pk>/managers/", api_parts.Managers.as_view(), name="managers"),
    path("stations/<int:pk>/contact/", api_parts.Contact.as_view(), name="contact"),
    path("facility-types/", api_lists.FacilityTypes.as_view(), name="facility-types"),
    path("haves/", api_lists.Haves.as_view(), name="haves"),
    path("care-drives/", api_lists.CareDrives.as_view(), name="care-drives"),
    path("nameplates/", api_lists.Nameplates.as_view(), name="nameplates"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", docs, name="docs"),
]
