"""The pages that tell who changed what: for those in whose care it is, with nothing private on them."""

import pghistory
import pytest
from django.db import connection

from stations.filing.models import Filing
from stations.registry.models import Station, StationContact
from tests.conftest import manages
from tests.maps.test_translations import LATIN, Words


def page(reader, path):
    answer = reader.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


@pytest.fixture
def station(make_station, alice):
    made = make_station("旧名", hours_text="24/7", services=["water"], facilities={"microwave": "broken"})
    StationContact.objects.create(station=made, manager_name="站长甲", mobile="13900000001")
    with pghistory.context(user=alice.pk):
        Station.objects.update(name="新名")
    return made


def test_who_may_read_a_station_s(
    station, mona, make_station, charlie, paul, bob, ivy, alice, signed_in, client
):
    path = f"/desk/stations/{station.pk}/history/"
    assert client.get(path).status_code == 302
    for stranger in (charlie, paul, mona):
        assert signed_in(stranger).get(path).status_code == 403
    manages(mona, station)
    for reader in (mona, bob, ivy, alice):
        assert "旧名" in page(signed_in(reader), path)
    Station.objects.update(status="suspended")
    assert signed_in(charlie).get(path).status_code == 404


def test_officers_and_inspectors_of_elsewhere_may_not(station, east, east_union, signed_in):
    from stations.unions.models import Role
    from tests.conftest import person

    path = f"/desk/stations/{station.pk}/history/"
    for stranger in (
        person("ben", Role.UNION_OFFICER, union=east_union),
        person("ian", Role.INSPECTOR, district=east),
    ):
        assert signed_in(stranger).get(path).status_code == 403


def test_a_filing_s_is_for_those_who_see_the_filing_and_a_person_s_for_the_centre(
    station, west_union, bob, charlie, ivy, alice, signed_in
):
    filing = Filing.objects.create(
        kind="new", union=west_union, created_by=bob, state_since=station.created_at
    )
    path = f"/desk/filings/{filing.pk}/history/"
    assert "西区总工会" in page(signed_in(bob), path)
    assert signed_in(charlie).get(path).status_code == signed_in(ivy).get(path).status_code == 404
    assert "西区总工会" in page(signed_in(alice), f"/desk/people/{bob.pk}/history/")
    assert signed_in(bob).get(f"/desk/people/{bob.pk}/history/").status_code == 403


def test_no_private_word_is_on_it_and_no_english_in_chinese(station, alice, signed_in):
    text = page(signed_in(alice), f"/desk/stations/{station.pk}/history/")
    assert "站长甲" not in text
    assert "13900000001" not in text
    words = Words()
    words.feed(text.replace("alice", "").replace(connection.settings_dict["USER"], ""))
    left = [LATIN.sub("", one) for one in words.found]
    assert [one for one in left if any(letter.isascii() and letter.isalpha() for letter in one)] == []


def test_what_people_wrote_is_text(station, alice, signed_in):
    Station.objects.update(name="<script>alert(1)</script>", host_name='"><img src=x onerror=alert(1)>')
    text = page(signed_in(alice), f"/desk/stations/{station.pk}/history/")
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert "&lt;script&gt;alert(1)" in text


@pytest.mark.parametrize(
    "before", ["", "yesterday", "2026-03-03", "9999-12-31T23:59:59+00:00", "\0", "1' OR '1"]
)
def test_a_time_that_is_none_means_the_latest(station, alice, signed_in, before):
    answer = signed_in(alice).get(f"/desk/stations/{station.pk}/history/", {"before": before})
    assert "旧名" in answer.content.decode()


def test_earlier_changes_are_a_link_away(station, alice, signed_in):
    for number in range(40):
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE registry_stationevent SET pgh_created_at = pgh_created_at - interval '1 day'"
            )
        Station.objects.update(address=f"测试路{number}号。")
    reader = signed_in(alice)
    first = page(reader, f"/desk/stations/{station.pk}/history/")
    assert "测试路39号。" in first
    assert "旧名" not in first
    link = first.partition('rel="next" href="')[2].partition('"')[0]
    second = page(reader, f"/desk/stations/{station.pk}/history/{link}")
    assert "测试路39号。" not in second
    assert "旧名" in second
    assert 'rel="next"' not in second
