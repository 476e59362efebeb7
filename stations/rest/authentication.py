"""A program with a token. People who are signed in are told apart by DRF's own session authentication."""

import re

from django.utils.translation import gettext
from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from knox.auth import TokenAuthentication
from knox.models import AuthToken
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from stations.unions.models import User

TOKEN = re.compile(rb"[0-9a-f]{64}")


class BearerToken(TokenAuthentication):
    """`Authorization: Bearer …`. First in the settings, so that who shows nothing gets a 401 that says how to."""

    def authenticate(self, request: Request) -> tuple[User, AuthToken] | None:
        """401 with one text for every token that does not hold: unknown, expired, deleted, or of a closed account."""
        try:
            found: tuple[User, AuthToken] | None = super().authenticate(request)
        except AuthenticationFailed as error:
            raise AuthenticationFailed(gettext("This token does not hold: get a new one.")) from error
        if found and found[0].must_change_password:
            raise AuthenticationFailed(
                gettext("Change the password you were given first: sign in on the site.")
            )
        return found

    def authenticate_credentials(self, token: bytes) -> tuple[User, AuthToken]:
        """Only what looks like a token is looked up: the database refuses other bytes by an error."""
        if not TOKEN.fullmatch(token):
            raise AuthenticationFailed
        found: tuple[User, AuthToken] = super().authenticate_credentials(token)
        return found


class BearerTokenScheme(KnoxTokenScheme):
    target_class = "stations.rest.authentication.BearerToken"
    name = "token"
