"""The planner's room: aggregates, for planners only."""

from tests.access.rows import row
from tests.access.who import PLANNERS

RUN = {"limit_m": "500.0", "weekdays": "as_observed", "untimed": "profile"}

ROWS = [
    row("planner/", get=PLANNERS),
    row("planner/map.js", get=PLANNERS),
    row("planner/runs/", post=PLANNERS.doing(RUN)),
    *(
        row(f"planner/runs/<int:run_id>/{rest}", run_id="run", get=PLANNERS)
        for rest in ("", "cells.json", "profile.json", "hours/week.json", "coverage.gpkg", "coverage.csv")
    ),
    row("planner/runs/<int:run_id>/hours/<int:hour>.json", run_id="run", hour="=12", get=PLANNERS),
]
