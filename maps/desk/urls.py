from django.http import HttpRequest, HttpResponse
from django.urls import path

app_name = "desk"


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("soon")


urlpatterns = [path("", page, name="home")]
