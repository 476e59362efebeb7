"""Holes, planted one at a time in the running code: a scope left out, a door unlocked, a number shown.

Each is what a careless change would do. `test_planted_holes.py` plants each and demands that the matrix sees it.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

from django.contrib.auth.backends import ModelBackend
from django.urls import URLPattern, get_resolver
from knox.models import AuthToken
from rest_framework.permissions import AllowAny

from stations.checkins.models.words import WorkerReportQuerySet
from stations.checkins.qr import rules as code_rules
from stations.filing import api as filing_api
from stations.filing.annex2 import uploads
from stations.filing.models import FilingQuerySet, Upload
from stations.registry import api_lists
from stations.registry.models import StationQuerySet
from stations.unions import access, signing_in
from stations.unions import api as tokens
from stations.unions.access import ABILITIES, Ability, Where
from stations.unions.models import PersonQuerySet, Role, User


@dataclass(frozen=True)
class Hole:
    """`where`: beginnings of the rows (as they are written) that have to see it."""

    name: str
    planted: Callable[[], AbstractContextManager[Any]]
    where: tuple[str, ...]


def instead(owner: Any, name: str, value: Any) -> Callable[[], AbstractContextManager[Any]]:
    """`owner.name` is `value` meanwhile."""
    return lambda: mock.patch.object(owner, name, value)


def for_everybody(ability: Ability) -> Callable[[], AbstractContextManager[Any]]:
    """Every role may do it everywhere."""
    reach: dict[Role | str, Where] = dict.fromkeys(Role, Where.EVERYWHERE)
    return lambda: mock.patch.dict(ABILITIES, {ability: {**reach, access.MANAGER: Where.OWN_STATION}})


def unguarded(route: str) -> Callable[[], AbstractContextManager[Any]]:
    """The view of a route without anything that is wrapped around it (sign-in, methods)."""

    @contextmanager
    def planted() -> Iterator[None]:
        pattern = pattern_of(route)
        view = pattern.callback
        while hasattr(view, "__wrapped__"):
            view = view.__wrapped__
        assert view is not pattern.callback, f"nothing guards {route}"
        with mock.patch.object(pattern, "callback", view):
            yield

    return planted


def pattern_of(route: str, patterns: Any = None, prefix: str = "") -> URLPattern:
    for one in get_resolver().url_patterns if patterns is None else patterns:
        here = prefix + str(one.pattern)
        if isinstance(one, URLPattern):
            if here == route:
                return one
        elif route.startswith(here) and (found := pattern_of(route, one.url_patterns, here)):
            return found
    return None


def everything(self: Any, user: Any) -> Any:
    return self.all()


OF_STATION, OF_FILING = "desk/stations/<int:pk>/", "desk/filings/<int:pk>/"
NOT_ASKED = {
    Ability.SEE_CONTACT: OF_STATION, Ability.ADD_STATION: "api/stations/ ", Ability.EDIT_STATION: f"{OF_STATION}edit/ hidden",
    Ability.HAND_OVER: f"{OF_STATION}hand-over/ hidden", Ability.ACCEPT: "api/stations/<int:pk>/acceptances/ hidden",
    Ability.FILE: f"{OF_FILING}head/", Ability.REVIEW_FILING: f"{OF_FILING}step/ reviewed",
    Ability.APPROVE_FILING: f"{OF_FILING}step/ recommended", Ability.MANAGE_PEOPLE: "desk/people/ ",
    Ability.EDIT_LISTS: "desk/stations/lists/ ", Ability.PRINT_CODE: f"{OF_STATION}code/ hidden",
    Ability.SETTLE_REPORT: "desk/usage/reports/<int:pk>/settle/",
}  # fmt: skip
BEHIND_THE_SIGN_IN = (
    "desk/", "desk/stations/", "desk/stations/<int:pk>/", "desk/filings/", "desk/filings/<int:pk>/", "desk/people/",
    "desk/stations/lists/", "planner/", "planner/runs/<int:run_id>/coverage.csv", f"{OF_FILING}annex2.pdf",
    "desk/stations/<int:pk>/code/", "desk/usage/reports/",
)  # fmt: skip

HOLES = [
    Hole("stations: visible_to is left out", instead(StationQuerySet, "visible_to", everything), ("stations/",)),
    Hole("stations: visible_to is left out (API)", instead(StationQuerySet, "visible_to", everything), ("api/stations/",)),
    Hole("stations: the public list takes all",
         instead(StationQuerySet, "public", lambda self: self.all()), ("stations/ ", "emap/")),
    Hole("stations: all are in everybody's care", instead(StationQuerySet, "in_care_of", everything), ("desk/",)),
    Hole("people: a closed account keeps its session",
         instead(ModelBackend, "user_can_authenticate", lambda self, user: True), ("desk/",)),
    Hole("people: the given password may stay",
         instead(signing_in, "_given_password", lambda request: False), ("desk/",)),
    Hole("people: everybody has every role", instead(User, "has_role", lambda self, role: True), ("planner/",)),
    Hole("people: everybody manages every station", instead(User, "manages", lambda self, pk: True), ("desk/stations/",)),
    Hole("tokens: of anybody", instead(tokens, "_held", lambda request: AuthToken.objects.all()), ("api/tokens/",)),
    Hole("tokens: without a session", instead(tokens.TokenDetail, "permission_classes", [AllowAny]), ("api/tokens/",)),
    Hole("filings: visible_to is left out", instead(FilingQuerySet, "visible_to", everything), (f"{OF_FILING} draft",)),
    Hole("filings: visible_to is left out of the list", instead(FilingQuerySet, "visible_to", everything), ("desk/filings/ ",)),
    Hole("filings: visible_to is left out (API)",
         instead(FilingQuerySet, "visible_to", everything), ("api/filings/<int:pk>/ draft",)),
    Hole("filings: visible_to is left out of the paper",
         instead(FilingQuerySet, "visible_to", everything), (f"{OF_FILING}annex2.xlsx draft",)),
    Hole("filings: the API's permission class is dropped",
         instead(filing_api.FilingList, "permission_classes", [AllowAny]), ("api/filings/ ",)),
    Hole("uploads: of anybody", instead(uploads, "_kept_by", lambda sender: Upload.objects.all()), (f"{OF_FILING}upload/<",)),
    Hole("photos: of stations that are not public",
         instead(StationQuerySet, "visible_to", everything), ("stations/<int:pk>/photos/",)),
    Hole("people: visible_to is left out", instead(PersonQuerySet, "visible_to", everything), ("desk/people/ ",)),
    Hole("nameplates: the API's permission class is dropped",
         instead(api_lists.ForTheCentre, "has_permission", lambda *args: True), ("api/nameplates/",)),
    Hole("codes: a screen's address is not looked at", instead(code_rules, "_same", lambda given, right: True),
         ("q/screen/<slug:key>/ forged",)),
    Hole("reports: visible_to is left out", instead(WorkerReportQuerySet, "visible_to", everything), ("desk/usage/reports/",)),
    *(
        Hole(f"every role may {ability.name}", for_everybody(ability), (where,))
        for ability, where in NOT_ASKED.items()
    ),
    *(
        Hole(f"/{route}: no sign-in", unguarded(route), (f"{route} ",)) for route in BEHIND_THE_SIGN_IN
    ),
]  # fmt: skip
