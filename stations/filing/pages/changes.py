"""A change filing: what the manager changed, field by field, for the union to confirm or to put back."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from geo.datum import convert
from geo.models import District, wgs84_point
from stations.filing.changes import NotWaitingError, OverwrittenError, StaleFilingError, decide
from stations.filing.choices import Decision, FilingKind
from stations.filing.models import FieldChange, Filing, FilingItem
from stations.registry.actions import StationError
from stations.registry.moves import metres_between
from stations.registry.particulars import live_fields, same
from stations.registry.showing import field_label, field_words
from stations.unions.access import Ability
from stations.unions.models import User


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def changes(request: HttpRequest, pk: int) -> HttpResponse:
    user = cast(User, request.user)
    found = (
        Filing.objects.visible_to(user).filter(kind=FilingKind.CHANGE).select_related("union", "created_by")
    )
    filing = get_object_or_404(found, pk=pk)
    item = FilingItem.objects.select_related("station__district").get(filing=filing)
    decides = filing.allows(user, Ability.DECIDE_CHANGE)
    if request.method == "POST":
        if not decides:
            raise PermissionDenied
        _decide(request, item, user)
        return redirect("filing:changes", filing.pk)
    context = {
        "filing": filing,
        "station": item.station,
        "rows": [
            _row(change, live_fields(item.station)) for change in item.changes.select_related("decided_by")
        ],
        "waiting": item.changes.filter(decision=Decision.PENDING).count(),
        "decides": decides,
        "steps": filing.steps.select_related("by"),
    }
    return render(request, "filing/changes.html", context)


def _decide(request: HttpRequest, item: FilingItem, user: User) -> None:
    """One field by its number, or all that wait; a refusal is told on the page."""
    confirm = "confirm" in request.POST
    chosen = request.POST.get("confirm" if confirm else "restore", "")
    waiting = item.changes.filter(decision=Decision.PENDING)
    if chosen != "all":
        waiting = (
            item.changes.filter(pk=int(chosen))
            if chosen.isascii() and chosen.isdigit() and len(chosen) < 19
            else waiting.none()
        )
    version = request.POST.get("version", "")
    try:
        decide(
            changes=waiting,
            by=user,
            confirm=confirm,
            comment=request.POST.get("comment", "").replace("\0", "").strip()[:500],
            version=int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0,
        )
    except (NotWaitingError, StaleFilingError):
        messages.error(
            request, gettext("The change was changed or decided meanwhile: look at it again, then decide.")
        )
    except OverwrittenError as error:
        text = gettext(
            "“%(field)s” was changed again since, so what was before is not put back over it: confirm it, or edit the station."
        )
        messages.error(request, text % {"field": field_label(error.field)})
    except StationError as error:
        text = gettext(
            "What was there before is not allowed any more (%(why)s). Confirm the change, or edit the station."
        )
        messages.error(request, text % {"why": error.message})
    else:
        messages.success(
            request,
            gettext("Confirmed.") if confirm else gettext("Restored: the public sees what was there before."),
        )


def _row(change: FieldChange, now: dict[str, Any]) -> dict[str, Any]:
    standing = now.get(change.field)
    overwritten = change.decision == Decision.PENDING and not same(change.field, standing, change.after)
    return {
        "change": change,
        "label": field_label(change.field),
        "before": field_words(change.field, change.before),
        "after": field_words(change.field, change.after),
        "now": field_words(change.field, standing) if overwritten else None,
        "move": _move(change.before, change.after) if change.field == "position" else None,
    }


def _move(before: Any, after: Any) -> dict[str, Any]:
    """Both places in WGS-84, the metres between them and the two districts."""
    places = [
        cast(tuple[float, float], convert(one["lon"], one["lat"], source=one["datum"], target="wgs84"))
        for one in (before, after)
    ]
    return {
        "from": wgs84_point(*places[0]),
        "to": wgs84_point(*places[1]),
        "metres": round(metres_between(*places)),
        "districts": [District.objects.at(*place) for place in places],
    }
