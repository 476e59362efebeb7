"""A list uploaded to a draft of new stations: looked through first, then its good rows imported, the others handed back.

The file is kept for a day for its sender alone. It is read anew at each step, so what is imported is checked against the
registry as it is then. Once the good rows are in, the kept file is the one with the rows that are left.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pghistory
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from geo.hours import ZONE
from stations.filing import rules
from stations.filing.actions import lock_editable
from stations.filing.actions.drafting import append_stations
from stations.filing.annex2.form import DATUM_NAMES
from stations.filing.annex2.head import Head, read_head
from stations.filing.annex2.rejects import rejects_book
from stations.filing.choices import FilingKind
from stations.filing.models import Filing, Upload
from stations.filing.rules import FilingError
from stations.registry import words
from stations.registry.exchange.importing import Good, Plan, plan_import, write_stations
from stations.registry.exchange.reading import read_upload
from stations.registry.exchange.table import FileError, Table
from stations.registry.rules import RuleError
from stations.unions.access import Ability
from stations.unions.models import User

KEPT = timedelta(days=1)
MAX_UPLOAD = 5 * 1024 * 1024
NOT_FROM_FILES = ("status", "nameplate_no")  # a new station is planned, and gets its nameplate on approval

MESSAGES = {
    "datum_differs": "The form says that its positions are in {stated}, and you chose {chosen}: choose the one that is right, "
    "or correct the form.",
    "union_differs": "The form is filled in for “{stated}”, and this filing is of {own}: upload it to a filing of that union, "
    "or correct the form's head.",
    "gone": "The uploaded file is not kept any more: upload it again.",
    "nothing_good": "No row of the file can be imported: correct them first.",
}


class UploadError(RuleError):
    """The file as a whole cannot be taken; nothing of it was kept."""

    messages: Mapping[str, str] = MESSAGES


@dataclass(frozen=True)
class DryRun:
    """What an upload would do: the plan for its rows, and its head."""

    plan: Plan
    head: Head

    @property
    def table(self) -> Table:
        return self.plan.table


@transaction.atomic
def receive(
    *, filing: Filing, by: User | AnonymousUser, name: str, content: bytes, datum: str, sheet: str = ""
) -> Upload:
    """Look through a file and keep it for its sender. FileError or UploadError where it cannot be taken as a whole.

    PermissionDenied unless `by` files for the union; FilingError unless the filing is an open one of new stations.
    """
    sender = _check_may_upload(filing, by)
    look_through(content, filing=filing, datum=datum, sheet=sheet)
    purge_expired()
    Upload.objects.filter(filing=filing, by=sender).delete()
    return Upload.objects.create(
        filing=filing, by=sender, name=_shown(name), content=content, datum=datum, sheet=sheet
    )


def look_through(content: bytes, *, filing: Filing, datum: str, sheet: str = "") -> DryRun:
    """Read a file as rows of this filing; nothing is written. FileError or UploadError where it cannot be taken as a whole."""
    if len(content) > MAX_UPLOAD:
        raise FileError("too_large", given=len(content), limit=MAX_UPLOAD)
    table = _for_filing(read_upload(content, sheet=sheet or None))
    head = read_head(table)
    if head.datum and head.datum != datum:
        raise UploadError("datum_differs", stated=DATUM_NAMES[head.datum], chosen=DATUM_NAMES[datum])
    if head.union and words.key(head.union) != words.key(filing.union.name):
        raise UploadError("union_differs", stated=head.union, own=filing.union.name)
    plan = plan_import(table, datum=datum, today=_today(), union=filing.union, only_union=True)
    return DryRun(replace(plan, good=tuple(map(_planned, plan.good))), head)


@transaction.atomic
def import_good(*, upload: Upload, by: User | AnonymousUser) -> tuple[int, int]:
    """Put the good rows into the filing, as planned stations at the end of its list; how many, and how many are left.

    What the file's head says fills the draft's where it is empty. The rows that are left replace the kept file, each with what
    is wrong; without any, the upload is gone. PermissionDenied for anybody but its sender; FilingError, FileError and
    UploadError as in `receive`.
    """
    sender = _check_may_upload(upload.filing, by)
    filing = lock_editable(filing=upload.filing, by=by)
    kept = _kept_by(sender).select_for_update().filter(pk=upload.pk, filing=filing).first()
    if kept is None:
        raise UploadError("gone")
    run = look_through(bytes(kept.content), filing=filing, datum=kept.datum, sheet=kept.sheet)
    if not run.plan.good:
        raise UploadError("nothing_good")
    with pghistory.context(upload=kept.name):
        stations = write_stations(run.plan)
        _fill_head(filing, run.head)
        append_stations(filing, stations)
    if run.plan.rejected:
        kept.content, kept.sheet = rejects_book(run.plan), ""
        kept.save(update_fields=["content", "sheet"])
    else:
        kept.delete()
    return len(stations), len(run.plan.rejected)


def kept_upload(*, filing: Filing, by: User, pk: int) -> Upload | None:
    """An upload of the last day, for its sender."""
    return _kept_by(by).filter(filing=filing, pk=pk).first()


def purge_expired() -> int:
    """Delete the uploads of more than a day ago; the number of them."""
    deleted, _ = Upload.objects.filter(at__lt=timezone.now() - KEPT).delete()
    return deleted


def _kept_by(sender: User) -> QuerySet[Upload]:
    return Upload.objects.filter(by=sender, at__gte=timezone.now() - KEPT)


def _check_may_upload(filing: Filing, by: User | AnonymousUser) -> User:
    if isinstance(by, AnonymousUser) or not filing.allows(by, Ability.FILE):
        raise PermissionDenied
    rules.check_editable(kind=filing.kind, state=filing.state)
    if filing.kind != FilingKind.NEW:
        raise FilingError("only_new")
    return by


def _for_filing(table: Table) -> Table:
    """Without the columns that a filing does not take from a file."""
    columns = tuple(None if column in NOT_FROM_FILES else column for column in table.columns)
    return replace(table, columns=columns)


def _planned(good: Good) -> Good:
    return replace(good, station=replace(good.station, status="planned"))


def _fill_head(filing: Filing, head: Head) -> None:
    empty = [name for name in rules.HEAD if head.values.get(name) and not getattr(filing, name)]
    for name in empty:
        setattr(filing, name, head.values[name])
    if empty:
        filing.save(update_fields=empty)


def _shown(name: str) -> str:
    """A file's name as a page may show it."""
    return "".join(character for character in name if character.isprintable())[:120]


def _today() -> date:
    return timezone.now().astimezone(ZONE).date()
