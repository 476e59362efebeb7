"""The public map and what stands beside it."""

from tests.access.rows import row
from tests.access.who import EVERYBODY, NOBODY, OVERSEERS, THOSE_IN_CARE

NAMES = {"public": EVERYBODY, "hidden": NOBODY}
GO = EVERYBODY.doing(status=302)

ROWS = [
    row("", get=EVERYBODY),
    row("emap/map.js", get=EVERYBODY),
    row("emap/stations.geojson", get=EVERYBODY, shows=NAMES),
    row("stations/", get=EVERYBODY, shows=NAMES),
    row("stations/<int:pk>/", pk="public", get=EVERYBODY),
    row("stations/<int:pk>/", pk="hidden", sees=THOSE_IN_CARE, get=THOSE_IN_CARE, asks_sign_in=False),
    row("stations/<int:pk>/", pk="planned", sees=OVERSEERS, get=OVERSEERS, asks_sign_in=False),
    row("stations/<int:pk>/go/<slug:provider>/", pk="public", provider="=amap", get=GO),
    row("stations/<int:pk>/go/<slug:provider>/", pk="hidden", provider="=amap",
        sees=THOSE_IN_CARE, get=THOSE_IN_CARE.doing(status=302), asks_sign_in=False),
    row("stations/<int:pk>/photos/<int:photo>.jpg", pk="public", photo="photo", sees=NOBODY, get=NOBODY, asks_sign_in=False),
    row("stations/<int:pk>/photos/<int:photo>.jpg", pk="hidden", photo="photo",
        sees=THOSE_IN_CARE, get=THOSE_IN_CARE, asks_sign_in=False),
    row("livez", get=EVERYBODY),
    row("readyz", get=EVERYBODY),
    row("i18n/catalogue.js", get=EVERYBODY),
    row("i18n/setlang/", get=EVERYBODY.doing(status=302), strays=(302,),  # Django's own
        post=EVERYBODY.doing({"language": "en"}, changes=False)),
]  # fmt: skip
