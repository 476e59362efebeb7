"""Signing in and out, and a new password. Outdoor workers never need an account."""

from django.contrib import messages
from django.contrib.auth import views
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext

from stations.unions.forms import OwnPasswordForm, SignInForm

READ_AND_POST = ["get", "head", "options", "post"]  # Django's form views would take PUT as well


class SignIn(views.LoginView):
    form_class = SignInForm
    template_name = "unions/login.html"
    redirect_authenticated_user = True
    http_method_names = READ_AND_POST


class SignOut(views.LogoutView):
    """By POST only, so that no foreign page can sign anybody out by a link."""


class ChangePassword(views.PasswordChangeView):
    form_class = OwnPasswordForm
    template_name = "unions/password.html"
    success_url = reverse_lazy("desk:home")
    http_method_names = READ_AND_POST

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        messages.success(self.request, gettext("Your password is changed."))
        return super().form_valid(form)
