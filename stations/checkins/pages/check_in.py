"""What opens when a worker scans a station's code: one tap on an occupation, and it is done. No account, no script needed."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext

from geo.hours import ZONE
from geo.models import SpecialDay
from stations.checkins import telling
from stations.checkins.choices import Grade, SetAside
from stations.checkins.intake.actions import CONFLICT, CREATED, REPLAYED, Arrival, check_in
from stations.checkins.intake.devices import COOKIE as DEVICE_COOKIE
from stations.checkins.intake.devices import address_of, device_of, set_device
from stations.checkins.intake.rate import seconds_to_wait
from stations.checkins.models import CheckIn, Opinion, StationCode
from stations.checkins.pages.scanned import page, scanned
from stations.checkins.qr import codes
from stations.checkins.qr.rules import BadCodeError, code_text
from stations.occupations import Occupation
from stations.registry.choices import Service
from stations.registry.models import Condition, Station
from stations.registry.opening import opening_of
from stations.registry.timetables import hours_in

OCCUPATION_COOKIE = "jieli_occupation"  # of /q/ only; the page's script writes it too
A_YEAR = 365 * 24 * 3600
POSITION_LIMIT_MS = 4_000


def away(request: HttpRequest, code: str) -> HttpResponse:
    """503, but with the buttons: a script keeps the check-in on the phone until the database is back. Its signature holds."""
    try:
        scanned_code = codes.read(code)
    except BadCodeError:
        return page("bad_code", status=404)
    text = code_text(scanned_code.station_id, scanned_code.version, key=settings.JIELI_CODE_KEYS[0])
    response = page("check_in", status=503, is_away=True, **_form(request, text))
    response.headers["Retry-After"] = "30"
    return response


@scanned("GET", "POST", away=away)
def check_in_page(request: HttpRequest, code: StationCode, text: str) -> HttpResponse:
    """The form; a POST of it checks in and leads on to `done`. A double tap posts the same UUID, which is a replay."""
    return _posted(request, code) if request.method == "POST" else _shown(request, code, text)


@scanned("GET", away=away)
def done(request: HttpRequest, code: StationCode, text: str, visit: UUID) -> HttpResponse:
    """What was recorded of the visit, in honest words, and what the station offers."""
    found = CheckIn.objects.filter(id=visit, station=code.station_id).first()
    return page(
        "done",
        visit=visit,
        told=_told(found) if found else None,
        asks_opinion=bool(found and not found.set_aside) and not Opinion.objects.filter(pk=visit).exists(),
        said=request.GET.get("said", ""),
        **_offers(code, timezone.now()),
    )


def _shown(
    request: HttpRequest, code: StationCode, text: str, *, status: int = 200, problem: str = ""
) -> HttpResponse:
    now = timezone.now()
    response = HttpResponse(status=status)
    set_device(response, request)
    own = codes.text_of(code)
    form = _form(request, own, ticket=_ticket(request, response, text, now))
    context = {**form, **_offers(code, now), "said": request.GET.get("said", ""), "problem": problem}
    response.content = page("check_in", **context).content
    return response


def _ticket(request: HttpRequest, response: HttpResponse, text: str, now: datetime) -> str:
    """Proof that the station's screen showed this code just now, for the phone that scanned it."""
    given = response.cookies.get(DEVICE_COOKIE)
    return codes.ticket_for(codes.read(text), device=given.value if given else device_of(request), now=now)


def _form(request: HttpRequest, code: str, *, ticket: str = "") -> dict[str, Any]:
    """What the form and its script need. What was posted in vain keeps its UUID, so that it may be posted again."""
    given = _given(request)
    occupations = _occupations(request.COOKIES.get(OCCUPATION_COOKIE, ""))
    ticket = ticket or request.POST.get("ticket", "")[:200]
    return {
        "code": code,
        "ticket": ticket,
        "id": given[0] if given else uuid4(),
        "made_at": (given[1] if given else timezone.now()).isoformat(),
        "occupations": occupations,
        "remembered": occupations[0][0] == request.COOKIES.get(OCCUPATION_COOKIE),
        "config": {
            "code": code,
            "ticket": ticket,
            "address": reverse("check-in-api:check-ins"),
            "done": reverse("check-in:done", args=[code, UUID(int=0)]).replace(str(UUID(int=0)), "%s"),
            "cookie": OCCUPATION_COOKIE,
            "path": reverse("check-in:page", args=["x"]).removesuffix("x/"),
            "position_limit": POSITION_LIMIT_MS,
            "words": _words(),
        },
    }


