"""The desk's pages of people and unions, under /desk/people/. Here and not in `unions`, since people have stations."""

from django.urls import path

from stations.registry.pages import managers, people
from stations.unions import people_pages, union_pages

app_name = "people"

urlpatterns = [
    path("", people.people, name="list"),
    path("add/", people_pages.choose, name="choose"),
    path("add/manager/", managers.add_manager, name="add-manager"),
    path("add/<slug:role>/", people_pages.add, name="add"),
    path("<int:pk>/", people.person, name="person"),
    path("<int:pk>/edit/", people_pages.edit, name="edit"),
    path("<int:pk>/deactivate/", people_pages.deactivate, name="deactivate"),
    path("<int:pk>/reactivate/", people_pages.reactivate, name="reactivate"),
    path("<int:pk>/password/", people_pages.reset, name="reset"),
    path("<int:pk>/appoint/", people_pages.appoint, name="appoint"),
    path(
        "<int:pk>/appointments/<int:appointment>/end/", people_pages.end_appointment, name="end-appointment"
    ),
    path("unions/", union_pages.unions, name="unions"),
    path("unions/districts/", union_pages.district_unions, name="district-unions"),
    path("unions/<int:pk>/", union_pages.union, name="union"),
]
