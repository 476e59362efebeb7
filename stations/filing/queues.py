"""What waits for whom: the heaps of filings on a person's desk, each with its oldest."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Min, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from geo.hours import ZONE
from stations.filing.choices import Decision, FilingKind, FilingState
from stations.filing.models import FieldChange, Filing, FilingItem
from stations.unions.models import Role, User

WAITING = (FilingState.SUBMITTED, FilingState.REVIEWED, FilingState.RECOMMENDED, FilingState.RETURNED)
RESTORED_SHOWN = timedelta(days=14)


@dataclass(frozen=True)
class Queue:
    """A heap: what it is, where it is listed, how many, and for how many days the oldest has lain there."""

    title: str
    url: str
    count: int
    oldest_days: int | None
    overdue: bool = False

    @property
    def oldest(self) -> str:
        """The oldest one's age in words; empty where nothing waits."""
        return "" if self.oldest_days is None else age_in_words(self.oldest_days)


def queues_for(user: User | AnonymousUser) -> list[Queue]:
    """The heaps of this person's roles, in the order of the work; empty ones included. At most five queries."""
    if isinstance(user, AnonymousUser) or not user.is_active:
        return []
    return office_queues(user) + (_managers(user) if user.managed_station_ids else [])


def office_queues(user: User) -> list[Queue]:
    """What waits for the unions that the person is an officer of, and for the centre."""
    queues: list[Queue] = []
    if user.union_ids():
        queues += _officers(Filing.objects.filter(union__in=user.union_ids()))
    if user.has_role(Role.CENTRE_OFFICER):
        found = Filing.objects.filter(state=FilingState.RECOMMENDED)
        queues.append(_queue(gettext("Filings to approve"), found, state=FilingState.RECOMMENDED))
    return queues


def age_in_days(since: datetime) -> int:
    """Days on the calendar of Shanghai: what came yesterday evening is a day old."""
    return (timezone.now().astimezone(ZONE).date() - since.astimezone(ZONE).date()).days


def age_in_words(days: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days} if days else gettext("today")


def is_overdue(filing: Filing) -> bool:
    """Whether somebody has let the filing wait for longer than JIELI_FILING_OVERDUE_DAYS; a draft waits for nobody."""
    return filing.state in WAITING and age_in_days(filing.state_since) > settings.JIELI_FILING_OVERDUE_DAYS


def overdue_before() -> datetime:
    """What is in its state since before this moment is overdue."""
    today = timezone.now().astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=settings.JIELI_FILING_OVERDUE_DAYS)


def _officers(filings: QuerySet[Filing]) -> list[Queue]:
    """One question for all the heaps of a union."""
    heaps: dict[tuple[bool, str], tuple[int, datetime]] = {}
    for state, kind, count, oldest in (
        filings.order_by()
        .values_list("state", "kind")
        .annotate(count=Count("pk"), oldest=Min("state_since"))
        .values_list("state", "kind", "count", "oldest")
    ):
        key = kind == FilingKind.CHANGE, state
        before = heaps.get(key, (0, oldest))
        heaps[key] = before[0] + count, min(before[1], oldest)
    return [
        _heap(
            gettext("Filings to review"), heaps.get((False, "submitted")), state="submitted", kind="filing"
        ),
        _heap(gettext("Filings to recommend"), heaps.get((False, "reviewed")), state="reviewed"),
        _heap(gettext("Filings returned to you"), heaps.get((False, "returned")), state="returned"),
        _heap(
            gettext("Changes to confirm"), heaps.get((True, "submitted")), state="submitted", kind="change"
        ),
        _heap(gettext("Drafts of filings"), heaps.get((False, "draft")), state="draft"),
    ]


def _managers(user: User) -> list[Queue]:
    """A manager's own changes: those that the union has not decided, and those that it put back lately."""
    mine = Filing.objects.filter(
        kind=FilingKind.CHANGE,
        pk__in=FilingItem.objects.filter(station__in=user.managed_station_ids).values("filing"),
    )
    restored = FieldChange.objects.filter(
        decision=Decision.RESTORED,
        decided_at__gte=timezone.now() - RESTORED_SHOWN,
        item__station__in=user.managed_station_ids,
    )
    return [
        _queue(gettext("My changes that wait"), mine.filter(state="submitted"), state="submitted"),
        _queue(
            gettext("My changes put back"),
            mine.filter(pk__in=restored.values("item__filing")),
            state="all",
            restored="on",
        ),
    ]


def _queue(title: str, found: QuerySet[Filing], **asked: str) -> Queue:
    told = found.aggregate(count=Count("pk"), oldest=Min("state_since"))
    return _heap(title, (told["count"], told["oldest"]) if told["count"] else None, **asked)


def _heap(title: str, heap: tuple[int, datetime] | None, **asked: Any) -> Queue:
    url = f"{reverse('filing:list')}?{urlencode(asked)}"
    if heap is None:
        return Queue(title, url, 0, None)
    days = age_in_days(heap[1])
    waits = asked["state"] in WAITING
    return Queue(title, url, heap[0], days, waits and days > settings.JIELI_FILING_OVERDUE_DAYS)
