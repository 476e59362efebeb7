"""What people type about accounts."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stations.unions import actions
from stations.unions.models import User


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": _(
            "No account has this user name or mobile with this password. Check both; capital letters count."
        ),
        "inactive": "",  # never told: a deactivated account answers as an unknown one
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("User name or mobile")


class OwnPasswordForm(PasswordChangeForm):
    """The new password is not the old one."""

    def clean_new_password1(self) -> str:
        new: str = self.cleaned_data["new_password1"]
        if self.user.check_password(new):
            raise ValidationError(gettext("That is the password you have now: choose another."))
        return new

    def save(self, commit: bool = True) -> User:
        actions.change_own_password(user=self.user, password=self.cleaned_data["new_password1"])
        return self.user
