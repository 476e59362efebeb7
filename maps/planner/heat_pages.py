"""/planner/heat/: how stations are used, by hour of the week; the newest quarter that is told, or one by its run."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST, require_safe

from analysis import heat_runs
from analysis.heat import REACH_M, REACHES_M
from analysis.models import AnalysisRun
from maps import figure
from maps.planner.access import heat_run, planners_only
from maps.planner.drawing import heat_figure
from stations.occupations import Occupation
from stations.unions.models import User


@require_safe
@planners_only
def newest(request: HttpRequest) -> HttpResponse:
    run = heat_runs.runs().first()
    if run is None:
        return render(request, "planner/heat_first.html")
    return _page(request, run)


@require_safe
@planners_only
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    return _page(request, heat_run(run_id))


@require_POST
@planners_only
def start(request: HttpRequest) -> HttpResponse:
    """Tell the settled quarters that were not told before, while the planner waits: a second or two for a city."""
    made = heat_runs.run_heat(by=cast(User, request.user))
    if not made:
        messages.info(
            request, gettext("There is no further quarter to show: the next one follows when it is over.")
        )
        return redirect("planner:heat")
    return redirect("planner:heat-run", made[-1].pk)


@require_safe
@planners_only
def map_script(request: HttpRequest) -> HttpResponse:
    return figure.script_file(request, heat_figure())


def _page(request: HttpRequest, run: AnalysisRun) -> HttpResponse:
    context = {
        "run": run,
        "parameters": run.parameters,
        "inputs": run.inputs,
        "summary": run.summary,
        "map": heat_figure(),
        "runs": heat_runs.runs(),
        "config": _config(run),
        "reaches": [(f"{one:.0f}", one == REACH_M) for one in REACHES_M],
    }
    return render(request, "planner/heat.html", context)


def _config(run: AnalysisRun) -> dict[str, Any]:
    return {
        "cells": reverse("planner:heat-cells", args=[run.pk]),
        "surface": reverse("planner:heat-surface", args=[run.pk]),
        "language": "en" if get_language() == "en" else "zh-CN",
        "occupations": {code: str(label) for code, label in Occupation.choices},
        "weekdays": [str(WEEKDAYS[day]) for day in range(7)],
        "all": gettext("All occupations"),
    }
