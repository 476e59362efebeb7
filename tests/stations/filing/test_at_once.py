"""Two people at one moment, each with a connection of their own."""

import pytest

from stations.filing import actions
from stations.filing.models import Filing, FilingItem, FilingStep
from stations.filing.rules import FilingError
from stations.registry import nameplates
from stations.registry.models import Nameplate, Station
from tests.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_filing_approved_twice_at_once_gets_its_plates_once(filed, alice):
    filing = filed(3, "recommended")
    gave = at_once(*[lambda: actions.approve(filing=filing, by=alice)] * 2, errors=(FilingError,))
    assert sum(isinstance(one, Filing) for one in gave) == 1
    [refused] = [one for one in gave if isinstance(one, FilingError)]
    assert refused.code == "now.approved"
    assert Nameplate.objects.count() == 3
    assert FilingStep.objects.filter(to_state="approved").count() == 1


def test_two_filings_approved_at_once_share_no_number(filed, alice):
    first = filed(2, "recommended")
    Station.objects.update(name="先来的站")  # the next two stand at the same places
    second = filed(2, "recommended")
    at_once(*[lambda one=one: actions.approve(filing=one, by=alice) for one in (first, second)])
    numbers = [f"310101-{number:04d}" for number in range(1, 5)]
    assert sorted(Nameplate.objects.values_list("number", flat=True)) == numbers
    assert nameplates.unexplained() == []


def test_approved_and_returned_at_once_is_one_of_the_two(filed, alice):
    filing = filed(1, "recommended")
    gave = at_once(
        lambda: actions.approve(filing=filing, by=alice),
        lambda: actions.return_filing(filing=filing, by=alice, reason="再看看"),
        errors=(FilingError,),
    )
    assert sum(isinstance(one, FilingError) for one in gave) == 1
    filing.refresh_from_db()
    assert (filing.state, Nameplate.objects.count()) in [("approved", 1), ("returned", 0)]


def test_a_station_chosen_for_two_filings_at_once_is_in_one(begun, bob, make_station):
    station = make_station(kind="sanitation")
    filings = [begun("upgrade"), begun("withdrawal")]
    gave = at_once(
        *[lambda one=one: actions.choose_stations(filing=one, by=bob, stations=[station]) for one in filings],
        errors=(FilingError,),
    )
    assert sum(isinstance(one, FilingError) for one in gave) == 1
    assert FilingItem.objects.count() == 1


def test_a_number_voided_while_plates_are_issued_hangs_nowhere(filed, alice):
    filing = filed(3, "recommended")
    at_once(
        lambda: actions.approve(filing=filing, by=alice),
        lambda: nameplates.void(number="310101-0002", by=alice, reason="损坏"),
        errors=(nameplates.NameplateError,),
    )
    assert Nameplate.objects.filter(station__isnull=False).count() == 3
    assert nameplates.unexplained() == []
