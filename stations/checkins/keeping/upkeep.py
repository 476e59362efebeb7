"""What has to be done again and again, so that check-ins are kept right over the years (docs/operations.md).

Each step can be done by itself, twice, at the wrong moment or not to its end. A step that fails is logged and tried again with
the next run; the others are done all the same. One upkeep works at a time, and no load of history beside it.
"""

import contextlib
import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.db import connection

from geo.health import DATABASE_AWAY
from stations.checkins.keeping import partitions, purge, recount
from stations.checkins.keeping.partitions import local_day
from stations.checkins.models import UpkeepStep
from stations.checkins.usage import busy

log = logging.getLogger(__name__)
LOCK = 4_2026_01  # chapter 4, 1: one number of PostgreSQL's advisory locks


class AlarmError(Exception):
    """A step did its work, and found what somebody should look at. The message says it."""


@contextlib.contextmanager
def alone(*, wait: bool = False) -> Iterator[bool]:
    """Whether nobody else is at it; with `wait`, when nobody else is any more."""
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT true FROM pg_advisory_lock(%s)", [LOCK])
        else:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine and connection.is_usable():  # a connection that broke has let go of it
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def months_ahead(now: datetime) -> str:
    made = partitions.make_ahead(now)
    return f"made {', '.join(f'{month:%Y-%m}' for month in made)}" if made else ""


def months_of_strays(now: datetime) -> str:
    """Rows outside all months are an alarm, whether they can be moved or not: their month should have been there."""
    strays = partitions.strays()
    moved = partitions.move_strays(now, since=purge.first_kept_day(now)) if strays else []
    if strays:
        left = partitions.strays()
        told = ", ".join(f"{month:%Y-%m}" for month in moved) or "no month"
        raise AlarmError(f"{strays} check-ins lay outside all months: made {told}, {left} are left there")
    return ""


def expired_rows(now: datetime) -> str:
    done = purge.purge(now)
    told = f"before {done.before}: {done.months} months, {done.rows} rows, {done.keys} keys, {done.allowances} counters"
    return told if done.months or done.rows or done.keys or done.allowances else ""


def yesterdays_counts(now: datetime) -> str:
    """Once a day."""
    today = local_day(now)
    last = UpkeepStep.objects.filter(name="recount").first()
    if last and last.done_at and local_day(last.done_at) == today:
        return ""
    differing = list(recount.differences(today - timedelta(days=1), today))
    if differing:
        raise AlarmError(
            f"{len(differing)} counts of yesterday differ, see manage.py check_usage: {differing[0]}"
        )
    return "yesterday's counts agree"


def busy_hours(now: datetime) -> str:
    hours = busy.publish(now)
    return f"{hours} busy hours published" if hours else ""


Step = Callable[[datetime], str]
STEPS: dict[str, Step] = {
    "strays": months_of_strays,  # before their months are made anyway, and nobody hears of them
    "partitions": months_ahead,
    "purge": expired_rows,
    "busy-hours": busy_hours,
    "recount": yesterdays_counts,
}


def run(now: datetime) -> bool:
    """Take every step. True if all went well, or another upkeep is at it."""
    with alone() as mine:
        if not mine:
            log.info("another upkeep is at work")
            return True
        well = [_take(name, step, now) for name, step in STEPS.items()]
    log.info("done" if all(well) else "done, with trouble")
    return all(well)


def _take(name: str, step: Step, now: datetime) -> bool:
    trouble = ""
    try:
        told = step(now)
        if told:
            log.info("%s: %s", name, told)
    except AlarmError as found:
        trouble = str(found)
        log.error("%s: %s", name, trouble)
    except Exception as error:
        trouble = type(error).__name__
        log.exception("%s failed", name)
    with contextlib.suppress(*DATABASE_AWAY):  # then the log is all there is
        if not connection.is_usable():
            connection.close()
        changed = {"ran_at": now, "trouble": trouble[:200]} | ({} if trouble else {"done_at": now})
        UpkeepStep.objects.update_or_create(name=name, defaults=changed)
    return not trouble
