"""The pages of filings: what an officer, and the centre, sees and does there."""

import pytest
from django.urls import reverse

from stations.filing import actions
from stations.filing.models import Filing, FilingItem
from stations.registry.models import Acceptance, Have, Nameplate, NameplateCounter, Station
from tests.conftest import person

pytestmark = pytest.mark.django_db

ROW = {
    "name": "银行站", "address": "测试路1号", "kind": "relay", "host_kind": "bank", "host_name": "某银行",
    "lon": "121.25", "lat": "31.25", "datum": "wgs84", "hours_text": "9:00-17:00", "area_m2": "约3㎡",
    "services": ["water", "rest"], "facilities": ["aircon", "wifi"], "planned_completion": "2026年3月",
    "manager_name": "甲某", "mobile": "13900000001", "public_phone": "", "district": "",
}  # fmt: skip


@pytest.fixture
def officer(bob, signed_in):
    return signed_in(bob)


@pytest.fixture
def centre(alice, signed_in):
    return signed_in(alice)


def url(name, filing, *more):
    return reverse(f"filing:{name}", args=[filing.pk, *more])


def english(client):
    client.cookies["django_language"] = "en"
    return client


def step(client, filing, name, comment=""):
    filing.refresh_from_db()
    given = {"step": name, "comment": comment, "version": filing.version}
    return client.post(url("step", filing), given, follow=True)


def test_an_officer_begins_a_form(officer, west_union):
    page = officer.get("/desk/filings/new/")
    assert "西区总工会" in page.content.decode()
    assert 'value="change"' not in page.content.decode()
    answer = officer.post("/desk/filings/new/", {"kind": "new", "for_union": west_union.pk})
    filing = Filing.objects.get()
    assert (answer["Location"], filing.union) == (url("filing", filing), west_union)


@pytest.mark.parametrize("given", [{}, {"kind": "change"}, {"kind": "new", "for_union": "999999"}])
def test_a_form_of_no_kind_or_of_another_union_is_not_begun(officer, given, west_union):
    answer = officer.post("/desk/filings/new/", {"for_union": west_union.pk, **given})
    assert answer.status_code == 400
    assert not Filing.objects.exists()


def test_a_row_of_annex_2_is_typed_in(officer, begun, west):
    filing = begun()
    answer = officer.post(url("add", filing), {**ROW, "district": west.pk})
    assert answer["Location"] == url("filing", filing)
    station = Station.objects.get()
    assert (station.name, str(station.area_m2), str(station.planned_completion)) == (
        "银行站",
        "3.0",
        "2026-03-31",
    )
    assert (station.services, station.host_kind, station.status) == (["water", "rest"], "bank", "planned")
    assert set(station.facilities.values_list("type", "condition")) == {
        ("aircon", "working"),
        ("wifi", "working"),
    }
    assert (station.contact.mobile, station.public_phone) == ("13900000001", "12351")
    page = officer.get(url("filing", filing)).content.decode()
    for text in (
        "银行站",
        "测试路1号",
        "甲某",
        "13900000001",
        "9:00-17:00",
        "饮水供给、休息如厕",
        "2026-03-31",
    ):
        assert text in page


def test_another_row_comes_at_once_where_it_is_wanted(officer, begun):
    filing = begun()
    assert officer.post(url("add", filing), {**ROW, "another": "1"})["Location"] == url("add", filing)


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("hours_text", "看情况", "看情况"),
        ("area_m2", "0", "must be more than 0"),
        ("mobile", "12", "not a phone number"),
        ("lon", "31.25", "outside the service area"),
        ("lon", "x", "not a coordinate"),
        ("datum", "", ""),
        ("planned_completion", "明年", "not a date"),
        ("name", "", ""),
        ("name", "n" * 81, ""),
        ("district", "east", "lies in 西区"),
        ("services", ["beer"], ""),
        ("address", "a\0b", ""),
    ],
)
def test_a_fault_keeps_what_was_typed_and_stores_nothing(officer, begun, east, field, text, said):
    filing = begun()
    given = {**ROW, field: str(east.pk) if text == "east" else text}
    answer = english(officer).post(url("add", filing), given)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert said in page
    assert 'class="errorlist"' in page
    for kept in ("13900000001" if field != "mobile" else "甲某", "某银行"):
        assert kept in page
    assert not Station.objects.exists()


def test_the_place_and_its_datum_are_said_by_the_officer(officer, begun):
    page = officer.get(url("add", begun())).content.decode()
    assert '<option value="" selected>' in page.split('name="datum"')[1].split("</select>")[0]


def test_a_row_is_corrected(officer, filed):
    filing = filed()
    item = filing.items.get()
    page = officer.get(url("edit", filing, item.pk)).content.decode()
    assert 'value="13900000001"' in page
    given = {**ROW, "version": item.station.version, "lon": "121.3", "facilities": ["wifi"]}
    assert officer.post(url("edit", filing, item.pk), given).status_code == 302
    station = Station.objects.get()
    assert (station.point.x, list(station.facilities.values_list("type", flat=True))) == (121.3, ["wifi"])


