"""What people do to accounts. Each verb: authorise, lock, check, save, in one transaction."""

from django.db import transaction
from knox.models import AuthToken

from stations.unions.models import User


@transaction.atomic
def change_own_password(*, user: User, password: str) -> None:
    """Give oneself a new password, already checked. It ends the other sessions and all tokens of the API."""
    locked = User.objects.select_for_update().get(pk=user.pk)
    locked.set_password(password)
    locked.must_change_password = False
    locked.save(update_fields=["password", "password_set_at", "must_change_password"])
    AuthToken.objects.filter(user=locked).delete()
    user.refresh_from_db()
