"""/planner/: the newest coverage run, or one by its number, and a button that makes a new one."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST, require_safe

from analysis.activity.models import ActivityDataset
from analysis.models import AnalysisRun
from analysis.results import coverage_result
from analysis.runs import RunError, run_coverage
from geo.models import District
from maps import figure
from maps.planner.access import coverage_run, planners_only
from maps.planner.drawing import planner_figure
from maps.planner.forms import RunForm
from stations.occupations import Occupation
from stations.unions.models import User

RUNS_LISTED = 10


@require_safe
@planners_only
def coverage(request: HttpRequest) -> HttpResponse:
    newest = _runs().first()
    if newest is None:
        context = {"form": RunForm(), "datasets": ActivityDataset.objects.all()}
        return render(request, "planner/first.html", context)
    return _page(request, newest)


@require_safe
@planners_only
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    return _page(request, coverage_run(run_id))


@require_POST
@planners_only
def start(request: HttpRequest) -> HttpResponse:
    """Compute a run while the planner waits: some seconds for a city."""
    form = RunForm(request.POST)
    if not form.is_valid():
        context = {"form": form, "datasets": ActivityDataset.objects.all()}
        return render(request, "planner/first.html", context, status=400)
    try:
        made = run_coverage(by=cast(User, request.user), **form.wanted())
    except RunError as error:
        messages.error(request, str(error))
        return redirect("planner:coverage")
    return redirect("planner:run", made.pk)


@require_safe
@planners_only
def map_script(request: HttpRequest) -> HttpResponse:
    return figure.script_file(request, planner_figure())


def _runs() -> Any:
    return AnalysisRun.objects.filter(question=AnalysisRun.Question.COVERAGE).defer("result", "usage")


def _page(request: HttpRequest, run: AnalysisRun) -> HttpResponse:
    context = {
        "run": run,
        "total": run.summary["total"],
        "parameters": run.parameters,
        "inputs": run.inputs,
        "points": sum(one["points"] for one in run.inputs["datasets"]),
        "map": planner_figure(),
        "config": _config(run),
        "form": RunForm(initial={name: run.parameters[name] for name in ("limit_m", "weekdays", "untimed")}),
        "runs": _runs()[:RUNS_LISTED],
        "labels": dict(Occupation.choices),
    }
    return render(request, "planner/coverage.html", context)


def _config(run: AnalysisRun) -> dict[str, Any]:
    """What the page's script needs to know; put on the page as JSON, not as code."""
    english = get_language() == "en"
    names = {
        code: name_en if english and name_en else name
        for code, name, name_en in District.objects.values_list("code", "name", "name_en")
    }
    labels = dict(Occupation.choices)
    return {
        "cells": reverse("planner:cells", args=[run.pk]),
        "profile": reverse("planner:profile", args=[run.pk]),
        "week": reverse("planner:week", args=[run.pk]),
        "hour": reverse("planner:hour", args=[run.pk, 0]),
        "language": "en" if english else "zh-CN",
        "limit_m": run.parameters["limit_m"],
        "occupations": {code: str(labels[code]) for code in coverage_result(run.pk).occupations()},
        "districts": names,
        "weekdays": [str(WEEKDAYS[day]) for day in range(7)],
        "all": gettext("All occupations"),
    }
