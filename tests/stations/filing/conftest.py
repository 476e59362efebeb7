"""A filing of West's union with stations in it, as far on its way as a test wants."""

from decimal import Decimal

import pytest

from stations.filing.actions import add_station, draft_filing, edit_head, recommend, review, submit
from stations.registry.acceptance import accept
from stations.registry.models import Have


@pytest.fixture
def particulars():
    """`particulars("name", lon)`: a row of Annex 2 that is complete."""

    def make(name="银行站", lon=121.25, **more):
        return {
            "name": name,
            "address": "测试路1号",
            "position": {"lon": lon, "lat": 31.25, "datum": "wgs84"},
            "hours_text": "9:00-17:00",
            "area_m2": Decimal("3"),
            "services": ["water", "rest"],
            "facilities": {"aircon": "working"},
            "manager_name": "甲某",
            "mobile": "13900000001",
            **more,
        }

    return make


@pytest.fixture
def begun(bob, west_union):
    """`begun(kind)`: a draft of West's union whose head is complete."""

    def begin(kind="new"):
        filing = draft_filing(by=bob, kind=kind, union=west_union)
        head = {"contact_name": "乙某", "contact_email": "b@example.org", "contact_phone": "021-62345678"}
        return edit_head(filing=filing, by=bob, **head)

    return begin


@pytest.fixture
def filed(begun, bob, particulars):
    """`filed(2, "submitted")`: a filing of new stations on its way by Bob's hand."""

    def file(count=1, state="draft"):
        filing = begun()
        for number in range(count):
            add_station(filing=filing, by=bob, **particulars(f"站点{number + 1}", 121.1 + number / 100))
        return passed_on(filing, bob, state)

    return file


def passed_on(filing, officer, state):
    """The filing as it is after the union's steps up to `state`."""
    if state == "draft":
        filing.refresh_from_db()
        return filing
    filing = submit(filing=filing, by=officer)
    if state == "submitted":
        return filing
    accept_all(filing, officer)
    filing = review(filing=filing, by=officer)
    return filing if state == "reviewed" else recommend(filing=filing, by=officer)


def accept_all(filing, officer):
    for item in filing.items.select_related("station"):
        for have in Have.objects.filter(in_force=True):
            accept(station=item.station, have=have, accepted=True, by=officer)