def test_two_officers_on_one_row_the_second_gets_409_and_keeps_what_was_typed(officer, filed, bob):
    filing = filed()
    item = filing.items.get()
    given = {**ROW, "version": item.station.version, "address": "我写的地址"}
    actions.edit_station(item=item, by=bob, address="别人写的地址")
    answer = officer.post(url("edit", filing, item.pk), given)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "我写的地址" in page
    assert "别人写的地址" in page
    newest = Station.objects.get().version
    assert f'name="version" value="{newest}"' in page
    assert officer.post(url("edit", filing, item.pk), {**given, "version": newest}).status_code == 302
    assert Station.objects.get().address == "我写的地址"


def test_two_officers_on_one_head_the_second_gets_409_and_keeps_what_was_typed(officer, begun, bob):
    filing = begun()
    actions.edit_head(filing=filing, by=bob, contact_name="别人写的")
    given = {"contact_name": "我写的", "contact_email": "b@example.org", "contact_phone": "12351", "note": ""}
    answer = officer.post(url("head", filing), {**given, "version": filing.version})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "我写的" in page
    assert "别人写的" in page
    filing.refresh_from_db()
    assert officer.post(url("head", filing), {**given, "version": filing.version}).status_code == 302
    assert Filing.objects.get().contact_name == "我写的"


def test_a_fault_in_the_head_keeps_what_was_typed(officer, begun):
    filing = begun()
    given = {"contact_name": "我写的", "contact_email": "no mail", "version": filing.version}
    answer = officer.post(url("head", filing), given)
    assert answer.status_code == 400
    assert "我写的" in answer.content.decode()
    assert "no mail" in answer.content.decode()
    assert Filing.objects.get().contact_name == "乙某"


def test_a_step_that_is_hindered_says_by_what_and_keeps_the_comment(officer, filed):
    filing = filed(1, "submitted")
    answer = step(english(officer), filing, "review", comment="看过了")
    assert answer.status_code == 422
    assert "not accepted yet" in answer.content.decode()
    assert "看过了" in answer.content.decode()
    assert "Write why it is returned" in step(officer, filing, "return").content.decode()


def test_a_step_from_an_old_page_gets_409_and_the_newest(officer, filed, bob):
    filing = filed(1, "submitted")
    actions.take_back(filing=filing, by=bob)
    given = {"step": "return", "comment": "面积不足", "version": filing.version}
    answer = officer.post(url("step", filing), given)
    assert answer.status_code == 409
    assert "面积不足" in answer.content.decode()
    assert Filing.objects.get().state == "draft"


def test_a_step_that_is_none_is_not_found(officer, filed):
    assert officer.post(url("step", filed()), {"step": "burn"}).status_code == 404


def buttons(client, filing):
    page = client.get(url("filing", filing)).content.decode()
    return [
        one
        for one in ("submit", "take_back", "review", "recommend", "approve", "return")
        if f'value="{one}"' in page
    ]


@pytest.mark.parametrize(
    ("state", "officers", "centres"),
    [
        ("draft", ["submit"], []),
        ("submitted", ["take_back", "review", "return"], []),
        ("reviewed", ["recommend", "return"], []),
        ("recommended", [], ["approve", "return"]),
    ],
)
def test_each_reader_has_the_buttons_that_are_due(filed, officer, centre, state, officers, centres):
    filing = filed(1, state)
    assert buttons(officer, filing) == officers
    assert buttons(centre, filing) == centres


def test_the_way_of_a_filing_by_its_pages(officer, centre, filed):
    filing = filed(2)
    step(officer, filing, "submit")
    for item in filing.items.all():
        given = {f"found-{have.pk}": "yes" for have in Have.objects.all()}
        officer.post(url("acceptance", filing, item.pk), given)
    step(officer, filing, "review")
    step(officer, filing, "recommend", comment="请批准")
    page = step(centre, filing, "approve").content.decode()
    assert "310101-0001" in page
    assert "310101-0002" in page
    assert "请批准" in page
    assert Filing.objects.get().state == "approved"


def test_what_was_filed_is_shown_after_it_was_submitted(officer, filed):
    filing = filed(1, "submitted")
    Station.objects.update(address="后来的地址")
    page = officer.get(url("filing", filing)).content.decode()
    assert "测试路1号" in page
    assert "后来的地址" not in page


def test_the_acceptance_leads_on_to_the_next_station(officer, filed):
    filing = filed(2, "submitted")
    first, second = filing.items.all()
    given = {f"found-{have.pk}": "yes" for have in Have.objects.all()}
    assert officer.post(url("acceptance", filing, first.pk), given)["Location"] == url(
        "acceptance", filing, second.pk
    )
    assert officer.post(url("acceptance", filing, second.pk), given)["Location"] == url("filing", filing)


