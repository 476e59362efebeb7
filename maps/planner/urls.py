from django.urls import path

from maps.planner import data, downloads, pages

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
]
