"""Annex 2 as files: the form to fill in, its upload, and every filing as XLSX and PDF."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from stations.filing import rules
from stations.filing.annex2 import export, form, uploads
from stations.filing.annex2.forms import UploadForm
from stations.filing.annex2.paper import filing_pdf
from stations.filing.annex2.rejects import rejects_book
from stations.filing.annex2.uploads import DryRun
from stations.filing.models import Filing, Upload
from stations.filing.rules import FilingError
from stations.registry import words
from stations.registry.rules import RuleError
from stations.registry.wording import told
from stations.typesetting import NoChineseFontError, TooLongError
from stations.unions.access import Ability, may_somewhere
from stations.unions.models import User

SHOWN = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@login_required
def template(request: HttpRequest) -> HttpResponse:
    if not may_somewhere(cast(User, request.user), Ability.FILE):
        raise PermissionDenied
    return _file(export.template(), "annex2-template.xlsx", XLSX)


@require_safe
@login_required
def xlsx(request: HttpRequest, pk: int) -> HttpResponse:
    filing = _visible(request, pk)
    content = export.filing_book(filing, contacts=_sees_contacts(request, filing))
    return _file(content, f"filing-{filing.pk}.xlsx", XLSX)


@require_safe
@login_required
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    filing = _visible(request, pk)
    try:
        content = filing_pdf(filing, contacts=_sees_contacts(request, filing))
    except NoChineseFontError:
        return render(request, "filing/not_printed.html", {"no_font": True}, status=503)
    except TooLongError:
        return render(request, "filing/not_printed.html", status=503)
    return _file(content, f"filing-{filing.pk}.pdf", "application/pdf", shown=True)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    filing = _to_fill_in(request, pk)
    if filing.state not in rules.EDITABLE_STATES:
        messages.error(request, told(FilingError(f"now.{filing.state}")))
        return redirect("filing:filing", filing.pk)
    asked = UploadForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not asked.is_valid():
        return _upload_page(request, filing, asked, status=400 if asked.is_bound else 200)
    given = asked.cleaned_data
    try:
        kept = uploads.receive(
            filing=filing,
            by=cast(User, request.user),
            name=given["file"].name,
            content=given["file"].read(uploads.MAX_UPLOAD + 1),
            datum=given["datum"],
            sheet=given["sheet"],
        )
    except RuleError as error:
        return _upload_page(request, filing, asked, error=error, status=422)
    return redirect("filing:upload-check", filing.pk, kept.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def check(request: HttpRequest, pk: int, upload_pk: int) -> HttpResponse:
    """What the upload would do, row by row; POST imports the good rows."""
    filing = _to_fill_in(request, pk)
    kept = _kept(request, filing, upload_pk)
    try:
        if request.method == "POST":
            return _import(request, filing, kept)
        run = _look_through(filing, kept)
    except RuleError as error:
        return _upload_page(request, filing, UploadForm(), error=error, status=422)
    return render(request, "filing/upload_check.html", _told(filing, kept, run))


@require_safe
@login_required
def rejects(request: HttpRequest, pk: int, upload_pk: int) -> HttpResponse:
    filing = _to_fill_in(request, pk)
    kept = _kept(request, filing, upload_pk)
    try:
        run = _look_through(filing, kept)
    except RuleError as error:
        return _upload_page(request, filing, UploadForm(), error=error, status=422)
    if not run.plan.rejected:
        raise Http404
    return _file(rejects_book(run.plan), f"filing-{filing.pk}-to-correct.xlsx", XLSX)


def _import(request: HttpRequest, filing: Filing, kept: Upload) -> HttpResponse:
    imported, left = uploads.import_good(upload=kept, by=cast(User, request.user))
    text = ngettext(
        "%(count)s station is in the filing now.", "%(count)s stations are in the filing now.", imported
    )
    messages.success(request, text % {"count": imported})
    if left:
        return redirect("filing:upload-check", filing.pk, kept.pk)
    return redirect("filing:filing", filing.pk)


def _look_through(filing: Filing, kept: Upload) -> DryRun:
    return uploads.look_through(bytes(kept.content), filing=filing, datum=kept.datum, sheet=kept.sheet)


def _told(filing: Filing, kept: Upload, run: DryRun) -> dict[str, Any]:
    """What the page of a dry run says: every fault with its place and what to do, the first of them."""
    faults = [{"row": one.row, "column": one.label, "told": told(one.error)} for one in run.head.problems] + [
        {"row": one.row.number, "column": words.heading_of(problem.column), "told": told(problem.error)}
        for one in run.plan.rejected
        for problem in one.problems
    ]
    return {
        "filing": filing,
        "kept": kept,
        "datum": form.DATUM_NAMES[kept.datum],
        "run": run,
        "faults": faults[:SHOWN],
        "more": max(0, len(faults) - SHOWN),
        "ignored": "、".join(run.table.ignored),
        "good": len(run.plan.good),
        "rejected": len(run.plan.rejected),
        "first": [one.station.name for one in run.plan.good[:3]],
    }


def _upload_page(
    request: HttpRequest,
    filing: Filing,
    asked: UploadForm,
    *,
    error: RuleError | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"filing": filing, "form": asked, "error": told(error) if error else ""}
    return render(request, "filing/upload.html", context, status=status)


def _visible(request: HttpRequest, pk: int) -> Filing:
    found = Filing.objects.visible_to(cast(User, request.user)).select_related("union")
    return get_object_or_404(found, pk=pk)


def _to_fill_in(request: HttpRequest, pk: int) -> Filing:
    """A filing that this reader may upload to; 404 where it is one that takes no list."""
    filing = _visible(request, pk)
    if not filing.allows(cast(User, request.user), Ability.FILE):
        raise PermissionDenied
    if filing.kind != rules.NEW:
        raise Http404
    return filing


def _kept(request: HttpRequest, filing: Filing, pk: int) -> Upload:
    kept = uploads.kept_upload(filing=filing, by=cast(User, request.user), pk=pk)
    if kept is None:
        raise Http404
    return kept


def _sees_contacts(request: HttpRequest, filing: Filing) -> bool:
    return filing.allows(cast(User, request.user), Ability.SEE_CONTACT)


def _file(content: bytes, name: str, content_type: str, *, shown: bool = False) -> HttpResponse:
    disposition = f'{"inline" if shown else "attachment"}; filename="{name}"'
    headers = {"Content-Disposition": disposition, "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type=content_type, headers=headers)
