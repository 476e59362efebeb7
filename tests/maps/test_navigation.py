"""Hand-off links: https, each in the order of axes and in the datum that its app reads."""

from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from geo.datum import convert
from maps.navigation import PROVIDERS

LON, LAT = 121.4737, 31.2304
GCJ = tuple(round(float(one), 6) for one in convert(LON, LAT, source="wgs84", target="gcj02"))
HOSTILE = '站,点&mode=ride#`${x}` "<b>'


def query(code, name="站点"):
    return parse_qs(urlsplit(PROVIDERS[code].link(LON, LAT, name)).query)


def test_gcj02_differs_from_wgs84_by_half_a_kilometre_here():
    assert 0.003 < abs(GCJ[0] - LON) + abs(GCJ[1] - LAT) < 0.01


def test_amap_gets_lon_lat_name_in_gcj02():
    assert query("amap")["to"] == [f"{GCJ[0]},{GCJ[1]},站点"]
    assert query("amap")["mode"] == ["walk"]


def test_baidu_gets_lat_lon_in_gcj02_and_is_told_so():
    assert query("baidu")["location"] == [f"{GCJ[1]},{GCJ[0]}"]
    assert query("baidu")["coord_type"] == ["gcj02"]
    assert query("baidu")["src"]


def test_tencent_gets_lat_lon_in_gcj02_and_is_told_so():
    assert query("tencent")["tocoord"] == [f"{GCJ[1]},{GCJ[0]}"]
    assert query("tencent")["coord_type"] == ["2"]


def test_apple_gets_lat_lon_in_wgs84():
    assert query("apple")["daddr"] == [f"{LAT},{LON}"]


@pytest.mark.parametrize("code", PROVIDERS)
def test_a_name_cannot_add_parameters_or_leave_the_link(code):
    link = PROVIDERS[code].link(LON, LAT, HOSTILE)
    assert link.startswith("https://")
    assert "#" not in link
    assert set(query(code, HOSTILE)) == set(query(code))
    assert query(code, HOSTILE).get("mode", ["walk"]) == ["walk"]
    assert not set(' "<>`') & set(link)


def test_a_comma_in_the_name_does_not_end_amaps_destination():
    assert unquote(query("amap", HOSTILE)["to"][0]).count(",") == 2
