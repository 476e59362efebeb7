"""Who may enter the planner's room: planners. Others get the page that says so, the anonymous the sign-in."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from analysis.models import AnalysisRun
from stations.unions.models import Role, User

View = Callable[..., HttpResponseBase]
LARGEST_ID = 2**63 - 1


def planners_only(view: View) -> View:
    @login_required
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not cast(User, request.user).has_role(Role.PLANNER):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return answer


def coverage_run(run_id: int) -> AnalysisRun:
    """The run without its answer, which `analysis.results` keeps; 404 where there is none."""
    return _run(run_id, AnalysisRun.Question.COVERAGE)


def heat_run(run_id: int) -> AnalysisRun:
    """The run without its answer, which `analysis.heat_runs` keeps; 404 where there is none."""
    return _run(run_id, AnalysisRun.Question.HEAT)


def _run(run_id: int, question: str) -> AnalysisRun:
    if run_id > LARGEST_ID:
        raise Http404
    runs = AnalysisRun.objects.filter(question=question).defer("result", "usage")
    return get_object_or_404(runs, pk=run_id)
