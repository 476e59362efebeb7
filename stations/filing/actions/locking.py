"""The first half of every verb: who asks, the row locked, the version that the writer has seen."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from stations.filing import rules
from stations.filing.models import Filing
from stations.filing.rules import FilingError
from stations.registry.models import Station
from stations.unions.access import Ability
from stations.unions.models import User


class StaleFilingError(FilingError):
    """The filing was changed since the writer read it; `filing` is as it is now."""

    def __init__(self, filing: Filing) -> None:
        self.filing = filing
        super().__init__("stale")


def lock(filing: Filing, version: int | None) -> Filing:
    """The row as it is now, locked until the transaction ends. StaleFilingError where it is not that version any more."""
    locked = Filing.objects.select_for_update().get(pk=filing.pk)
    if version is not None and version != locked.version:
        raise StaleFilingError(locked)
    return locked


def lock_editable(*, filing: Filing, by: User | AnonymousUser, version: int | None = None) -> Filing:
    """The filing, locked for its union to write in. PermissionDenied for others, FilingError where it is under way or done."""
    if not filing.allows(by, Ability.FILE):
        raise PermissionDenied
    locked = lock(filing, version)
    rules.check_editable(kind=locked.kind, state=locked.state)
    return locked


def check_fits(filing: Filing, station: Station) -> None:
    """FilingError unless a station as this one is now can be in a filing of this kind."""
    rules.check_fits(
        filing_kind=filing.kind,
        station=station.name,
        status=station.status,
        kind=station.kind,
        has_plate=station.nameplate_no is not None,
    )


def save(filing: Filing, *fields: str) -> None:
    """Keep the fields, as a new version."""
    filing.version += 1
    filing.save(update_fields=[*fields, "version"])
