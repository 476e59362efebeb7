"""In whatever order check-ins arrive, the counts are those of the rows, and the rules hold over them (chapter 4, 1 (2))."""

import uuid
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stations.checkins.intake.actions import Arrival, check_in
from stations.checkins.models import CheckIn, Usage, WeekUse

NOW = datetime(2026, 4, 2, 4, tzinfo=UTC)
DAYS = 3
PHONES, STATIONS = 2, 3

RECOUNT = """
SELECT station_id, here::date, extract(hour FROM here)::int, occupation, grade, count(*)
  FROM (SELECT *, at AT TIME ZONE 'Asia/Shanghai' AS here FROM checkins_checkin WHERE set_aside = '') AS counted
 GROUP BY 1, 2, 3, 4, 5
"""
WEEK = """
SELECT station_id, date_trunc('month', here)::date,
       ((extract(isodow FROM here) - 1) * 24 + extract(hour FROM here))::int, count(*)
  FROM (SELECT *, at AT TIME ZONE 'Asia/Shanghai' AS here FROM checkins_checkin WHERE set_aside = '') AS counted
 GROUP BY 1, 2, 3
"""

visits = st.tuples(
    st.integers(0, PHONES - 1),
    st.integers(0, STATIONS - 1),
    st.integers(0, DAYS * 24 * 6).map(lambda n: n * 10),
    st.sampled_from(["rider", "courier"]),
)


def rows(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def queues(order, sizes):
    """The visits in their order, cut into queues of one phone each."""
    rest = list(order)
    while rest:
        size = sizes[len(rest) % len(sizes)]
        head = [one for one in rest[:size] if one[0] == rest[0][0]]
        yield head
        rest = [one for one in rest if one not in head]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(visits, min_size=1, max_size=40, unique=True),
    st.randoms(use_true_random=False),
    st.lists(st.integers(1, 12), min_size=1, max_size=4),
)
def test_counts_are_those_of_the_rows_in_any_order(make_station, poster, order, shuffling, sizes):
    with transaction.atomic():
        places = [make_station(f"{n}", lon=121.1 + n / 5) for n in range(STATIONS)]
        codes = [poster(one) for one in places]
        ids = {one: uuid.uuid4() for one in order}
        for shuffled in (False, True):  # the second time all are replays
            if shuffled:
                shuffling.shuffle(order)
            for queue in queues(order, sizes):
                arrivals = [
                    Arrival(
                        id=ids[one],
                        code=codes[one[1]],
                        made_at=NOW - timedelta(minutes=one[2]),
                        sent_at=NOW,
                        occupation=one[3],
                    )
                    for one in queue
                ]
                answers = check_in(arrivals, device=f"phone {queue[0][0]}", address="192.0.2.1", now=NOW)
                assert {one.status for one in answers} == {200 if shuffled else 201}
        assert CheckIn.objects.count() == len(order)
        agree_with_the_rows()
        rules_hold()
        transaction.set_rollback(True)


def agree_with_the_rows():
    kept = Usage.objects.values_list("station_id", "day", "hour", "occupation", "grade", "count")
    assert sorted(kept) == sorted(rows(RECOUNT))
    weeks = {(one.station_id, one.month): one.counts for one in WeekUse.objects.filter(occupation="")}
    assert sorted(
        (station, month, slot, count)
        for (station, month), counts in weeks.items()
        for slot, count in enumerate(counts)
        if count
    ) == sorted(rows(WEEK))


def rules_hold():
    by_place, by_day = defaultdict(list), Counter()
    for one in CheckIn.objects.filter(set_aside="").order_by("at"):
        who = bytes(one.pseudonym)
        by_place[who, one.station_id].append(one.at)
        by_day[who, (one.at + timedelta(hours=8)).date()] += 1
    assert all(
        later - earlier >= timedelta(minutes=30)
        for ats in by_place.values()
        for earlier, later in pairwise(ats)
    )
    assert max(by_day.values()) <= 8
