"""Every acknowledgement beside the table, and every count beside a recount from the rows. Own SQL, not the application's."""

import io
from collections.abc import Collection
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from uuid import UUID

from psycopg2 import extensions

LOAD = """
CREATE TEMP TABLE acknowledged (id uuid, station_id bigint, occupation text, made_at timestamptz, grade text, set_aside text);
CREATE TEMP TABLE sent (id uuid);
"""
LOST = """
SELECT count(DISTINCT id) FROM acknowledged AS a WHERE NOT EXISTS (SELECT FROM checkins_checkin AS kept WHERE kept.id = a.id)
"""
TWICE = "SELECT count(*) FROM (SELECT FROM checkins_checkin GROUP BY id HAVING count(*) > 1) AS several"
OTHERWISE = """
SELECT count(*) FROM acknowledged AS a JOIN checkins_checkin AS kept USING (id)
 WHERE (a.station_id, a.occupation, a.made_at, a.grade, a.set_aside)
       IS DISTINCT FROM (kept.station_id, kept.occupation, kept.made_at, kept.grade, kept.set_aside)
"""
KEPT_WITHOUT = """
SELECT count(*) FROM checkins_checkin AS kept WHERE NOT EXISTS (SELECT FROM {table} AS other WHERE other.id = kept.id)
"""
DEFAULT = "SELECT count(*) FROM ONLY checkins_checkin_default"
LOCAL = "(SELECT *, at AT TIME ZONE 'Asia/Shanghai' AS here FROM checkins_checkin WHERE set_aside = '') AS counted"
USAGE = f"""
SELECT station_id, here::date, extract(hour FROM here)::int, occupation, grade, count(*)::int
  FROM {LOCAL} GROUP BY 1, 2, 3, 4, 5
"""
WEEKS = f"""
SELECT station_id, date_trunc('month', here)::date, occupation,
       (extract(isodow FROM here) * 24 - 23 + extract(hour FROM here))::int, count(*)::int
  FROM (SELECT here, at, station_id, occupation FROM {LOCAL} UNION ALL SELECT here, at, station_id, '' FROM {LOCAL}) AS both_of
 GROUP BY 1, 2, 3, 4
"""
KEPT_USAGE = "SELECT station_id, day, hour::int, occupation, grade, count FROM checkins_usage"
KEPT_WEEKS = """
SELECT station_id, month, occupation, slot::int, n
  FROM checkins_weekuse, unnest(counts) WITH ORDINALITY AS hours (n, slot) WHERE n > 0
"""
DIFFERENCE = "SELECT count(*) FROM (({a} EXCEPT {b}) UNION ALL ({b} EXCEPT {a})) AS wrong"


@dataclass(frozen=True)
class Findings:
    """Numbers of check-ins; all but the first three must be 0."""

    rows: int
    counted: int
    unacknowledged_but_kept: int
    lost: int
    twice: int
    otherwise_than_acknowledged: int
    never_sent: int
    in_default_partition: int
    usage_rows_wrong: int
    week_slots_wrong: int

    def faults(self) -> dict[str, int]:
        """What should be 0 and is not."""
        return {one.name: asdict(self)[one.name] for one in fields(self)[3:] if asdict(self)[one.name]}


def audit(connection: extensions.connection, journal: Path, sent: Collection[UUID]) -> Findings:
    with connection, connection.cursor() as cursor:
        cursor.execute(LOAD)
        with journal.open() as lines:
            cursor.copy_expert("COPY acknowledged FROM STDIN", lines)
        cursor.copy_expert("COPY sent FROM STDIN", io.StringIO("".join(f"{one}\n" for one in sent)))
        return Findings(
            rows=_number(cursor, "SELECT count(*) FROM checkins_checkin"),
            counted=_number(cursor, "SELECT count(*) FROM checkins_checkin WHERE set_aside = ''"),
            unacknowledged_but_kept=_number(cursor, KEPT_WITHOUT.format(table="acknowledged")),
            lost=_number(cursor, LOST),
            twice=_number(cursor, TWICE),
            otherwise_than_acknowledged=_number(cursor, OTHERWISE),
            never_sent=_number(cursor, KEPT_WITHOUT.format(table="sent")),
            in_default_partition=_number(cursor, DEFAULT),
            usage_rows_wrong=_number(cursor, DIFFERENCE.format(a=USAGE, b=KEPT_USAGE)),
            week_slots_wrong=_number(cursor, DIFFERENCE.format(a=WEEKS, b=KEPT_WEEKS)),
        )


def _number(cursor: extensions.cursor, question: str) -> int:
    cursor.execute(question)
    return cursor.fetchone()[0]
