"""What the history of a station tells, table by table. The words of a private contact are never among it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext

from stations.registry import models
from stations.timeline import Hidden, Names, Source, Told, fields, plain, remarked, text_of
from stations.unions.models import User

SHOWN = (
    "name", "kind", "status", "host_kind", "host_name", "address", "point", "district", "union",
    "public_phone", "area_m2", "hours_text", "services", "planned_completion", "pledge",
)  # fmt: skip


def of_station(pk: int) -> Sequence[Source]:
    """Everything about one station that the registry keeps."""
    its = {"station": pk}
    return [
        Source(
            models.Station,
            {"pgh_obj": pk},
            fields(*SHOWN),
            names=("district", "union", "pledge"),
            entered=gettext("Entered in the registry"),
        ),
        Source(models.StationManager, its, _manager, names=("user",)),
        Source(models.StationContact, its, _contact),
        Source(models.Facility, its, _facility, names=("type",)),
        Source(models.TemporaryClosure, its, _closure),
        Source(models.DatedHours, its, _dated_hours),
        Source(models.Acceptance, its, _acceptance, names=("have",)),
        Source(models.Nameplate, its, _nameplate),
        Source(models.Photo, its, _photo),
        Source(models.CareStation, its, _care, names=("drive",)),
    ]


def of_manager(pk: int) -> Sequence[Source]:
    """The stations that a person was given to look after."""
    return [Source(models.StationManager, {"user": pk}, _managed, names=("station",))]


def _manager(row: Any, names: Names) -> Told:
    """A hand-over is one manager's end and the next one's beginning."""
    return {} if row.until else {gettext("Station manager"): names[User, row.user_id]}


def _managed(row: Any, names: Names) -> Told:
    return {} if row.until else {gettext("Manager of the station"): names[models.Station, row.station_id]}


def _contact(row: Any, names: Names) -> Told:
    """Even the name is for those only who may see contacts; that it changed is for all who may see the time line."""
    told = fields("manager_name", "mobile")(row, names)
    return {what: Hidden(text) for what, text in told.items()}


def _facility(row: Any, names: Names) -> Told:
    condition = text_of(row, "condition", names)
    since = plain(row.broken_since) if row.broken_since else ""
    state = (
        gettext("%(state)s since %(since)s") % {"state": condition, "since": since} if since else condition
    )
    return {gettext("Facility: %(what)s") % {"what": names[models.FacilityType, row.type_id]}: state}


def _closure(row: Any, names: Names) -> Told:
    until = plain(row.during.upper) if row.during.upper else gettext("further notice")
    state = gettext("%(since)s to %(until)s") % {"since": plain(row.during.lower), "until": until}
    return {gettext("Closed for a while"): remarked(state, row.reason)}


def _dated_hours(row: Any, names: Names) -> Told:
    days = {"first": plain(row.days.lower), "last": plain(row.days.upper - timedelta(days=1))}
    what = gettext("Other hours, %(first)s to %(last)s") % days
    return {what: remarked(row.hours_text or gettext("unknown"), row.reason)}


def _acceptance(row: Any, names: Names) -> Told:
    state = gettext("accepted") if row.accepted else gettext("not accepted")
    return {
        gettext("Six haves: %(what)s") % {"what": names[models.Have, row.have_id]}: remarked(state, row.note)
    }


def _nameplate(row: Any, names: Names) -> Told:
    state = gettext("withdrawn from the station") if row.withdrawn_at else gettext("issued to the station")
    return {gettext("Nameplate %(number)s") % {"number": row.number}: remarked(state, row.reason)}


def _photo(row: Any, names: Names) -> Told:
    return {gettext("Photo"): row.caption or gettext("without caption")}


def _care(row: Any, names: Names) -> Told:
    return {gettext("Care drive"): names[models.CareDrive, row.drive_id]}
