"""A filing as XLSX, read back by our own import: nothing is lost, and nothing becomes a formula."""

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stations.filing.actions import FilingError, add_station, draft_filing, edit_head
from stations.filing.annex2.export import filing_book
from stations.filing.annex2.uploads import import_good, look_through, receive
from stations.registry.actions import StationError
from stations.registry.models import Station

LONG_HOURS = (
    "周一至周五 上午8:30-11:30、下午1:00-5:00，周六 9:00-12:00，周日休息，法定节假日休息" + "，对外开放" * 30
)
HARD = {
    "plain": {},
    "quotes": {"name": "“引号”'单'\"双\"", "address": "''=1+1"},
    "formulas": {"name": "=1+1", "address": "'=cmd|' /C calc'!A0", "host_name": "@SUM(A1)", "manager_name": "+某人"},
    "full width": {"name": "＝１＋１　站", "address": "－测试路１号", "host_name": "Ａ座"},
    "emoji": {"name": "接力站😀👷‍♀️", "address": "𠮷野家旁"},
    "spelt like XLSX spells": {"name": "_x0041_站", "address": "_x000D_", "host_name": "_x005F_x0041_"},
    "markup": {"name": "<b>&amp;</b>", "address": "]]><![CDATA[", "host_name": "#let x = 1 \\ $ * _ `"},
    "separators": {"name": "甲、乙，丙;丁|戊", "address": "1，2;3\t4"},
    "like numbers": {"name": "0012", "address": "1e5", "manager_name": "3.0", "host_name": "2026-03-31"},
    "long hours": {"hours_text": LONG_HOURS[:200]},
    "no area, nothing offered": {"area_m2": None, "services": [], "facilities": {}, "manager_name": "", "mobile": ""},
    "all there is": {
        "area_m2": Decimal("99999.9"), "services": ["water", "climate", "meal", "charging", "rest", "other"],
        "facilities": {"aircon": "working", "fridge": "removed", "wifi": "broken"}, "host_kind": "campus_gate",
        "kind": "sanitation", "planned_completion": date(2026, 12, 31), "public_phone": "021-62345678转12",
        "mobile": "+86 13900000001",
    },
    "very long": {"name": "站" * 80, "address": "路" * 160, "host_name": "行" * 80, "manager_name": "某" * 40},
    "in Baidu's datum": {"position": {"lon": 121.26, "lat": 31.26, "datum": "bd09"}},
    "many digits": {"position": {"lon": 121.12345678901234, "lat": 31.2, "datum": "wgs84"}},
    "night": {"hours_text": "22:00-次日6:00"},
}  # fmt: skip


@pytest.fixture
def draft(bob, west_union):
    return draft_filing(by=bob, kind="new", union=west_union)


def kept(station):
    """All that Annex 2 and the map keep of a station."""
    contact = getattr(station, "contact", None)
    return {
        **{
            name: getattr(station, name)
            for name in (
                "name", "address", "kind", "host_kind", "host_name", "hours_text", "open_slots", "area_m2", "services",
                "planned_completion", "public_phone", "declared_lon", "declared_lat", "declared_datum", "union_id", "district_id",
            )
        },
        "point": station.point.coords,
        "facilities": sorted(station.facilities.values_list("type", "condition", "broken_since")),
        "contact": (contact.manager_name, contact.mobile) if contact and (contact.manager_name or contact.mobile) else None,
    }  # fmt: skip


def in_again(filing, bob, west_union):
    """The filing's file, uploaded to another draft after its stations have left the registry."""
    datum = filing.items.first().station.declared_datum
    content = filing_book(filing, contacts=True)
    before = [kept(one) for one in Station.objects.order_by("filing_items__position")]
    filing.items.all().delete()
    Station.objects.all().delete()
    other = draft_filing(by=bob, kind="new", union=west_union)
    upload = receive(filing=other, by=bob, name="a.xlsx", content=content, datum=datum)
    run = look_through(content, filing=other, datum=datum)
    assert [(one.row.number, [str(p.error) for p in one.problems]) for one in run.plan.rejected] == []
    import_good(upload=upload, by=bob)
    return before, [kept(one) for one in Station.objects.order_by("filing_items__position")]