def _occupations(remembered: str) -> list[tuple[str, str]]:
    """In the order of chapter 1, the remembered one first."""
    known = [(code, str(label)) for code, label in telling.OCCUPATIONS.items()]
    return sorted(known, key=lambda one: one[0] != remembered)


def _words() -> dict[str, Any]:
    """What the page's script says, in the reader's language."""
    return {
        "titles": {name: str(text) for name, text in telling.TITLES.items()},
        "not_counted": {name.value: str(text) for name, text in telling.NOT_COUNTED.items()},
        "evidence": {name.value: str(text) for name, text in telling.EVIDENCE.items()},
        "position_did_not_help": str(telling.POSITION_DID_NOT_HELP),
        "occupations": {name: str(text) for name, text in telling.OCCUPATIONS.items()},
        "kept": gettext(
            "There is no connection just now. It will be sent with this time as soon as there is; you can go on."
        ),
        "not_kept": gettext(
            "There is no connection just now, and this browser keeps nothing: leave this page open, and it is sent from here."
        ),
        "refused": gettext("It was not taken. Please scan the code at the station again."),
        "locating": gettext("Looking for your position …"),
        "located": gettext("Your position is known; only how far you are from the station is kept."),
        "not_located": gettext("No position could be found; you can check in without it."),
    }


def _posted(request: HttpRequest, code: StationCode) -> HttpResponse:
    """Without a script. The time is that of receipt, since nobody knows when it was sent."""
    text = codes.text_of(code)
    given = _given(request)
    occupation = request.POST.get("occupation", "")
    if given is None or occupation not in Occupation.values:
        problem = gettext("It could not be read what you sent. Please tap once more.")
        return _shown(request, code, text, status=422, problem=problem)
    wait = seconds_to_wait(address_of(request))
    if wait:
        problem = gettext(
            "There are too many check-ins from your network just now. Please tap again in a minute."
        )
        response = _shown(request, code, text, status=429, problem=problem)
        response.headers["Retry-After"] = str(wait)
        return response
    arrival = Arrival(
        id=given[0],
        code=text,
        made_at=given[1],
        occupation=occupation,
        ticket=request.POST.get("ticket", "")[:200],
    )
    [answer] = check_in([arrival], device=device_of(request), address=address_of(request), now=timezone.now())
    if answer.status in (
        CREATED,
        REPLAYED,
        CONFLICT,
    ):  # tapped again as another: what was recorded first stands
        return _recorded(request, text, answer.id, occupation)
    return _shown(request, code, text, status=answer.status, problem=answer.detail)


def _recorded(request: HttpRequest, text: str, visit: UUID, occupation: str) -> HttpResponse:
    response = redirect("check-in:done", text, visit)
    set_device(response, request)
    response.set_cookie(
        OCCUPATION_COOKIE,
        occupation,
        max_age=A_YEAR,
        path=reverse("check-in:page", args=["x"]).removesuffix("x/"),
        samesite="Lax",
        secure=settings.HTTPS,
    )
    return response


def _given(request: HttpRequest) -> tuple[UUID, datetime] | None:
    """The UUID and the time of the form, as the server made them when it drew it."""
    try:
        visit = UUID(request.POST.get("id", ""))
        made_at = parse_datetime(request.POST.get("made_at", ""))
    except ValueError:
        return None
    return (visit, made_at) if made_at and made_at.tzinfo else None


def _told(visit: CheckIn) -> dict[str, Any]:
    """A stored visit in words."""
    note: str | Promise
    if visit.set_aside:
        note = telling.NOT_COUNTED[SetAside(visit.set_aside)]
    elif visit.grade in telling.EVIDENCE:
        note = telling.EVIDENCE[Grade(visit.grade)]
    else:
        note = telling.POSITION_DID_NOT_HELP if visit.band else ""
    state = "noted" if visit.set_aside else "counted"
    return {
        "state": state,
        "title": telling.TITLES[state],
        "at": visit.at.astimezone(ZONE),
        "occupation": telling.OCCUPATIONS[visit.occupation],
        "note": note,
    }


def _offers(code: StationCode, now: datetime) -> dict[str, Any]:
    """What the station has for a worker today."""
    station: Station = code.station
    times = opening_of(station, now, SpecialDay.objects.calendar())
    facilities = station.facilities.exclude(condition=Condition.REMOVED).select_related("type")
    return {
        "station": station,
        "code": codes.text_of(code),
        "is_open": times.is_open(now),
        "state_words": times.words(now),
        "today": times.today(now),
        "hours": hours_in(station.hours_text, "en" if get_language() == "en" else "zh"),
        "services": [Service(code).label for code in station.services],
        "facilities": facilities,
        "is_demo": station.is_demo,
    }
