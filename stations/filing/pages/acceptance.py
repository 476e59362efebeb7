"""Acceptance of one station against the six haves, on a phone at its door (chapter 3, 1)."""

from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods

from stations.filing import rules
from stations.filing.models import Filing, FilingItem
from stations.filing.pages.form import filing_for
from stations.registry.acceptance import accept, lacking
from stations.registry.models import Acceptance, Have
from stations.registry.rules import RuleError
from stations.registry.wording import told
from stations.unions.access import Ability
from stations.unions.models import User

FOUND = {"yes": True, "no": False}


@dataclass
class Line:
    """One have: what was found of it, as it stands or as it was typed."""

    have: Have
    finding: Acceptance | None
    found: str = ""
    note: str = ""
    error: str = ""

    @property
    def asks(self) -> str:
        return self.have.asks_en if get_language() == "en" and self.have.asks_en else self.have.asks_zh

    @property
    def is_new(self) -> bool:
        """Whether what was typed says something that does not stand yet."""
        if self.found not in FOUND:
            return False
        stands = self.finding and (self.finding.accepted, self.finding.note)
        return stands != (FOUND[self.found], self.note.strip())


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def acceptance(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    user = cast(User, request.user)
    filing = filing_for(user, pk, Ability.ACCEPT)
    item = get_object_or_404(filing.items.select_related("station"), pk=item_pk)
    if filing.kind not in rules.ACCEPTED_KINDS or filing.state not in rules.OPEN_STATES:
        messages.error(request, gettext("This filing asks for no acceptance."))
        return redirect("filing:filing", filing.pk)
    lines = _lines(filing, item)
    if request.method == "POST":
        _typed(lines, request)
        if _kept(lines, item, user):
            messages.success(
                request, gettext("Kept: what was found at “%(station)s”.") % {"station": item.station}
            )
            return _onwards(filing, item)
    context = {"filing": filing, "item": item, "lines": lines}
    status = 400 if any(line.error for line in lines) else 200
    return render(request, "filing/acceptance.html", context, status=status)


def _lines(filing: Filing, item: FilingItem) -> list[Line]:
    """The haves in force, each with what was found since the filing was begun."""
    since = Acceptance.objects.filter(station=item.station_id, at__gte=filing.created_at)
    findings = {one.have_id: one for one in since.select_related("by")}
    lines = [Line(have, findings.get(have.pk)) for have in Have.objects.filter(in_force=True)]
    for line in lines:
        if line.finding:
            line.found = "yes" if line.finding.accepted else "no"
            line.note = line.finding.note
    return lines


def _typed(lines: list[Line], request: HttpRequest) -> None:
    for line in lines:
        line.found = request.POST.get(f"found-{line.have.pk}", "")
        line.note = request.POST.get(f"note-{line.have.pk}", "")


def _kept(lines: list[Line], item: FilingItem, user: User) -> bool:
    """Keep all that was found anew, or nothing; faults stand at their line."""
    with transaction.atomic():
        for line in lines:
            if not line.is_new:
                continue
            found: dict[str, Any] = {"accepted": FOUND[line.found], "note": line.note}
            try:
                accept(station=item.station, have=line.have, by=user, **found)
            except RuleError as error:
                line.error = told(error)
        faulty = any(line.error for line in lines)
        transaction.set_rollback(faulty)
    return not faulty


def _onwards(filing: Filing, item: FilingItem) -> HttpResponse:
    """To the next station that is not accepted yet, else back to the form."""
    items = list(filing.items.select_related("station").order_by("position", "pk"))
    left = lacking([one.station for one in items], since=filing.created_at)
    here = [one.pk for one in items].index(item.pk)
    for one in items[here + 1 :]:
        if left[one.station_id]:
            return redirect("filing:acceptance", filing.pk, one.pk)
    return redirect("filing:filing", filing.pk)
