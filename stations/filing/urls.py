"""The desk's pages of filings, under /desk/filings/."""

from django.urls import path

from stations.filing.pages import changes

app_name = "filing"

urlpatterns = [
    path("<int:pk>/changes/", changes.changes, name="changes"),
]
