"""Who is let in to a page at all; what they may do there is asked again by the action."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods

from stations.unions.access import Ability, may_somewhere
from stations.unions.models import User

View = Callable[..., HttpResponseBase]
form_page = require_http_methods(["GET", "HEAD", "POST"])  # one that shows a form and takes it


def needs(ability: Ability) -> Callable[[View], View]:
    """For signed-in people who have the ability anywhere: 302 to the sign-in for nobody, 403 for the others."""

    def guard(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not may_somewhere(cast(User, request.user), ability):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return login_required(answer)

    return guard
