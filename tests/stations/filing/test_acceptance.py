"""Acceptance against the six haves (chapter 2, 2; chapter 3, 1)."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from stations.filing import actions
from stations.filing.rules import FilingError
from stations.registry.acceptance import AcceptanceError, accept, lacking
from stations.registry.models import Acceptance, Have
from stations.registry.rules import RuleError
from tests.stations.filing.conftest import accept_all


@pytest.fixture
def signage(db):
    return Have.objects.get(code="signage")


def test_who_accepted_what_and_when(bob, make_station, signage):
    before = timezone.now()
    found = accept(station=make_station(), have=signage, accepted=True, by=bob, note="门口左侧")
    assert (found.have, found.accepted, found.by, found.note) == (signage, True, bob, "门口左侧")
    assert found.at >= before


def test_the_latest_finding_counts_and_the_earlier_ones_are_history(bob, make_station, signage):
    station = make_station()
    accept(station=station, have=signage, accepted=False, by=bob, note="没有铭牌")
    accept(station=station, have=signage, accepted=True, by=bob)
    found = Acceptance.objects.get()
    assert (found.accepted, found.note) == (True, "")
    events = Acceptance.pgh_event_model.objects.order_by("pgh_id").values_list("accepted", "note")
    assert list(events) == [(False, "没有铭牌"), (True, "")]


def test_a_refusal_says_what_is_missing(bob, make_station, signage):
    with pytest.raises(AcceptanceError, match="what is missing"):
        accept(station=make_station(), have=signage, accepted=False, by=bob, note=" ")
    assert not Acceptance.objects.exists()


@pytest.mark.parametrize("note", ["x" * 201, "a\0b", "\u202eb"])
def test_a_note_that_cannot_be_kept_is_refused(bob, make_station, signage, note):
    with pytest.raises(RuleError):
        accept(station=make_station(), have=signage, accepted=True, by=bob, note=note)


def test_a_have_that_is_not_asked_any_more_is_not_accepted(bob, make_station, signage):
    signage.in_force = False
    with pytest.raises(AcceptanceError, match="not asked"):
        accept(station=make_station(), have=signage, accepted=True, by=bob)


def test_a_withdrawn_station_is_not_accepted(bob, make_station, signage):
    with pytest.raises(AcceptanceError, match="withdrawn"):
        accept(station=make_station(status="withdrawn"), have=signage, accepted=True, by=bob)


@pytest.mark.parametrize("who", ["alice", "ivy", "mona", "charlie", "paul"])
def test_only_the_stations_union_accepts(who, request, make_station, signage):
    with pytest.raises(PermissionDenied):
        accept(station=make_station(), have=signage, accepted=True, by=request.getfixturevalue(who))


def test_another_unions_station_is_not_accepted(bob, make_station, signage, east_union):
    with pytest.raises(PermissionDenied):
        accept(station=make_station(union=east_union), have=signage, accepted=True, by=bob)


def test_a_filing_is_reviewed_when_every_station_has_every_have(filed, bob, signage):
    filing = filed(2, "submitted")
    accept_all(filing, bob)
    last = filing.items.get(position=2).station
    accept(station=last, have=signage, accepted=False, by=bob, note="没有铭牌")
    with pytest.raises(FilingError) as refused:
        actions.review(filing=filing, by=bob)
    assert refused.value.values == {"station": "站点2", "haves": "有标识"}
    accept(station=last, have=signage, accepted=True, by=bob)
    assert actions.review(filing=filing, by=bob).state == "reviewed"


def test_a_have_that_the_centre_adds_is_asked_too_and_one_out_of_force_is_not(filed, bob, signage):
    filing = filed(1, "submitted")
    accept_all(filing, bob)
    new = Have.objects.create(
        code="quiet", name_zh="有静区", name_en="Quiet", asks_zh="", asks_en="", position=7
    )
    with pytest.raises(FilingError, match="有静区"):
        actions.review(filing=filing, by=bob)
    Have.objects.filter(pk=new.pk).update(in_force=False)
    assert actions.review(filing=filing, by=bob).state == "reviewed"


def test_a_refusal_after_the_review_stops_the_recommendation_and_the_approval(filed, bob, alice, signage):
    reviewed = filed(1, "reviewed")
    station = reviewed.items.get().station
    accept(station=station, have=signage, accepted=False, by=bob, note="铭牌掉了")
    with pytest.raises(FilingError, match="有标识"):
        actions.recommend(filing=reviewed, by=bob)
    accept(station=station, have=signage, accepted=True, by=bob)
    recommended = actions.recommend(filing=reviewed, by=bob)
    accept(station=station, have=signage, accepted=False, by=bob, note="铭牌掉了")
    with pytest.raises(FilingError, match="有标识"):
        actions.approve(filing=recommended, by=alice)


def test_a_finding_from_before_the_filing_does_not_count_for_an_upgrade(begun, bob, make_station):
    station = make_station(kind="sanitation")
    for have in Have.objects.all():
        accept(station=station, have=have, accepted=True, by=bob)
    assert lacking([station], since=station.created_at)[station.pk] == []
    filing = begun("upgrade")
    actions.choose_stations(filing=filing, by=bob, stations=[station])
    filing = actions.submit(filing=filing, by=bob)
    with pytest.raises(FilingError) as refused:
        actions.review(filing=filing, by=bob)
    assert refused.value.code == "not_accepted"


def test_lacking_asks_twice_whatever_the_number_of_stations(make_station, django_assert_num_queries):
    stations = [make_station(str(number), 121.1 + number / 100) for number in range(5)]
    with django_assert_num_queries(2):
        assert len(lacking(stations, since=timezone.now())) == 5
