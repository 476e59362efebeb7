from django.urls import path

from maps.desk import pages

app_name = "desk"

urlpatterns = [path("", pages.home, name="home")]
