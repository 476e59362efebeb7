"""The API of filings and of what is filed by being done, under /api/."""

from django.urls import path

from stations.filing import api
from stations.filing.api_history import FilingHistory, StationHistory
from stations.filing.api_stations import LiveStation

app_name = "filing-api"

urlpatterns = [
    path("filings/", api.FilingList.as_view(), name="filings"),
    path("filings/<int:pk>/", api.FilingDetail.as_view(), name="filing"),
    path("filings/<int:pk>/steps/", api.FilingSteps.as_view(), name="steps"),
    path("filings/<int:pk>/decisions/", api.FilingDecisions.as_view(), name="decisions"),
    path("filings/<int:pk>/stations/", api.FilingRows.as_view(), name="rows"),
    path("filings/<int:pk>/items/", api.FilingItems.as_view(), name="items"),
    path("filings/<int:pk>/items/<int:item_pk>/", api.FilingItemDetail.as_view(), name="item"),
    path("filings/<int:pk>/history/", FilingHistory.as_view(), name="filing-history"),
    path("stations/<int:pk>/", LiveStation.as_view(), name="station"),
    path("stations/<int:pk>/history/", StationHistory.as_view(), name="station-history"),
]
