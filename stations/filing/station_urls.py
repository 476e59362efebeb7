"""A station's pages that file what they change; they stand under /desk/stations/ in the namespace of the registry."""

from django.urls import path

from stations.filing.pages import edit

urlpatterns = [
    path("<int:pk>/edit/", edit.edit, name="edit"),
    path("<int:pk>/move/", edit.preview, name="move"),
]
