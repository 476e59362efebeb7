from django.urls import path

from stations.unions import pages

app_name = "unions"

urlpatterns = [
    path("login/", pages.SignIn.as_view(), name="login"),
    path("logout/", pages.SignOut.as_view(), name="logout"),
    path("me/", pages.me, name="me"),
    path("password/", pages.ChangePassword.as_view(), name="password"),
]
