"""Annex 2 on paper: three copies in one file, as filed, private numbers only for those who may, text never markup."""

import json
import re
import zlib

import pytest
from django.urls import reverse

from stations.filing.actions import add_station, edit_head, submit
from stations.filing.annex2 import paper
from stations.filing.annex2.paper import filing_pdf
from stations.filing.changes import edit_live
from stations.filing.models import Filing
from stations.registry.models import Station
from stations.typesetting import NoChineseFontError, TooLongError
from stations.typesetting.program import usable
from tests.acceptance.test_annex_2 import pages

PAYLOADS = (
    '#read("/etc/passwd")', "#let x = 1; $x^2$ *b* _i_ `r` @ref <l>", '"] #panic("x")', "\\", "{{7*7}}",
    "<script>alert(1)</script>", "// no remark", "/* open", "= heading", "- list",
    "😀𠮷\u200b\u00ad", "W" * 80, "，" * 80, "\u0e33" * 40,
)  # fmt: skip


def the_data(filing, *, contacts=True):
    return paper._data(filing, contacts)


def test_three_copies_each_marked(filed):
    filing = filed(2)
    assert the_data(filing)["copies"] == [
        "第一联 推荐单位存档",
        "第二联 上报市总职工援助服务中心",
        "第三联 上报市总职工援助服务中心",
    ]
    content = filing_pdf(filing, contacts=True)
    assert content.startswith(b"%PDF-")
    assert pages(content) == 3


def test_a_long_list_goes_on_over_pages(filed, monkeypatch):
    filing = filed(1)
    rows = paper.filed_rows(filing, contacts=True) * 60
    monkeypatch.setattr(paper, "filed_rows", lambda *_, **__: rows)
    count = pages(filing_pdf(filing, contacts=True))
    assert count >= 9
    assert count % 3 == 0


def test_it_shows_what_was_filed_not_what_came_after(filed):
    filing = filed(1, "submitted")
    Station.objects.filter(filing_items__filing=filing).update(name="后来的名称")
    assert [row[1] for row in the_data(filing)["rows"]] == ["站点1"]


def test_a_draft_shows_itself_as_it_is_and_says_so(filed):
    filing = filed(1)
    Station.objects.filter(filing_items__filing=filing).update(name="后来的名称")
    assert [row[1] for row in the_data(filing)["rows"]] == ["后来的名称"]
    assert the_data(filing)["state"]


def test_private_numbers_only_for_those_who_may_know_them(filed):
    filing = filed(1, "submitted")
    for contacts in (True, False):
        text = json.dumps(the_data(filing, contacts=contacts)).replace("\\u200b", "")
        assert ("13900000001" in text, "021-62345678" in text) == (contacts, contacts)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_people_write_is_text_and_never_markup(begun, bob, particulars, payload):
    filing = begun()
    add_station(
        filing=filing, by=bob, **particulars(name=payload[:80], address=payload, host_name=payload[:80])
    )
    edit_head(filing=filing, by=bob, contact_name=payload[:40])
    filing.refresh_from_db()
    content = filing_pdf(filing, contacts=True)
    assert pages(content) % 3 == 0
    assert b"root:x:0" not in b"".join(streams(content))


def test_a_change_is_printed_with_what_was_and_what_is(make_station, bob):
    station = make_station("某站", hours_text="9:00-17:00", nameplate_no="P-1")
    edit_live(station=station, by=bob, hours_text="8:00-18:00", host_kind="bank")
    filing = Filing.objects.get(kind="change")
    lines = {tuple(line[1:4]) for line in the_data(filing)["changes"]}
    assert ("开放时间", "9:00-17:00", "8:00-18:00") in lines
    assert pages(filing_pdf(filing, contacts=True)) % 3 == 0


def test_without_a_chinese_font_the_page_says_what_to_install(filed, bob, signed_in, monkeypatch):
    assert usable(["DejaVu Sans", "New Computer Modern"]) == []
    assert usable(["WenQuanYi Micro Hei"])[0] == "WenQuanYi Micro Hei"
    filing = filed(1)
    for error, word in ((NoChineseFontError, "JIELI_FONT_PATHS"), (TooLongError, "Excel")):

        def fail(*_, error=error, **__):
            raise error

        monkeypatch.setattr("stations.filing.annex2.pages.filing_pdf", fail)
        answer = signed_in(bob).get(reverse("filing:pdf", args=[filing.pk]))
        assert answer.status_code == 503
        assert word in answer.content.decode()


def test_it_opens_in_the_browser_and_is_not_kept_on_the_way(filed, bob, signed_in):
    answer = signed_in(bob).get(reverse("filing:pdf", args=[filed(1).pk]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("inline")
    assert answer["Cache-Control"] == "private, no-store"


def test_submitting_dates_the_paper(filed, bob):
    filing = filed(1)
    assert "提交日期" not in the_data(filing)["number"]
    filing = submit(filing=filing, by=bob)
    assert re.search(r"提交日期：\d{4}-\d\d-\d\d", the_data(filing)["number"])


def streams(pdf):
    for match in re.finditer(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        try:
            yield zlib.decompress(match[1])
        except zlib.error:
            continue
