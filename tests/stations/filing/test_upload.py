"""Uploading a list to a draft: looked through first, the good rows imported without the bad, the bad ones handed back."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone, translation

from stations.filing.actions import FilingError, draft_filing, edit_head, submit
from stations.filing.annex2.rejects import rejects_book
from stations.filing.annex2.uploads import (
    UploadError,
    import_good,
    kept_upload,
    look_through,
    purge_expired,
    receive,
)
from stations.filing.models import Upload
from stations.registry.exchange.table import FileError
from stations.registry.models import Facility, Station, StationContact
from stations.unions.models import Role
from tests.conftest import person
from tests.stations.filing.files import GOOD, corrected, form, table


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def draft(bob, west_union, west, east, east_union):
    return draft_filing(by=bob, kind="new", union=west_union)


@pytest.fixture
def send(draft, bob):
    """`send(content)`: uploaded by Bob to his draft."""
    return lambda content, **more: receive(
        filing=draft, by=bob, content=content, **{"name": "list.xlsx", "datum": "wgs84", **more}
    )


def faults(content, filing, **options):
    """(row, column, code) of every fault."""
    run = look_through(content, **{"filing": filing, "datum": "wgs84", **options})
    return [
        (one.row.number, fault.column, fault.error.code)
        for one in run.plan.rejected
        for fault in one.problems
    ]


def names():
    return set(Station.objects.values_list("name", flat=True))


def test_our_form_comes_back_filled_in(draft, bob, send):
    row = {
        **GOOD,
        "设施": "空调、冰箱（损坏 2026-03-01）",
        "创设载体": "银行",
        "区": "西区",
        "计划完成时间": "2026-06-30",
    }
    upload = send(form(row, head={"C2": "西区总工会", "C4": "WGS-84"}))
    assert not Station.objects.exists()
    assert import_good(upload=upload, by=bob) == (1, 0)
    [item] = draft.items.all()
    station = item.station
    assert (station.status, station.union, station.name) == ("planned", draft.union, "第一站")
    assert (station.contact.manager_name, station.contact.mobile) == ("某人", "13900000009")
    assert set(Facility.objects.values_list("type", "condition")) == {
        ("aircon", "working"),
        ("fridge", "broken"),
    }
    assert station.district.name == "西区"
    assert not Upload.objects.exists()


def test_the_example_and_the_empty_numbered_rows_are_not_read(draft):
    run = look_through(form(GOOD), filing=draft, datum="wgs84")
    assert (len(run.plan.good), len(run.plan.rejected), run.table.examples) == (1, 0, (7,))


def test_the_form_as_downloaded_says_that_it_holds_nothing(draft):
    with pytest.raises(FileError) as refused:
        look_through(form(), filing=draft, datum="wgs84")
    assert refused.value.code == "only_example"


def test_a_station_written_over_the_example_is_read(draft):
    book = openpyxl.load_workbook(io.BytesIO(form()))
    sheet = book["备案表"]
    sheet["B7"] = "第一站"
    content = io.BytesIO()
    book.save(content)
    assert len(look_through(content.getvalue(), filing=draft, datum="wgs84").plan.good) == 1


def test_good_rows_go_in_and_the_others_stay_to_be_corrected(draft, bob, send):
    upload = send(
        table(GOOD, {**GOOD, "推荐站点名称": "第二站", "地址": ""}, {**GOOD, "推荐站点名称": "第三站"})
    )
    assert import_good(upload=upload, by=bob) == (2, 1)
    assert names() == {"第一站", "第三站"}
    upload.refresh_from_db()
    assert faults(bytes(upload.content), draft) == [(2, "address", "required")]
    again = send(corrected(bytes(upload.content), {"第二站": {"地址": "测试路2号"}}))
    assert import_good(upload=again, by=bob) == (1, 0)
    assert list(draft.items.values_list("position", "station__name")) == [
        (1, "第一站"),
        (2, "第三站"),
        (3, "第二站"),
    ]


def test_what_is_handed_back_is_the_row_as_it_was_with_the_reason(draft, bob, send):
    upload = send(
        form(
            {**GOOD, "站点区域面积（m²）": "0", "服务项目（结合站点实际填写）": "=饮水"},
            head={"C2": "西区总工会"},
        )
    )
    with pytest.raises(UploadError):
        import_good(upload=upload, by=bob)
    book = openpyxl.load_workbook(
        io.BytesIO(rejects_book(look_through(bytes(upload.content), filing=draft, datum="wgs84").plan))
    )
    texts = [[cell.value for cell in row] for row in book.active.iter_rows()]
    assert texts[0][0] == "创设“户外职工爱心接力站”备案表"
    assert "西区总工会" in texts[1]
    assert texts[-1][6] == "0"
    assert "more than 0" in texts[-1][-1]
    assert "formulas are not calculated" in texts[-1][-1]


def test_what_changed_meanwhile_is_seen_when_importing(draft, bob, send, make_station):
    upload = send(table(GOOD, {**GOOD, "推荐站点名称": "第二站"}))
    make_station("第一站", 121.25, 31.25)
    assert import_good(upload=upload, by=bob) == (1, 1)
    assert draft.items.get().station.name == "第二站"


def test_importing_twice_imports_once(draft, bob, send):
    upload = send(table(GOOD))
    import_good(upload=upload, by=bob)
    with pytest.raises(UploadError, match="upload it again"):
        import_good(upload=upload, by=bob)
    assert draft.items.count() == 1


def test_a_failure_in_the_middle_writes_nothing(draft, bob, send, monkeypatch):
    upload = send(table(GOOD, {**GOOD, "推荐站点名称": "第二站", "地址": ""}))

    def fail(*_):
        raise RuntimeError

    monkeypatch.setattr("stations.filing.annex2.uploads.rejects_book", fail)
    with pytest.raises(RuntimeError):
        import_good(upload=upload, by=bob)
    assert not Station.objects.exists()
    assert not draft.items.exists()


def test_the_union_is_that_of_the_filing(draft, bob, send):
    rows = [{**GOOD, "推荐单位": "西区总工会"}, {**GOOD, "推荐站点名称": "第二站", "推荐单位": "东区总工会"},
            {**GOOD, "推荐站点名称": "第三站", "推荐单位": "无此工会"}]  # fmt: skip
    assert faults(table(*rows), draft) == [(3, "union", "other_union"), (4, "union", "other_union")]
    with pytest.raises(UploadError, match="东区总工会"):
        send(form(GOOD, head={"C2": "东区总工会"}))


def test_the_datum_of_the_form_and_the_one_chosen_must_agree(draft, send):
    with pytest.raises(UploadError, match="GCJ-02"):
        send(form(GOOD, head={"C4": "GCJ-02"}))
    assert send(form(GOOD, head={"C4": "gcj02"}), datum="gcj02")


def test_status_and_nameplate_are_not_taken_from_a_file_and_that_is_told(draft, bob, send):
    content = table({**GOOD, "状态": "开放", "铭牌编号": "P-1", "备注": "好"})
    assert look_through(content, filing=draft, datum="wgs84").table.ignored == ["状态", "铭牌编号", "备注"]
    import_good(upload=send(content), by=bob)
    station = Station.objects.get()
    assert (station.status, station.nameplate_no) == ("planned", None)


def test_the_head_fills_what_is_empty_in_the_draft(draft, bob, send):
    edit_head(filing=draft, by=bob, contact_name="乙某", contact_email="", contact_phone="")
    upload = send(form(GOOD, head={"H2": "甲某", "C3": "a@example.org", "H3": "021-62345678"}))
    import_good(upload=upload, by=bob)
    draft.refresh_from_db()
    assert (draft.contact_name, draft.contact_email, draft.contact_phone) == (
        "乙某",
        "a@example.org",
        "021-62345678",
    )


def test_a_fault_of_the_head_is_told_and_hinders_no_row(draft, bob, send):
    content = form(GOOD, head={"C3": "not a mail", "H3": "139"})
    run = look_through(content, filing=draft, datum="wgs84")
    assert [(one.row, one.label) for one in run.head.problems] == [(3, "负责人邮箱"), (3, "负责人电话")]
    import_good(upload=send(content), by=bob)
    draft.refresh_from_db()
    assert draft.items.count() == 1
    assert draft.contact_email == ""


def test_the_paper_s_own_layout_is_read_too(draft):
    """A list typed from the paper: labels beside each other, the list below, signature and remark at its foot."""
    book = openpyxl.Workbook()
    lines = [
        ["创设“户外职工爱心接力站”备案表"],
        ["推荐单位名称 (区、产业局工会)", None, "西区总工会", None, "负责人姓名：甲某"],
        ["负责人邮箱", "a@example.org", None, None, "负责人电话", 12351],
        ["推荐站点主要信息 (可附页)"],
        ["序号", *GOOD],
        [1, *GOOD.values()],
        [2],
        ["推荐单位\n负责人签名", None, None, None, "推荐单位盖章"],
        [None, "备注：1、《备案表》一式三份"],
    ]
    for line in lines:
        book.active.append(line)
    content = io.BytesIO()
    book.save(content)
    run = look_through(content.getvalue(), filing=draft, datum="wgs84")
    assert (len(run.plan.good), run.plan.rejected) == (1, ())
    assert run.head.values == {
        "contact_name": "甲某",
        "contact_email": "a@example.org",
        "contact_phone": "12351",
    }


@pytest.mark.parametrize("name", ["mona", "charlie", "ivy", "alice", "paul"])
def test_only_the_union_s_officer_uploads(draft, name, request):
    with pytest.raises(PermissionDenied):
        receive(filing=draft, by=request.getfixturevalue(name), name="a", content=table(GOOD), datum="wgs84")


def test_an_upload_is_its_sender_s_alone(draft, send, west_union):
    upload = send(table(GOOD))
    colleague = person("colleague", Role.UNION_OFFICER, union=west_union)
    assert kept_upload(filing=draft, by=colleague, pk=upload.pk) is None
    with pytest.raises(UploadError):
        import_good(upload=upload, by=colleague)
    assert not Station.objects.exists()


def test_only_an_open_filing_of_new_stations_takes_a_list(draft, bob, west_union, send, begun):
    other = draft_filing(by=bob, kind="withdrawal", union=west_union)
    with pytest.raises(FilingError):
        receive(filing=other, by=bob, name="a", content=table(GOOD), datum="wgs84")
    edit_head(filing=draft, by=bob, contact_name="乙", contact_email="b@example.org", contact_phone="12351")
    upload = send(table(GOOD))
    import_good(upload=upload, by=bob)
    waiting = send(table({**GOOD, "推荐站点名称": "第二站"}))
    draft.refresh_from_db()
    submit(filing=draft, by=bob)
    with pytest.raises(FilingError):
        import_good(upload=waiting, by=bob)
    assert names() == {"第一站"}


def test_an_upload_is_kept_for_a_day(draft, bob, send):
    old = send(table(GOOD))
    Upload.objects.filter(pk=old.pk).update(at=timezone.now() - timedelta(days=1, minutes=1))
    assert kept_upload(filing=draft, by=bob, pk=old.pk) is None
    with pytest.raises(UploadError, match="not kept"):
        import_good(upload=old, by=bob)
    assert purge_expired() == 1
    assert not Upload.objects.exists()


def test_the_next_upload_takes_the_place_of_the_one_before(draft, send):
    send(table(GOOD))
    newer = send(table(GOOD))
    assert list(Upload.objects.all()) == [newer]


def test_the_kind_of_file_is_told_by_what_it_holds_and_not_by_its_name(draft, send):
    assert send(table(GOOD), name="list.xlsx")
    assert send(form(GOOD), name="list.csv")
    with pytest.raises(FileError, match="97-2003"):
        send(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000), name="list.xlsx")


def test_private_numbers_are_encrypted_as_everywhere(draft, bob, send):
    import_good(upload=send(table(GOOD)), by=bob)
    with connection.cursor() as cursor:
        cursor.execute("SELECT mobile FROM registry_stationcontact")
        assert cursor.fetchone()[0].startswith("siv1:")
    assert StationContact.objects.get().mobile == "13900000009"


@pytest.mark.parametrize("count", [10, 300])
def test_statements_do_not_grow_with_the_rows(draft, bob, send, count, django_assert_max_num_queries):
    rows = [
        {
            **GOOD,
            "推荐站点名称": f"站{n}",
            "经度": f"{121.01 + n % 20 / 100:.4f}",
            "纬度": f"{31.1 + n // 20 / 100:.4f}",
            "设施": "空调、冰箱",
        }
        for n in range(count)
    ]
    upload = send(table(*rows))
    with django_assert_max_num_queries(40):
        assert import_good(upload=upload, by=bob) == (count, 0)
