"""An attacker reads every public byte before and after a visit, over all quarters, and learns no count under ten.

Public are the e-map's data in each datum and their ETag, the pages of a station and of all stations in both languages, the page
behind a QR code, and the API as nobody in particular reads it.
"""

import re
from contextlib import contextmanager
from datetime import date, datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.hours import ZONE
from maps.emap import snapshot
from stations.checkins.models import Usage
from stations.checkins.qr.codes import current_code, text_of
from stations.checkins.usage.busy import publish
from tests.stations.checkins.visits import visit

pytestmark = pytest.mark.slow
QUARTERS = (date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1))
SETTLED = {
    QUARTERS[0]: datetime(2026, 4, 8, tzinfo=ZONE),
    QUARTERS[1]: datetime(2026, 7, 8, tzinfo=ZONE),
    QUARTERS[2]: datetime(2026, 10, 8, tzinfo=ZONE),
}
ONE_BY_ONE = re.compile(r'name="csrfmiddlewaretoken" value="\w+"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}')
HOURS = (9, 12, 13, 17)
CELLS = st.tuples(st.integers(0, 1), st.sampled_from(HOURS))  # which station, which hour
COUNTS = st.integers(0, 9) | st.integers(8, 12) | st.integers(0, 300)
QUARTER = st.dictionaries(CELLS, COUNTS)
HISTORY = st.fixed_dictionaries(dict.fromkeys(QUARTERS, QUARTER))

slowly = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def stations(make_station, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2026, 11, 2, 12, tzinfo=ZONE))
    made = [make_station("一站", hours_text="24/7"), make_station("二站", hours_text="Mo-Su 09:00-17:00")]
    for one in made:
        current_code(one)
    return made


@contextmanager
def taken_back():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def happened(stations, counts, quarter):
    """The counts as the check-ins' trigger would keep them, on some days of the quarter."""
    rows = [
        Usage(station=stations[which], day=quarter + timedelta(days=3), hour=hour, occupation="rider", grade="near", count=count)
        for (which, hour), count in counts.items() if count
    ]  # fmt: skip
    Usage.objects.bulk_create(rows)


def a_visit(stations, cell, quarter, *, device="the victim's"):
    which, hour = cell
    at = datetime(quarter.year, quarter.month, 20, hour, 30, tzinfo=ZONE)
    visit(stations[which], at, device=device)


def public_bytes(stations):
    """All that anybody may read, as one value."""
    snapshot._kept.clear()
    cache.clear()
    paths = [
        "/stations/",
        "/api/stations/",
        *(f"/emap/stations.geojson?datum={one}" for one in ("wgs84", "gcj02", "bd09")),
    ]
    for one in stations:
        paths += [f"/stations/{one.pk}/", f"/api/stations/{one.pk}/", f"/q/{text_of(current_code(one))}/"]
    read = []
    for language in ("zh-hans", "en"):
        client = Client()
        client.cookies["django_language"] = language
        for path in paths:
            answer = client.get(path)
            assert answer.status_code == 200, path
            text = ONE_BY_ONE.sub("", answer.content.decode())
            read.append((language, path, answer.get("ETag", ""), text))
    return read


@slowly
@given(history=HISTORY, cell=CELLS, quarter=st.sampled_from(QUARTERS))
def test_no_visit_moves_a_public_byte_before_or_after_its_quarter_is_published(
    stations, history, cell, quarter
):
    with taken_back():
        for one in QUARTERS:
            happened(stations, history[one], one)
            publish(SETTLED[one])
        before = public_bytes(stations)
        a_visit(stations, cell, quarter)  # late, into a published quarter
        a_visit(stations, cell, date(2026, 10, 1), device="another")  # and one of the running quarter
        for days in (0, 1, 40):
            publish(SETTLED[QUARTERS[-1]] + timedelta(days=days))
        assert public_bytes(stations) == before


@slowly
@given(history=HISTORY, cell=CELLS, one=st.integers(0, 9), other=st.integers(0, 9))
def test_nothing_distinguishes_counts_under_ten(stations, history, cell, one, other):
    read = []
    for count in (one, other):
        with taken_back():
            for quarter in QUARTERS:
                happened(stations, history[quarter] | {cell: count}, quarter)
                publish(SETTLED[quarter])
            read.append(public_bytes(stations))
    assert read[0] == read[1]


@slowly
@given(
    earlier=QUARTER,
    other=QUARTER,
    last=st.dictionaries(st.sampled_from(HOURS), COUNTS).filter(
        lambda hours: max(hours.values(), default=0) >= 10
    ),
)
def test_a_quarter_tells_nothing_of_another(stations, earlier, other, last):
    """So there is nothing to subtract: what is read of a quarter is made of its own visits, and no two quarters share one."""
    read = []
    for first in (earlier, other):
        with taken_back():
            happened(stations, first, QUARTERS[1])
            publish(SETTLED[QUARTERS[1]])
            happened(stations, {(0, hour): count for hour, count in last.items()}, QUARTERS[2])
            publish(SETTLED[QUARTERS[2]])
            read.append(public_bytes(stations))
    assert read[0] == read[1]


def test_the_attacker_does_read_what_is_published(stations):
    """Or the tests above prove nothing."""
    with taken_back():
        happened(stations, {(0, 12): 9}, QUARTERS[2])
        publish(SETTLED[QUARTERS[2]])
        hidden = public_bytes(stations)
    happened(stations, {(0, 12): 10}, QUARTERS[2])
    publish(SETTLED[QUARTERS[2]])
    shown = public_bytes(stations)
    differing = {path for (_, path, *one), (_, _, *other) in zip(hidden, shown, strict=True) if one != other}
    assert f"/stations/{stations[0].pk}/" in differing
    assert {f"/emap/stations.geojson?datum={one}" for one in ("wgs84", "gcj02", "bd09")} <= differing
    assert f"/stations/{stations[1].pk}/" not in differing
