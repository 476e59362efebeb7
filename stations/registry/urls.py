from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from stations.registry.api import StationDetail, StationList

app_name = "registry"
urlpatterns = [
    path("stations/", StationList.as_view(), name="stations"),
    path("stations/<int:pk>/", StationDetail.as_view(), name="station"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="registry:schema"), name="docs"),
]
