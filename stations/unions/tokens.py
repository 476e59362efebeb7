"""Tokens, with which a program acts for a person. The database keeps hashes; the token itself is shown once."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from knox.models import AuthToken

from stations.unions.models import User

LIFETIME = timedelta(days=30)
MOST = 10


class TooManyTokensError(ValueError):
    """The person holds as many tokens as one may."""


@transaction.atomic
def issue_token(*, to: User) -> tuple[AuthToken, str]:
    """A new token and its text, for somebody who has just shown the password. TooManyTokensError beyond `MOST`."""
    User.objects.select_for_update().get(pk=to.pk)
    AuthToken.objects.filter(user=to, expiry__lte=timezone.now()).delete()
    if AuthToken.objects.filter(user=to).count() >= MOST:
        raise TooManyTokensError
    token, text = AuthToken.objects.create(user=to, expiry=LIFETIME)
    return token, text


def end_tokens(*, of: User) -> None:
    """End every token of a person: on their wish, with a new password, and when the account is closed."""
    AuthToken.objects.filter(user=of).delete()
