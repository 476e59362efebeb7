"""All public stations as one GeoJSON text, built once for each state of the database.

What stations share (opening hours, names of services and facilities) stands once in tables beside `features`:

    hours       zh, en, always (day and night), spans: [[start, end], ...] in seconds since 1970, null where unknown
    services, facilities, kinds, districts      code -> zh, en; a district also has the point of its label
    busy_quarter    first and last day of the calendar quarter that `busy` tells of; left out where none is published

A feature's `busy` are 24 digits, one for each hour of the day in Shanghai: 1 quieter, 2 busier, 3 busiest among the station's own
hours, 0 too few check-ins to tell. It is left out where all are 0 (stations/checkins/usage/busy.py).

A feature's `spans` stands for its hours' spans where temporary closures (`closed`) take something out of them or other hours hold
on some days (`dated`); `unknown` are the spans of days whose hours are unknown.
"""

import gzip
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Any, cast

import numpy as np
from django.contrib.gis.db.models import PointField
from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection
from django.db.models import CharField, F, FloatField, Func, Q, TextChoices, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import override

from geo import datum as datums
from geo.hours import ZONE, Calendar
from geo.models import District, SpecialDay
from stations.checkins.usage.busy import busy_digits, shown_quarter
from stations.checkins.usage.publishing import last_day_of_quarter
from stations.registry import opening
from stations.registry.models import (
    Condition,
    DatedHours,
    Facility,
    FacilityType,
    Service,
    Station,
    StationKind,
    TemporaryClosure,
)
from stations.registry.timetables import dated_between, hours_in, hours_of, timetable_of

# Each change of a station, its facilities and its closures makes a new version of its row (stations/registry/triggers.py), so
# the sum of versions moves on with every commit, in whatever order commits happen. The small tables are hashed whole. A quarter's
# busy hours come with its row in one commit and never change.
REVISION_SQL = """
    SELECT concat_ws('/', count(*), sum(version), max(id), max(updated_at),
        (SELECT md5(string_agg(concat_ws(',', date, kind, follows_weekday), ';' ORDER BY date)) FROM geo_specialday),
        (SELECT md5(string_agg(t::text, ';' ORDER BY code)) FROM registry_facilitytype t),
        (SELECT md5(string_agg(concat_ws(',', code, name, name_en, ST_AsText(ST_Envelope(outline))), ';' ORDER BY code))
         FROM geo_district),
        (SELECT max(quarter) FROM checkins_busyquarter WHERE hours > 0))
    FROM registry_station
"""


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """`body` is gzip; `revision` names the state of the database, the local day and the datum that it shows."""

    revision: str
    body: bytes
    made_at: datetime

    @property
    def etag(self) -> str:
        """Weak: the same for the gzip and the plain form."""
        return f'W/"{hashlib.sha256(self.revision.encode()).hexdigest()[:24]}"'

    def plain(self) -> bytes:
        return gzip.decompress(self.body)


_kept: dict[str, Snapshot] = {}
_building = Lock()


def current(datum: str, now: datetime) -> Snapshot:
    """The snapshot of the database as it is now. DatabaseError when the database is away."""
    revision = f"{_database_revision()}/{now.astimezone(ZONE).date()}/{datum}"
    kept = _kept.get(datum)
    if kept is not None and kept.revision == revision:
        return kept
    with _building:
        kept = _kept.get(datum)
        if kept is None or kept.revision != revision:
            text = json.dumps(build(datum, now), ensure_ascii=False, separators=(",", ":"))
            body = gzip.compress(text.encode(), compresslevel=6, mtime=0)
            kept = _kept[datum] = Snapshot(revision=revision, body=body, made_at=now)
        return kept


def last(datum: str) -> Snapshot | None:
    """What `current` gave last, however old."""
    return _kept.get(datum)


def build(datum: str, now: datetime) -> dict[str, Any]:
    """The GeoJSON as a plain value, with coordinates in `datum`."""
    calendar = SpecialDay.objects.calendar()
    rows = list(_stations())
    hours_texts = {text: index for index, text in enumerate(dict.fromkeys(row["hours_text"] for row in rows))}
    hours = [_hours(text, now, calendar) for text in hours_texts]
    features = [_feature(row, hours_texts[row["hours_text"]]) for row in _with_coordinates(rows, datum)]
    _add_facilities(features)
    _add_dated(features, rows, now, calendar)
    _add_closures(features, hours, now)
    quarter = shown_quarter()
    if quarter:
        _add_busy(features, quarter)
    return {
        "type": "FeatureCollection",
        "datum": datum,
        "until": int(opening.window(now)[1].timestamp()),
        "kinds": _labels(StationKind),
        "services": _labels(Service),
        "facilities": {one.code: _names(one.name_zh, one.name_en) for one in FacilityType.objects.all()},
        "districts": _districts(datum),
        "hours": hours,
        **({"busy_quarter": [str(quarter), str(last_day_of_quarter(quarter))]} if quarter else {}),
        "features": features,
    }


def _database_revision() -> str:
    with connection.cursor() as cursor:
        cursor.execute(REVISION_SQL)
        return str(cursor.fetchone()[0])


def _stations() -> Iterable[dict[str, Any]]:
    place = Cast("point", PointField(srid=4326))
    rows = (
        Station.objects.public()
        .annotate(
            lon=Func(place, function="ST_X", output_field=FloatField()),
            lat=Func(place, function="ST_Y", output_field=FloatField()),
            district_code=F("district__code"),
        )
        .order_by("district_code", "id")
        .values(
            "id", "name", "kind", "host_name", "address", "lon", "lat", "district_code", "hours_text",
            "services", "public_phone", "nameplate_no", "is_demo",
        )
    )  # fmt: skip
    return cast(Iterable[dict[str, Any]], rows)