@pytest.mark.parametrize("case", HARD)
def test_what_is_exported_comes_back(draft, bob, west_union, particulars, case):
    add_station(filing=draft, by=bob, **particulars(**HARD[case]))
    before, after = in_again(draft, bob, west_union)
    assert after == before


def test_all_of_them_at_once_keep_their_order(draft, bob, west_union, particulars):
    for number, case in enumerate(HARD):
        given = particulars(lon=121.1 + number / 100, **HARD[case])
        given["position"] = {**given["position"], "datum": "wgs84"}
        add_station(filing=draft, by=bob, **given)
    before, after = in_again(draft, bob, west_union)
    assert after == before
    assert len(after) == len(HARD)


def test_positions_of_several_datums_come_back_within_a_millimetre(draft, bob, west_union, particulars):
    for number, datum in enumerate(("wgs84", "gcj02", "bd09")):
        place = {"lon": 121.2 + number / 50, "lat": 31.2, "datum": datum}
        add_station(filing=draft, by=bob, **particulars(f"站{number}", position=place))
    content = filing_book(draft, contacts=True)
    run = look_through(content, filing=draft, datum="wgs84")
    assert run.head.datum == "wgs84"
    for station, row in zip(
        Station.objects.order_by("filing_items__position"), run.plan.rejected, strict=True
    ):
        assert row.problems[0].error.values["metres"] == 0
        assert float(run.table.by_column(row.row)["lon"]) == pytest.approx(station.point.x, abs=2e-8)


TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(name=TEXT, address=TEXT, host_name=TEXT, manager=TEXT)
def test_any_text_comes_back(bob, west_union, particulars, name, address, host_name, manager):
    filing = draft_filing(by=bob, kind="new", union=west_union)
    given = particulars(name=name, address=address, host_name=host_name, manager_name=manager)
    try:
        add_station(filing=filing, by=bob, **given)
    except (StationError, FilingError):
        return  # refused by the form, as it would be by the import
    before, after = in_again(filing, bob, west_union)
    assert after == before
    for one in Station.objects.all():
        one.filing_items.all().delete()
        one.delete()


def test_no_cell_is_a_formula(draft, bob, particulars):
    for number, case in enumerate(HARD):
        add_station(filing=draft, by=bob, **particulars(**{"lon": 121.1 + number / 100, **HARD[case]}))
    edit_head(filing=draft, by=bob, contact_name="=1+1", note="@x")
    book = openpyxl.load_workbook(io.BytesIO(filing_book(draft, contacts=True)))
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not [
        cell.value
        for cell in cells
        if str(cell.value).startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    ]


def test_the_head_comes_back(draft, bob, particulars):
    add_station(filing=draft, by=bob, **particulars())
    edit_head(
        filing=draft, by=bob, contact_name="乙某", contact_email="b@example.org", contact_phone="021-62345678"
    )
    draft.refresh_from_db()
    head = look_through(filing_book(draft, contacts=True), filing=draft, datum="wgs84").head
    assert head.values == {
        "contact_name": "乙某",
        "contact_email": "b@example.org",
        "contact_phone": "021-62345678",
    }
    assert (head.union, head.problems) == ("西区总工会", ())


def test_private_numbers_only_for_those_who_may_know_them(draft, bob, particulars):
    add_station(filing=draft, by=bob, **particulars(mobile="13900000001"))
    edit_head(filing=draft, by=bob, contact_phone="13900000002")
    draft.refresh_from_db()
    for contacts in (True, False):
        book = openpyxl.load_workbook(io.BytesIO(filing_book(draft, contacts=contacts)))
        texts = str([line for sheet in book for line in sheet.iter_rows(values_only=True)])
        assert ("13900000001" in texts, "13900000002" in texts) == (contacts, contacts)
