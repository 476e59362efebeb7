"""Signing in and out, and a new password. Outdoor workers never need an account."""

from typing import cast

from django.contrib import messages
from django.contrib.auth import views
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import PasswordChangeForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext

from stations.unions import actions
from stations.unions.doors import form_page
from stations.unions.forms import OwnPasswordForm, SignInForm
from stations.unions.models import User
from stations.unions.people_forms import PersonForm, refused

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


@login_required
@form_page
def me(request: HttpRequest) -> HttpResponse:
    """The own name and mobile, to correct; roles and stations, to read."""
    user = cast(User, request.user)
    form = PersonForm(request.POST or None, initial={"name": user.name, "phone": user.phone})
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_details(person=user, by=user, **form.cleaned_data)
            messages.success(request, gettext("Your particulars are saved."))
            return redirect("unions:me")
        except ValidationError as error:
            refused(form, error)
    tasks = user.managed.filter(until=None).select_related("station").order_by("station__name")
    return render(request, "unions/me.html", {"form": form, "tasks": tasks})
