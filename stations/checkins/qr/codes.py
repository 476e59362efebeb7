"""A station's code: issued, printed, shown on a screen, read, revoked (chapter 4, 1 (1)).

At any time one version of a station's code is in force. The next one takes its place in one transaction.
"""

from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext_noop as _

from stations.checkins.models import StationCode
from stations.checkins.qr import rules
from stations.checkins.qr.rules import BadCodeError, Scanned
from stations.registry import rules as registry_rules
from stations.registry.choices import StationStatus
from stations.registry.models import Station
from stations.registry.rules import RuleError
from stations.registry.wording import told
from stations.unions.access import Ability
from stations.unions.models import User

__all__ = ["BadCodeError", "Scanned"]  # of `rules`, beside what stands here
REASON_LENGTH = 120

REASONS = {
    "stolen": _("The poster is gone"),
    "misused": _("Its code is used from elsewhere"),
    "worn": _("The poster is worn out"),
}


class CodeError(ValueError):
    """The code cannot be issued; the text says what to do."""


class NoSiteUrlError(RuntimeError):
    """JIELI_SITE_URL is empty, and there is no request to learn the site's address from."""


def in_force(station: Station) -> StationCode | None:
    return station.codes.filter(revoked_at=None).first()


def current_code(station: Station) -> StationCode:
    """The version in force; version 1 is issued where there is none. Of two at once, both get the same.

    For commands and tests: a person who needs the first code asks by `issue`. CodeError for a withdrawn station.
    """
    return in_force(station) or _issue_first(station, None)


@transaction.atomic
def issue(*, station: Station, by: User | AnonymousUser) -> StationCode:
    """The version in force, the first one where there is none. PermissionDenied; CodeError for a withdrawn station."""
    user = _authorised(station, by)
    return in_force(station) or _issue_first(station, user)


@transaction.atomic
def reissue(
    *, station: Station, by: User | AnonymousUser, reason: str, version: int | None = None
) -> StationCode:
    """Revoke the code in force and issue the next version, in one step. Gives the new one.

    `version`: the one that `by` has before them. Where somebody was faster, it is not in force any more and nothing happens:
    CodeError, so that two people who press at once make one new version. None: whichever is in force.
    """
    user = _authorised(station, by)
    text = _read_reason(reason)
    _lock(station)
    last = in_force(station)
    if last is None:
        raise CodeError(gettext("The station has no code yet: make it first."))
    if version not in (None, last.version):
        raise CodeError(
            gettext("Version %(version)s is in force by now: somebody replaced the code before you.")
            % {"version": last.version}
        )
    now = timezone.now()
    last.revoked_at, last.revoked_by, last.reason = now, user, text
    last.save(update_fields=["revoked_at", "revoked_by", "reason"])
    return StationCode.objects.create(
        station=station, version=last.version + 1, issued_at=now, issued_by=user
    )


def reason_text(code: str) -> str:
    """One of `REASONS` as it is kept: in the site's language, whatever the writer reads."""
    with override(settings.LANGUAGE_CODE):
        return gettext(REASONS[code]) if code in REASONS else ""


def text_of(code: StationCode) -> str:
    """What the poster's QR code says behind `/q/`."""
    return rules.code_text(code.station_id, code.version, key=_key())


def screen_text_of(code: StationCode, now: datetime) -> str:
    """What the station's screen says behind `/q/` at `now`."""
    return rules.screen_text(code.station_id, code.version, rules.step_at(now), key=_key())


def check_in_url(code: StationCode, request: HttpRequest | None = None) -> str:
    """What the poster's QR code holds."""
    return site_url(f"/q/{text_of(code)}/", request)


def screen_check_in_url(code: StationCode, now: datetime, request: HttpRequest | None = None) -> str:
    """What the station's screen shows at `now`."""
    return site_url(f"/q/{screen_text_of(code, now)}/", request)


def site_url(path: str, request: HttpRequest | None = None) -> str:
    """A path of ours with the host at which phones reach it: JIELI_SITE_URL, else as this request came. NoSiteUrlError."""
    if settings.JIELI_SITE_URL:
        return urljoin(settings.JIELI_SITE_URL, path)
    if request is None:
        raise NoSiteUrlError
    return request.build_absolute_uri(path)


def read(text: str) -> Scanned:
    """What a code says, without asking the database. BadCodeError where it is not ours."""
    return rules.read_code(text, keys=settings.JIELI_CODE_KEYS)


def station_of(text: str) -> StationCode:
    """The version that a text names, with its station; `revoked_at` says whether it still holds. BadCodeError as `read`."""
    return _version_of(read(text), text)


def screen_key_of(code: StationCode) -> str:
    """What a tablet's address holds, which shows the screen's codes without signing in."""
    return rules.screen_key(code.station_id, code.version, key=_key())


def code_of_screen(text: str) -> StationCode:
    """The version to which a tablet's address belongs. BadCodeError where it is not ours."""
    return _version_of(rules.read_screen_key(text, key=_key()), text)


def ticket_for(scanned: Scanned, *, device: str, now: datetime) -> str:
    """That this phone scanned the station's screen just now, to be sent with its check-in; empty for anything else."""
    if scanned.screen_step is None or not rules.is_fresh(scanned.screen_step, now):
        return ""
    return rules.ticket(scanned.station_id, device=device, now=now, key=_key())


def ticket_holds(ticket: str, *, station_id: int, device: str, made_at: datetime) -> bool:
    """Whether the check-in of this phone, made then by our clock, comes from a screen scanned at most 15 minutes before."""
    return rules.ticket_holds(ticket, station_id, device=device, made_at=made_at, key=_key())


def _key() -> str:
    """The one that signs. Screens and tickets hold under it only, posters under the earlier ones too."""
    key: str = settings.JIELI_CODE_KEYS[0]
    return key


def _version_of(scanned: Scanned, text: str) -> StationCode:
    found = (
        StationCode.objects.select_related("station")
        .filter(station=scanned.station_id, version=scanned.version)
        .first()
    )
    if found is None:
        raise BadCodeError(text[:40])
    return found


@transaction.atomic
def _issue_first(station: Station, by: User | None) -> StationCode:
    locked = _lock(station)
    present = in_force(station)
    if present:
        return present
    if locked.status == StationStatus.WITHDRAWN:
        raise CodeError(gettext("The station is withdrawn: nobody checks in there any more."))
    return StationCode.objects.create(station=station, version=1, issued_at=timezone.now(), issued_by=by)


def _lock(station: Station) -> Station:
    """Against another change of the same station's code; check-ins of the station go on."""
    return Station.objects.select_for_update(no_key=True).get(pk=station.pk)


def _authorised(station: Station, by: User | AnonymousUser) -> User:
    if isinstance(by, AnonymousUser) or not station.allows(by, Ability.PRINT_CODE):
        raise PermissionDenied
    return by


def _read_reason(reason: str) -> str:
    try:
        return registry_rules.read_text(reason, limit=REASON_LENGTH)
    except RuleError as error:
        raise CodeError(told(error)) from error