def _with_coordinates(rows: list[dict[str, Any]], datum: str) -> Iterable[dict[str, Any]]:
    """Each row with `at`, its place in `datum`, and `wgs84` where that differs: distances are measured in it."""
    lon, lat = np.array([row["lon"] for row in rows]), np.array([row["lat"] for row in rows])
    x, y = datums.convert(lon, lat, source="wgs84", target=datum)
    for row, at in zip(rows, np.round(np.column_stack([x, y]), 6).tolist(), strict=True):
        row["at"] = at
        row["wgs84"] = None if datum == "wgs84" else [round(row["lon"], 6), round(row["lat"], 6)]
        yield row


def _feature(row: dict[str, Any], hours: int) -> dict[str, Any]:
    properties = {
        "name": row["name"],
        "kind": row["kind"],
        "host": row["host_name"],
        "address": row["address"],
        "district": row["district_code"],
        "hours": hours,
        "services": row["services"],
        "phone": row["public_phone"],
        "plate": row["nameplate_no"],
        "demo": row["is_demo"],
        "wgs84": row["wgs84"],
    }
    return {
        "type": "Feature",
        "id": row["id"],
        "geometry": {"type": "Point", "coordinates": row["at"]},
        # what is empty is left out
        "properties": {
            name: value for name, value in properties.items() if value not in (None, "", [], False)
        }
        | {"hours": hours},
    }


def _add_facilities(features: list[dict[str, Any]]) -> None:
    """`working`: codes; `broken`: code -> since when."""
    found = (
        Facility.objects.order_by()
        .values("station_id")
        .annotate(
            working=ArrayAgg("type_id", filter=Q(condition=Condition.WORKING), order_by="type__position"),
            broken=ArrayAgg(
                Concat("type_id", Value(" "), Cast("broken_since", CharField()), output_field=CharField()),
                filter=Q(condition=Condition.BROKEN),
            ),
        )
        .values_list("station_id", "working", "broken")
    )
    facilities = {station: (working, broken) for station, working, broken in found}
    for feature in features:
        working, broken = facilities.get(feature["id"], (None, None))
        if working:
            feature["properties"]["working"] = working
        if broken:
            feature["properties"]["broken"] = dict(one.split(" ", 1) for one in broken)


def _add_busy(features: list[dict[str, Any]], quarter: date) -> None:
    digits = busy_digits(quarter)
    for feature in features:
        if feature["id"] in digits:
            feature["properties"]["busy"] = digits[feature["id"]]


def _add_dated(
    features: list[dict[str, Any]], rows: list[dict[str, Any]], now: datetime, calendar: Calendar
) -> None:
    """`dated`: the days that differ, as first, last, hours and reason; `spans` and `unknown` as they then are."""
    dated = dated_between(*opening.window(now))
    for feature, row in zip(features, rows, strict=True) if dated else ():
        differing = dated.get(feature["id"])
        if differing:
            times = timetable_of(row["hours_text"], differing)
            spans, unknown = opening.spans_of(times, now, calendar)
            feature["properties"] |= {"spans": spans, "dated": [_dated(one) for one in differing]}
            if unknown:
                feature["properties"]["unknown"] = unknown


def _dated(one: DatedHours) -> dict[str, str]:
    return {
        "first": one.days.lower.isoformat(),
        "last": (one.days.upper - timedelta(days=1)).isoformat(),
        "zh": hours_in(one.hours_text, "zh"),
        "en": hours_in(one.hours_text, "en"),
        "reason": one.reason,
    }


def _add_closures(features: list[dict[str, Any]], hours: list[dict[str, Any]], now: datetime) -> None:
    """`closed`: [start, end, reason]; `spans`: what stays open beside them."""
    closures: dict[int, list[tuple[int, int, str]]] = {}
    for one in TemporaryClosure.objects.filter(during__overlap=opening.window(now)):
        start, end = opening.closure_seconds(one.during.lower, one.during.upper)
        closures.setdefault(one.station_id, []).append((start, end, one.reason))
    for feature in features if closures else ():
        closed = closures.get(feature["id"])
        if closed:
            properties = feature["properties"]
            properties["closed"] = closed
            times = [(start, end) for start, end, _ in closed]
            properties["spans"] = opening.without(
                properties.get("spans", hours[properties["hours"]]["spans"]), times
            )


def _hours(text: str, now: datetime, calendar: Calendar) -> dict[str, Any]:
    hours = hours_of(text)
    slots = hours.slots() or []
    return {
        "zh": hours_in(text, "zh"),
        "en": hours_in(text, "en"),
        "always": len(slots) == 14 and all(end - start == 1440 for start, end in slots),
        "spans": opening.spans(hours, now, calendar),
    }


def _districts(datum: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for district in District.objects.all():
        label = district.outline.point_on_surface
        x, y = datums.convert(label.x, label.y, source="wgs84", target=datum)
        names = _names(district.name, district.name_en)
        found[district.code] = {**names, "at": [round(float(x), 4), round(float(y), 4)]}
    return found


def _labels(choices: type[TextChoices]) -> dict[str, dict[str, str]]:
    labels: dict[str, dict[str, str]] = {code: {} for code in choices.values}
    for short, language in (("zh", "zh-hans"), ("en", "en")):
        with override(language):
            for code, label in choices.choices:
                labels[code][short] = str(label)
    return labels


def _names(chinese: str, english: str) -> dict[str, str]:
    return {"zh": chinese, "en": english or chinese}
