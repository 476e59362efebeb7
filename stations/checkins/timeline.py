"""What the history of a station tells of its check-ins: codes are in, voices and visits are not."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext

from stations.checkins.choices import ReportKind
from stations.checkins.models import WorkerReport
from stations.registry.models import FacilityType
from stations.timeline import Names, Source, Told, plain


def of_station(pk: int) -> Sequence[Source]:
    return [Source(WorkerReport, {"station": pk}, _report, names=("facility",))]


def _report(row: Any, names: Names) -> Told:
    kind = str(ReportKind(row.kind).label)
    what = f"{kind}: {names[FacilityType, row.facility_id]}" if row.facility_id else kind
    state = gettext("settled") if row.settled_at else gettext("not settled yet")
    return {gettext("Workers' report of %(day)s: %(what)s") % {"day": plain(row.day), "what": what}: state}
