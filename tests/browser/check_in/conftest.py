"""A station, and where its poster leads."""

import pytest

from stations.checkins.qr import codes


@pytest.fixture
def station(make_station):
    return make_station(
        "外滩测试站",
        121.25,
        31.25,
        hours_text="24/7",
        services=["water", "charging"],
        facilities={"microwave": "broken", "wifi": "working"},
    )


@pytest.fixture
def path(station):
    return f"/q/{codes.text_of(codes.current_code(station))}/"
