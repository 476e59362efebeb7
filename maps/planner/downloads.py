"""A run as files. Those of a coverage run are for planners only: its numbers are not suppressed. Those of a heat run are told."""

from collections.abc import Iterable

from django.http import HttpRequest, StreamingHttpResponse
from django.views.decorators.http import require_safe

from analysis import heat_files, outputs
from maps.planner.access import coverage_run, heat_run, planners_only


@require_safe
@planners_only
def geopackage(request: HttpRequest, run_id: int) -> StreamingHttpResponse:
    run = coverage_run(run_id)
    return _file([outputs.geopackage(run)], f"coverage-run-{run.pk}.gpkg", "application/geopackage+sqlite3")


@require_safe
@planners_only
def csv(request: HttpRequest, run_id: int) -> StreamingHttpResponse:
    run = coverage_run(run_id)
    return _file(outputs.csv(run), f"coverage-run-{run.pk}.csv", "text/csv; charset=utf-8")


@require_safe
@planners_only
def heat_geopackage(request: HttpRequest, run_id: int) -> StreamingHttpResponse:
    run = heat_run(run_id)
    return _file([heat_files.geopackage(run)], f"heat-run-{run.pk}.gpkg", "application/geopackage+sqlite3")


@require_safe
@planners_only
def heat_csv(request: HttpRequest, run_id: int) -> StreamingHttpResponse:
    run = heat_run(run_id)
    return _file(heat_files.csv(run), f"heat-run-{run.pk}.csv", "text/csv; charset=utf-8")


def _file(pieces: Iterable[bytes], name: str, content_type: str) -> StreamingHttpResponse:
    disposition = f'attachment; filename="{name}"'
    return StreamingHttpResponse(
        pieces,
        content_type=content_type,
        headers={"Content-Disposition": disposition, "Cache-Control": "private, no-store"},
    )
