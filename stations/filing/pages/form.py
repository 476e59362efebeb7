"""A filing as the form of Annex 2: its head, its stations, how it went, and what is due of this reader."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stations.filing import actions, rules
from stations.filing.actions import FilingError, HeadError, StaleFilingError
from stations.filing.choices import FilingKind, FilingState
from stations.filing.forms import HeadForm, NewFilingForm
from stations.filing.models import Filing
from stations.filing.queues import age_in_days, age_in_words, is_overdue
from stations.filing.rows import rows_of
from stations.registry.rules import RuleError
from stations.registry.wording import told
from stations.unions.access import Ability, may_somewhere
from stations.unions.models import User

STEPS: dict[str, Callable[..., Filing]] = {
    rules.SUBMIT: actions.submit,
    rules.TAKE_BACK: actions.take_back,
    rules.REVIEW: actions.review,
    rules.RECOMMEND: actions.recommend,
    rules.APPROVE: actions.approve,
    rules.RETURN: actions.return_filing,
}
# What the button says, and what the page says when it is done.
BUTTONS = {
    rules.SUBMIT: (_("Submit"), _("Submitted. The union's review comes next.")),
    rules.TAKE_BACK: (_("Take back"), _("Taken back: it is a draft again.")),
    rules.REVIEW: (_("Reviewed: has the six haves"), _("Reviewed. It can be recommended to the centre now.")),
    rules.RECOMMEND: (_("Recommend to the centre"), _("Recommended. The service centre decides next.")),
    rules.APPROVE: (_("Approve"), _("Approved.")),
    rules.RETURN: (_("Return"), _("Returned, with the reason.")),
}


@dataclass(frozen=True)
class Button:
    """A step that this reader may take now."""

    step: str
    label: str
    is_main: bool


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    if not may_somewhere(user, Ability.FILE) or not user.union_ids():
        raise PermissionDenied
    form = NewFilingForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        filing = actions.draft_filing(by=user, kind=form.cleaned_data["kind"], union=form.union())
        return redirect("filing:filing", filing.pk)
    return render(request, "filing/new.html", {"form": form}, status=400 if form.is_bound else 200)


@require_safe
@login_required
def filing(request: HttpRequest, pk: int) -> HttpResponse:
    shown = filing_for(cast(User, request.user), pk)
    if shown.kind == FilingKind.CHANGE:
        return redirect("filing:changes", shown.pk)
    return page(request, shown)


@require_POST
@login_required
def head(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the head as typed; where somebody was faster, 409 with both."""
    user = cast(User, request.user)
    shown = filing_for(user, pk, Ability.FILE)
    form = HeadForm(request.POST)
    if not form.is_valid():
        return page(request, shown, head=form, status=400)
    try:
        actions.edit_head(filing=shown, by=user, version=version_of(request), **form.cleaned_data)
    except HeadError as error:
        form.add_error(error.field, error.message)
        return page(request, shown, head=form, status=400)
    except StaleFilingError as error:
        return page(request, error.filing, head=form, theirs=error.filing, error=error, status=409)
    except FilingError as error:
        return page(request, shown, error=error, status=422)
    messages.success(request, gettext("The head is saved."))
    return redirect("filing:filing", shown.pk)


@require_POST
@login_required
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a step; what hinders it is said on the page, and the comment stays."""
    user = cast(User, request.user)
    shown = filing_for(user, pk)
    wanted = request.POST.get("step", "")
    if wanted not in STEPS:
        raise Http404
    comment = request.POST.get("comment", "")
    given = {"reason" if wanted == rules.RETURN else "comment": comment}
    try:
        STEPS[wanted](filing=shown, by=user, version=version_of(request), **given)
    except StaleFilingError as error:
        return page(request, error.filing, error=error, comment=comment, status=409)
    except RuleError as error:
        return page(request, shown, error=error, comment=comment, status=422)
    messages.success(request, BUTTONS[wanted][1])
    return redirect("filing:filing", shown.pk)


@require_POST
@login_required
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    user = cast(User, request.user)
    shown = filing_for(user, pk, Ability.FILE)
    try:
        actions.delete_draft(filing=shown, by=user, version=version_of(request))
    except StaleFilingError as error:
        return page(request, error.filing, error=error, status=409)
    except FilingError as error:
        return page(request, shown, error=error, status=422)
    messages.success(request, gettext("The draft is deleted."))
    return redirect("filing:list")


def filing_for(user: User, pk: int, ability: Ability | None = None) -> Filing:
    """404 where the reader cannot see the filing, 403 where they lack the ability."""
    found = get_object_or_404(Filing.objects.visible_to(user).select_related("union", "created_by"), pk=pk)
    if ability and not found.allows(user, ability):
        raise PermissionDenied
    return found


def version_of(request: HttpRequest) -> int:
    """The version that the page was made of; 0, which nothing has, where it sent none."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def page(
    request: HttpRequest,
    shown: Filing,
    *,
    head: HeadForm | None = None,
    theirs: Filing | None = None,
    error: RuleError | None = None,
    comment: str = "",
    status: int = 200,
) -> HttpResponse:
    """The form; with what went wrong, and with what was typed."""
    user = cast(User, request.user)
    writes = shown.state in rules.EDITABLE_STATES and shown.allows(user, Ability.FILE)
    days = age_in_days(shown.state_since)
    buttons = _buttons(shown, user)
    returned = shown.steps.filter(to_state=FilingState.RETURNED).last() if shown.state == "returned" else None
    context = {
        "filing": shown,
        "writes": writes,
        "head": (head or HeadForm(initial=HeadForm.filled(shown))) if writes else None,
        "theirs": theirs,
        "error": told(error) if error else "",
        "comment": comment,
        "rows": rows_of(shown, user),
        "asks_acceptance": shown.kind in rules.ACCEPTED_KINDS and shown.state != FilingState.DRAFT,
        "accepts": shown.allows(user, Ability.ACCEPT)
        and shown.state in (FilingState.SUBMITTED, FilingState.REVIEWED),
        "buttons": buttons,
        "returns": any(one.step == rules.RETURN for one in buttons),
        "age": age_in_words(days) if shown.state in rules.OPEN_STATES else "",
        "overdue": is_overdue(shown),
        "returned": returned,
        "steps": shown.steps.select_related("by"),
    }
    return render(request, "filing/filing.html", context, status=status)


def _buttons(shown: Filing, user: User) -> list[Button]:
    due = [
        one.step
        for one in rules.steps_from(kind=shown.kind, state=shown.state)
        if shown.allows(user, Ability[one.who])
    ]
    main = {rules.SUBMIT, rules.REVIEW, rules.RECOMMEND, rules.APPROVE}
    return [Button(one, str(BUTTONS[one][0]), one in main) for one in due]
