"""The pages of filings speak Chinese only, whatever their state and whatever goes wrong."""

import re

import pytest

from stations.registry import nameplates
from tests.maps.test_translations import LATIN, Words

pytestmark = pytest.mark.django_db


def english_in(answer, *names):
    words = Words()
    text = answer.content.decode()
    for name in (*names, "b@example.org", "name@example.org"):
        text = text.replace(name, "")
    words.feed(text)
    left = [LATIN.sub("", one) for one in words.found]
    return [one for one in left if re.search("[A-Za-z]{2}", one)]


@pytest.mark.parametrize("state", ["draft", "submitted", "reviewed", "recommended"])
def test_a_filing_and_its_pages(state, filed, bob, alice, signed_in):
    filing = filed(1, state)
    item = filing.items.get()
    for reader in (bob, alice):
        client = signed_in(reader)
        for page in ("", f"{filing.pk}/", "?state=all&sort=state"):
            assert english_in(client.get(f"/desk/filings/{page}"), "alice", "bob") == []
    officer = signed_in(bob)
    for page in ("new/", f"{filing.pk}/stations/new/", f"{filing.pk}/stations/{item.pk}/"):
        assert english_in(officer.get(f"/desk/filings/{page}"), "bob") == []
    for page in (f"{filing.pk}/stations/choose/", f"{filing.pk}/stations/{item.pk}/acceptance/"):
        assert english_in(officer.get(f"/desk/filings/{page}"), "bob") == []


def test_what_went_wrong(filed, bob, signed_in):
    filing = filed(1)
    officer = signed_in(bob)
    address = f"/desk/filings/{filing.pk}/"
    for page, given in (
        ("step/", {"step": "review", "version": filing.version}),
        ("step/", {"step": "submit", "version": 1}),
        ("head/", {"contact_email": "没有", "version": filing.version}),
        ("head/", {"version": 1}),
        (
            "stations/new/",
            {"name": "新站", "lon": "31", "lat": "121", "area_m2": "0"},
        ),
        ("stations/choose/", {}),
    ):
        answer = officer.post(address + page, given)
        assert answer.status_code >= 400
        assert english_in(answer, "bob") == []


def test_the_register(make_station, alice, signed_in):
    station = make_station()
    nameplates.issue(station=station, by=alice)
    nameplates.withdraw(station=station, by=alice, reason="搬迁")
    nameplates.void(number="310101-0002", by=alice, reason="损坏")
    centre = signed_in(alice)
    assert english_in(centre.get("/desk/filings/nameplates/"), "alice") == []
    answer = centre.post("/desk/filings/nameplates/", {"number": "310101-0002", "reason": "损坏"})
    assert english_in(answer, "alice") == []
