"""The API of people, unions and tokens, under /api/."""

from django.urls import path

from stations.unions.api import TokenDetail, TokenList

app_name = "unions-api"

urlpatterns = [
    path("tokens/", TokenList.as_view(), name="tokens"),
    path("tokens/<slug:prefix>/", TokenDetail.as_view(), name="token"),
]
