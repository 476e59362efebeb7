"""Signing in by user name or mobile, how wrong passwords are counted, and the password that must be changed first.

Known and unknown accounts, deactivated ones and wrong passwords get one answer after one run of the password hasher.
"""

import hmac
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from geo.health import DATABASE_AWAY
from stations.unions.models import User

# What a person may reach before the password they were given is replaced by their own.
BEFORE_THE_CHANGE = {"unions:password", "unions:logout", "set_language", "javascript-catalog"}


class NameOrPhoneBackend(ModelBackend):
    """Takes the user name or the mobile in the field `username`."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **other: Any,
    ) -> User | None:
        if username is None or password is None:
            return None
        person = User.objects.known_as(username)
        if person is None:
            User().set_password(password)  # as long as checking a password takes
            return None
        right = person.check_password(password)
        return person if right and self.user_can_authenticate(person) else None


def counted_as(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str | None:
    """The name under which django-axes counts wrong passwords: one a person, whether they type user name or mobile.

    What is nobody's name is counted under its pseudonym, so that no stranger's mobile is kept.
    """
    typed = (credentials or request.POST).get("username")
    if typed is None:
        return None
    known: dict[str, str] = request.__dict__.setdefault("counted_as", {})
    if typed not in known:
        person = User.objects.known_as(typed)
        known[typed] = person.username if person else f"?{_pseudonym(typed)}"
    return known[typed]


def _pseudonym(typed: str) -> str:
    return hmac.digest(settings.SECRET_KEY.encode(), typed.encode(errors="replace"), "sha256").hex()[:24]


class OwnPasswordFirst:
    """Middleware: whoever still has the password that somebody gave them gets no further than the page to change it.

    The API answers 403 with the reason. Tokens are not seen here: there are none before the change, since giving a password
    deletes those of its person.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or match.view_name in BEFORE_THE_CHANGE or not _given_password(request):
            return None
        if match.route.startswith("api/"):
            reason = gettext("Change the password you were given first: sign in on the site.")
            return JsonResponse({"detail": reason, "code": "password_change_required"}, status=403)
        return redirect("unions:password")


def _given_password(request: HttpRequest) -> bool:
    try:
        return request.user.is_authenticated and request.user.must_change_password
    except DATABASE_AWAY:  # the view will meet it too, and says so in its own way
        return False
