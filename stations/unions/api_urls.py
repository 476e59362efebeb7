"""The API of people, unions and tokens, under /api/."""

from django.urls import path

from stations.unions.api import TokenDetail, TokenList
from stations.unions.api_lists import Districts, People, TradeUnions

app_name = "unions-api"

urlpatterns = [
    path("unions/", TradeUnions.as_view(), name="unions"),
    path("districts/", Districts.as_view(), name="districts"),
    path("people/", People.as_view(), name="people"),
    path("tokens/", TokenList.as_view(), name="tokens"),
    path("tokens/<slug:prefix>/", TokenDetail.as_view(), name="token"),
]
