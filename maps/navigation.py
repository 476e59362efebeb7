"""Hand-off to the map apps: an https link each, in the datum that the app reads.

https, because WeChat's browser blocks the apps' own schemes. Sources: the providers' URI documentation, as of 2026.
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from geo import datum as datums

SOURCE = "jieli"


@dataclass(frozen=True, kw_only=True)
class Provider:
    """A map app. `address(lon, lat, name)` takes degrees in `datum`."""

    code: str
    label: str | Promise
    datum: str
    address: Callable[[float, float, str], str]

    def link(self, lon: float, lat: float, name: str) -> str:
        """The link that leads to a WGS-84 place on foot."""
        x, y = datums.convert(lon, lat, source="wgs84", target=self.datum)
        return self.address(round(float(x), 6), round(float(y), 6), name)


def _amap(lon: float, lat: float, name: str) -> str:
    # `to` is lon,lat,name: a comma in the name would end it
    to = f"{lon},{lat}," + quote(name.replace(",", " "), safe="")
    return f"https://uri.amap.com/navigation?to={to}&mode=walk&src={SOURCE}&callnative=1"


def _baidu(lon: float, lat: float, name: str) -> str:
    query = {"location": f"{lat},{lon}", "title": name, "content": name, "output": "html"}
    return "https://api.map.baidu.com/marker?" + urlencode(query | {"coord_type": "gcj02", "src": SOURCE})


def _tencent(lon: float, lat: float, name: str) -> str:
    query = {"type": "walk", "to": name, "tocoord": f"{lat},{lon}", "coord_type": "2", "referer": SOURCE}
    return "https://apis.map.qq.com/uri/v1/routeplan?" + urlencode(query)


def _apple(lon: float, lat: float, name: str) -> str:
    return "https://maps.apple.com/?" + urlencode({"daddr": f"{lat},{lon}", "dirflg": "w"})


PROVIDERS = {
    one.code: one
    for one in (
        Provider(code="amap", label=_("Amap"), datum="gcj02", address=_amap),
        Provider(code="baidu", label=_("Baidu Maps"), datum="gcj02", address=_baidu),
        Provider(code="tencent", label=_("Tencent Maps"), datum="gcj02", address=_tencent),
        Provider(code="apple", label=_("Apple Maps"), datum="wgs84", address=_apple),
    )
}
