"""The list of trade unions: district unions have a territory, bureaus and industries have none."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from stations.unions.models import TradeUnion
from stations.unions.trade_unions import add_union, found_district_unions, rename_union


def test_the_centre_adds_unions_of_each_level(alice, east):
    add_union(by=alice, name="东区总工会", level="district", district=east)
    add_union(by=alice, name=" 金融  工会 ", level="bureau")
    add_union(by=alice, name="市总工会", level="municipal")
    assert set(TradeUnion.objects.values_list("name", "district__code")) == {
        ("东区总工会", "310102"), ("金融 工会", None), ("市总工会", None),
    }  # fmt: skip


def test_territory_and_level_must_fit_and_names_are_never_twice(alice, west, east, west_union):
    for name, level, district in [
        ("甲", "district", None), ("甲", "bureau", east), ("西区总工会", "bureau", None), ("甲", "district", west),
        ("", "bureau", None), ("甲", "planet", None),
    ]:  # fmt: skip
        with pytest.raises(ValidationError):
            add_union(by=alice, name=name, level=level, district=district)
    assert TradeUnion.objects.count() == 1


def test_every_district_without_a_union_gets_one_and_once_only(alice, east, west_union):
    [made] = found_district_unions(by=alice)
    assert (made.name, made.district) == ("东区总工会", east)
    assert found_district_unions(by=alice) == []


def test_a_union_is_renamed_and_keeps_its_stations(alice, west_union, make_station):
    station = make_station()
    rename_union(union=west_union, by=alice, name="西区总工会（新）")
    station.refresh_from_db()
    assert station.union.name == "西区总工会（新）"
    assert west_union.events.count() == 2


@pytest.mark.parametrize("name", ["bob", "ivy", "paul", "charlie"])
def test_only_the_centre_edits_the_list(name, request, west_union):
    by = request.getfixturevalue(name)
    with pytest.raises(PermissionDenied):
        add_union(by=by, name="甲", level="bureau")
    with pytest.raises(PermissionDenied):
        rename_union(union=west_union, by=by, name="乙")
    with pytest.raises(PermissionDenied):
        found_district_unions(by=by)


def test_the_pages_add_found_and_rename(alice, east, west_union, signed_in):
    client = signed_in(alice)
    page = client.get("/desk/people/unions/").content.decode()
    assert "西区总工会" in page
    assert "还有 1 个区没有工会" in page
    client.post("/desk/people/unions/districts/")
    answer = client.post("/desk/people/unions/", {"name": "金融工会", "level": "bureau"}, follow=True)
    assert "金融工会" in answer.content.decode()
    answer = client.post("/desk/people/unions/", {"name": "别的工会", "level": "district"})
    assert "别的工会" in answer.content.decode()  # what was typed is kept
    assert "区工会须选择所在区" in answer.content.decode()
    client.post(f"/desk/people/unions/{west_union.pk}/", {"name": "西区新工会"})
    assert set(TradeUnion.objects.values_list("name", flat=True)) == {"西区新工会", "东区总工会", "金融工会"}
