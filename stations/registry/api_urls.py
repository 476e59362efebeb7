from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from stations.registry.api import StationDetail, StationList

# A page to read: no session to authenticate, and no other method, which the page's renderer could not answer.
docs = SpectacularSwaggerSplitView.as_view(
    url_name="registry:schema", authentication_classes=[], http_method_names=["get", "head"]
)

app_name = "registry"
urlpatterns = [
    path("stations/", StationList.as_view(), name="stations"),
    path("stations/<int:pk>/", StationDetail.as_view(), name="station"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", docs, name="docs"),
]
