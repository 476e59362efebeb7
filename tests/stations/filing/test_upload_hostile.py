"""Hostile uploads over HTTP: one clear answer each, nothing written, memory bounded."""

from pathlib import Path

import psutil
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from stations.filing.actions import draft_filing
from stations.filing.models import FilingItem, Upload
from stations.registry.models import Station
from tests.stations.filing.files import GOOD, table
from tests.stations.filing.malformed import malformed

LIMIT_MB = 300
PAYLOADS = (
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "{{777*777}}{% debug %}", "${alert(1)}", "=1+1",
    "' OR 1=1 --", "\u202egnp.exe", "a\x00b", "../../etc/passwd", "%s%n{0.__class__}", "😀" * 100, "#import \"x\"", "站" * 500,
)  # fmt: skip


@pytest.fixture
def draft(bob, west_union, west, east):
    return draft_filing(by=bob, kind="new", union=west_union)


@pytest.fixture
def send(draft, bob, signed_in):
    client = signed_in(bob)

    def post(name, content, **data):
        file = SimpleUploadedFile(name, content)
        return client.post(
            reverse("filing:upload", args=[draft.pk]), {"file": file, "datum": "wgs84", **data}, follow=True
        )

    return post


class Peak:
    """The rise of the resident set to its peak since the beginning, in MB."""

    def __init__(self) -> None:
        Path("/proc/self/clear_refs").write_text("5")
        self.before = psutil.Process().memory_info().rss

    def mb(self) -> float:
        status = Path("/proc/self/status").read_text()
        peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))
        return (peak * 1024 - self.before) / 1e6


@pytest.mark.slow
def test_two_hundred_malformed_uploads_are_answered_and_write_nothing(send):
    count = 0
    for name, content in malformed():
        peak = Peak()
        answer = send(name, content)
        count += 1
        assert answer.status_code in (200, 400, 422), name
        assert peak.mb() < LIMIT_MB, f"{name}: {peak.mb():.0f} MB"
        if answer.status_code != 200:
            assert not Upload.objects.exists(), name
        Upload.objects.all().delete()
    assert count == 200
    assert not Station.objects.exists()
    assert not FilingItem.objects.exists()


@pytest.mark.parametrize("heading", GOOD)
def test_hostile_text_in_every_column_is_shown_as_text(send, heading):
    rows = [
        {**GOOD, "推荐站点名称": f"站{n}", heading: payload}
        for n, payload in enumerate(PAYLOADS)
        if "\0" not in payload
    ]
    answer = send("list.csv", table(*rows))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert str(777 * 777) not in page


def test_hostile_names_of_files_are_shown_as_text(send):
    for name in (
        "<img src=x onerror=alert(1)>.csv",
        "a\u202eb.csv",
        "x" * 400 + ".csv",
        "..\\..\\x.csv",
        "';DROP TABLE x;--.csv",
    ):
        answer = send(name, table(GOOD))
        assert answer.status_code == 200
        assert "<img src=x" not in answer.content.decode()
        Upload.objects.all().delete()


@pytest.mark.parametrize(
    "data",
    [
        {"datum": ""},
        {"datum": "mars"},
        {"datum": "wgs84\0"},
        {"sheet": "x" * 500},
        {"sheet": "\0"},
        {"file": "no file"},
    ],
)
def test_what_is_missing_or_odd_in_the_form_is_asked_for(draft, bob, signed_in, data):
    file = SimpleUploadedFile("a.csv", table(GOOD))
    given = {"file": file, "datum": "wgs84", **data}
    answer = signed_in(bob).post(reverse("filing:upload", args=[draft.pk]), given)
    assert answer.status_code == 400
    assert not Upload.objects.exists()


def test_a_sheet_that_is_not_there_is_told(send):
    assert send("a.csv", table(GOOD), sheet="无此表").status_code == 200  # a CSV has none
