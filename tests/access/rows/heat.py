"""The planner's heat maps: told numbers, for planners only."""

from tests.access.rows import row
from tests.access.who import PLANNERS

ROWS = [
    row("planner/heat/", get=PLANNERS),
    row("planner/heat/map.js", get=PLANNERS),
    row("planner/heat/runs/", post=PLANNERS.doing({})),
    *(
        row(f"planner/heat/runs/<int:run_id>/{rest}", run_id="heat", get=PLANNERS)
        for rest in ("", "cells.json", "surface.json", "heat.gpkg", "heat.csv")
    ),
    row(
        "planner/heat/runs/<int:run_id>/cells.json",
        run_id="heat",
        query="resolution=9&occupation=rider",
        get=PLANNERS,
    ),
]
