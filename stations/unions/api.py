"""Tokens over HTTP: got with user name or phone and password, listed, and ended."""

from typing import Any, cast

from django.contrib.auth import authenticate, user_logged_in
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from knox.models import AuthToken
from rest_framework import generics, serializers, status
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import APIException, AuthenticationFailed, PermissionDenied, ValidationError
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle, ScopedRateThrottle
from rest_framework.views import APIView

from stations.rest.paging import refuse_unlisted
from stations.rest.parsing import StrictInput
from stations.rest.schema import refusals
from stations.unions.models import User
from stations.unions.tokens import MOST, TooManyTokensError, end_tokens, issue_token


class Credentials(StrictInput):
    username = serializers.CharField(max_length=150, help_text="user name or phone")
    password = serializers.CharField(max_length=128, trim_whitespace=False)


class TokenSerializer(serializers.ModelSerializer):
    """What may be told of a token afterwards: how it begins, and how long it holds."""

    prefix = serializers.CharField(source="token_key", help_text="how the token begins; names it")
    expires = serializers.DateTimeField(source="expiry")

    class Meta:
        model = AuthToken
        fields = ["prefix", "created", "expires"]


class NewToken(TokenSerializer):
    token = serializers.CharField(help_text="shown this once: send it as `Authorization: Bearer …`")

    class Meta(TokenSerializer.Meta):
        fields = ["token", *TokenSerializer.Meta.fields]


class LockedOutError(APIException):
    status_code = status.HTTP_429_TOO_MANY_REQUESTS
    default_code = "locked_out"


class TokenList(generics.ListAPIView):
    """The tokens of the one who asks."""

    queryset = AuthToken.objects.none()  # of nobody: see get_queryset
    serializer_class = TokenSerializer
    throttle_scope = "sign-in"

    def get_queryset(self) -> QuerySet[AuthToken]:
        if getattr(self, "swagger_fake_view", False):
            return super().get_queryset()
        return _held(self.request)

    def get_authenticators(self) -> list[BaseAuthentication]:
        """A new token is asked for with the password alone, whoever else is signed in."""
        return [] if self._asks_for_one() else super().get_authenticators()

    def get_permissions(self) -> list[BasePermission]:
        return [AllowAny() if self._asks_for_one() else IsAuthenticated()]

    def get_throttles(self) -> list[BaseThrottle]:
        return [ScopedRateThrottle()] if self._asks_for_one() else []

    def get_authenticate_header(self, request: Request) -> str:
        return "Bearer"

    def _asks_for_one(self) -> bool:
        return self.request is not None and self.request.method == "POST"

    @extend_schema(operation_id="tokens_list", responses={200: TokenSerializer, **refusals(401)})
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Your own tokens: how each begins, and until when it holds."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="tokens_create",
        auth=[],
        request=Credentials,
        responses={201: NewToken, **refusals(400, 401, 403, 429)},
    )
    def post(self, request: Request) -> Response:
        """Get a token with user name or phone and password. It is shown this once, and holds for 30 days."""
        refuse_unlisted(request, ())
        given = Credentials(data=request.data)
        given.is_valid(raise_exception=True)
        user = _signing_in(request, **given.validated_data)
        try:
            token, text = issue_token(to=user)
        except TooManyTokensError as error:
            message = gettext("You hold {most} tokens: end one first.").format(most=MOST)
            raise ValidationError({"detail": message}) from error
        return Response(
            {"token": text, **TokenSerializer(token).data}, status=201, headers={"Cache-Control": "no-store"}
        )

    @extend_schema(operation_id="tokens_delete_all", responses={204: None, **refusals(401, 403)})
    def delete(self, request: Request) -> Response:
        """End all your tokens, the one that asks included."""
        refuse_unlisted(request, ())
        end_tokens(of=cast(User, request.user))
        return Response(status=204)


class TokenDetail(APIView):
    """One token of the one who asks."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="tokens_delete", responses={204: None, **refusals(401, 403, 404)})
    def delete(self, request: Request, prefix: str) -> Response:
        """End one of your tokens."""
        refuse_unlisted(request, ())
        generics.get_object_or_404(_held(request), token_key=prefix).delete()
        return Response(status=204)


def _held(request: Request) -> QuerySet[AuthToken]:
    return AuthToken.objects.filter(user=request.user, expiry__gt=timezone.now()).order_by("created")


def _signing_in(request: Request, *, username: str, password: str) -> User:
    """The person of these credentials. One answer for a wrong name, a wrong password and a closed account."""
    asked: Any = request._request
    user = authenticate(asked, username=username, password=password)
    if getattr(asked, "axes_locked_out", False):
        asked.axes_locked_out = False  # or a page for people would take the place of this answer
        raise LockedOutError(gettext("Too many failed tries: wait an hour, or ask your union."))
    if not isinstance(user, User):
        raise AuthenticationFailed(gettext("This name and password do not fit, or the account is closed."))
    if user.must_change_password:
        raise PermissionDenied(gettext("Change the password you were given first: sign in on the site."))
    user_logged_in.send(sender=User, request=asked, user=user)
    return user
