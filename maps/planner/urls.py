from django.urls import path

from maps.planner import data, downloads, heat_data, heat_pages, pages

app_name = "planner"

urlpatterns = [
    path("", pages.coverage, name="coverage"),
    path("map.js", pages.map_script, name="script"),
    path("runs/", pages.start, name="start"),
    path("runs/<int:run_id>/", pages.run, name="run"),
    path("runs/<int:run_id>/cells.json", data.cells, name="cells"),
    path("runs/<int:run_id>/profile.json", data.profile, name="profile"),
    path("runs/<int:run_id>/hours/week.json", data.week, name="week"),
    path("runs/<int:run_id>/hours/<int:hour>.json", data.hour, name="hour"),
    path("runs/<int:run_id>/coverage.gpkg", downloads.geopackage, name="geopackage"),
    path("runs/<int:run_id>/coverage.csv", downloads.csv, name="csv"),
    path("heat/", heat_pages.newest, name="heat"),
    path("heat/map.js", heat_pages.map_script, name="heat-script"),
    path("heat/runs/", heat_pages.start, name="heat-start"),
    path("heat/runs/<int:run_id>/", heat_pages.run, name="heat-run"),
    path("heat/runs/<int:run_id>/cells.json", heat_data.cells, name="heat-cells"),
    path("heat/runs/<int:run_id>/surface.json", heat_data.surface, name="heat-surface"),
    path("heat/runs/<int:run_id>/heat.gpkg", downloads.heat_geopackage, name="heat-geopackage"),
    path("heat/runs/<int:run_id>/heat.csv", downloads.heat_csv, name="heat-csv"),
]
