"""The time line of a station and of a filing over the API."""

import pytest

from tests.conftest import manages

pytestmark = pytest.mark.django_db(transaction=True)  # a moment is a transaction


@pytest.fixture
def station(make_station, mona, send, signed_in):
    station = make_station("before")
    manages(mona, station)
    for name in ("second", "third"):
        send(signed_in(mona), "patch", f"/api/stations/{station.pk}/", {"name": name}, if_match="*")
    return station


@pytest.fixture
def path(station):
    return f"/api/stations/{station.pk}/history/"


def test_who_changed_what_from_what_to_what(signed_in, bob, path):
    latest = signed_in(bob).get(path, headers={"Accept-Language": "en"}).json()["results"][0]
    assert latest["who"] == "mona"
    assert {"before": "second", "after": "third"}.items() <= latest["lines"][0].items()


def test_earlier_moments_are_asked_for_by_the_link(signed_in, bob, path):
    officer, found, before = signed_in(bob), [], None
    while True:
        page = officer.get(path, {"limit": 1, **({"before": before} if before else {})}).json()
        found += page["results"]
        before = page["earlier"]
        if before is None:
            break
    assert found == officer.get(path).json()["results"]
    assert len(found) > 2


def test_a_filing_has_its_own(signed_in, bob, mona, send, station):
    filing = send(
        signed_in(mona), "patch", f"/api/stations/{station.pk}/", {"name": "4"}, if_match="*"
    ).json()["filing"]
    answer = signed_in(mona).get(f"/api/filings/{filing['id']}/history/")
    assert answer.json()["results"][-1]["entered"][0]["lines"]


@pytest.mark.parametrize("who", ["charlie", "paul"])
def test_who_has_no_business_there_is_refused(signed_in, request, client, who, path):
    assert signed_in(request.getfixturevalue(who)).get(path).status_code == 403
    assert client.get(path).status_code == 401


@pytest.mark.parametrize(
    "question", ["before=yesterday", "before=", "before=2026-01-01", "limit=101", "limit=x", "offset=1"]
)
def test_a_question_that_cannot_be_answered_is_a_400(signed_in, bob, path, question):
    answer = signed_in(bob).get(f"{path}?{question}")
    assert (answer.status_code, list(answer.json())) == (400, [question.split("=")[0]])
