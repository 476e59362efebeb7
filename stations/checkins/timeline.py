"""What the history of a station tells of its check-ins: codes, reports and paper tallies are in, voices and visits are not."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext

from stations.checkins.choices import ReportKind
from stations.checkins.models import StationCode, Tally, WorkerReport
from stations.registry.models import FacilityType
from stations.timeline import Names, Source, Told, plain, remarked, text_of


def of_station(pk: int) -> Sequence[Source]:
    its = {"station": pk}
    return [
        Source(StationCode, its, _code),
        Source(WorkerReport, its, _report, names=("facility",)),
        Source(Tally, its, _tally),
    ]


def _code(row: Any, names: Names) -> Told:
    state = gettext("revoked") if row.revoked_at else gettext("in force")
    what = gettext("Check-in code, version %(version)s") % {"version": row.version}
    return {what: remarked(state, row.reason)}


def _report(row: Any, names: Names) -> Told:
    kind = str(ReportKind(row.kind).label)
    what = f"{kind}: {names[FacilityType, row.facility_id]}" if row.facility_id else kind
    state = gettext("settled") if row.settled_at else gettext("not settled yet")
    return {gettext("Workers' report of %(day)s: %(what)s") % {"day": plain(row.day), "what": what}: state}


def _tally(row: Any, names: Names) -> Told:
    words = {"day": plain(row.day), "occupation": text_of(row, "occupation", names)}
    return {gettext("Self-reported on paper, %(day)s, %(occupation)s") % words: plain(row.count)}
