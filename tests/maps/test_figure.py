"""A folium map as parts of our own pages."""

import folium
import pytest
from branca.element import JavascriptLink

from maps import basemaps, figure


def test_every_asset_is_our_own():
    drawn = folium.Map(tiles=None)
    found = figure.parts(drawn)
    assert found.scripts == ("/static/vendor/leaflet/leaflet.js",)
    assert found.stylesheets == ("/static/vendor/leaflet/leaflet.css",)


def test_an_asset_of_which_we_hold_no_copy_raises():
    drawn = folium.Map(tiles=None)
    drawn.get_root().header.add_child(JavascriptLink("https://cdn.example/strange.js"))
    with pytest.raises(figure.UnknownAssetError, match=r"strange\.js"):
        figure.parts(drawn)


def test_base_maps_say_their_datum_and_credit(settings):
    settings.JIELI_TIANDITU_KEY = "key123"
    known = basemaps._basemaps()
    assert {code: one.datum for code, one in known.items()} == {
        "districts": "wgs84",
        "tianditu": "wgs84",
        "amap": "gcj02",
        "osm": "wgs84",
    }
    assert all(one.credit for one in known.values())
    assert "tk=key123" in known["tianditu"].layers()[0]["tiles"]