def test_a_refusal_without_a_note_keeps_everything_typed_and_stores_nothing(officer, filed):
    filing = filed(1, "submitted")
    item = filing.items.get()
    given = {f"found-{have.pk}": "yes" for have in Have.objects.all()}
    given |= {"found-signage": "no", "note-premises": "二楼"}
    answer = officer.post(url("acceptance", filing, item.pk), given)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "二楼" in page
    assert page.count('value="yes" checked') == 5
    assert 'name="found-signage" value="no" checked' in page
    assert not Acceptance.objects.exists()


def test_a_finding_that_stands_is_not_found_anew(officer, filed):
    filing = filed(1, "submitted")
    item = filing.items.get()
    officer.post(url("acceptance", filing, item.pk), {"found-signage": "yes"})
    at = Acceptance.objects.get().at
    officer.post(url("acceptance", filing, item.pk), {"found-signage": "yes", "found-staff": "yes"})
    assert Acceptance.objects.get(have="signage").at == at
    assert Acceptance.objects.count() == 2


def test_a_withdrawal_chooses_from_the_unions_own_list(officer, begun, make_station, east_union):
    mine = make_station("本工会的站", 121.1, nameplate_no="P-1")
    make_station("别家的站", 121.2, union=east_union)
    make_station("筹建的站", 121.3, status="planned")
    filing = begun("withdrawal")
    page = officer.get(url("choose", filing)).content.decode()
    assert [name in page for name in ("本工会的站", "别家的站", "筹建的站")] == [True, False, False]
    officer.post(url("choose", filing), {"station": [mine.pk], "reason": "单位搬迁"})
    item = FilingItem.objects.get()
    assert (item.station, item.reason) == (mine, "单位搬迁")
    assert "本工会的站" not in officer.get(url("choose", filing)).content.decode()
    officer.post(url("reason", filing, item.pk), {"reason": "合同到期"})
    item.refresh_from_db()
    assert item.reason == "合同到期"


def test_what_was_chosen_stays_ticked_where_one_does_not_fit(officer, begun, make_station):
    fits, not_so = make_station("环卫站", 121.1, kind="sanitation"), make_station("接力站", 121.2)
    filing = begun("upgrade")
    answer = officer.post(
        url("choose", filing), {"station": [fits.pk, not_so.pk, "x", "9" * 30], "reason": "条件成熟"}
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert f'value="{fits.pk}" checked' in page
    assert "条件成熟" in page
    assert not FilingItem.objects.exists()


def test_another_unions_station_is_not_even_chosen_by_its_number(officer, begun, make_station, east_union):
    other = make_station(kind="sanitation", union=east_union)
    officer.post(url("choose", begun("upgrade")), {"station": [other.pk]})
    assert not FilingItem.objects.exists()


def test_a_station_is_taken_out_and_a_draft_deleted(officer, filed):
    filing = filed(2)
    item = filing.items.get(position=1)
    officer.post(url("remove", filing, item.pk))
    assert filing.items.count() == 1
    filing.refresh_from_db()
    officer.post(url("delete", filing), {"version": filing.version})
    assert not Filing.objects.exists()
    assert not Station.objects.exists()


def test_a_row_of_another_filing_is_not_reached_through_the_own(
    officer, filed, begun, east_union, particulars
):
    emma = person("emma", "union_officer", union=east_union)
    other = actions.draft_filing(by=emma, kind="new", union=east_union)
    item = actions.add_station(filing=other, by=emma, **particulars("别家的站", 121.75))
    mine = begun()
    for name in ("edit", "remove", "reason", "acceptance"):
        assert officer.post(url(name, mine, item.pk), ROW).status_code == 404
    assert officer.get(url("filing", other)).status_code == 404
    assert Station.objects.get().name == "别家的站"


def test_the_register_tells_who_when_and_why_and_voids_a_number(centre, filed, alice):
    actions.approve(filing=filed(1, "recommended"), by=alice)
    address = "/desk/filings/nameplates/"
    page = centre.get(address).content.decode()
    assert "310101-0001" in page
    assert "alice" in page
    answer = centre.post(address, {"number": "310101-0001", "reason": "损坏"})
    assert answer.status_code == 400
    assert 'value="损坏"' in answer.content.decode()
    assert centre.post(address, {"number": "310101-0002", "reason": "制作损坏"}).status_code == 302
    assert "制作损坏" in centre.get(f"{address}?fate=void").content.decode()
    assert "310101-0001" not in centre.get(f"{address}?fate=void").content.decode().split("<tbody>")[1]
    assert Nameplate.objects.count() == 2


def test_a_number_passed_over_without_a_word_is_shown(centre, filed, alice):
    actions.approve(filing=filed(1, "recommended"), by=alice)
    NameplateCounter.objects.update(last=2)
    assert "310101-0002" in centre.get("/desk/filings/nameplates/").content.decode()


def test_a_filing_of_many_stations_takes_as_many_questions_as_one_of_few(
    officer, filed, bob, django_assert_max_num_queries
):
    few = filed(1, "submitted")
    Station.objects.update(name="先来的站")
    many = filed(12, "submitted")
    with django_assert_max_num_queries(25) as asked:
        officer.get(url("filing", few))
    with django_assert_max_num_queries(len(asked)):
        officer.get(url("filing", many))
