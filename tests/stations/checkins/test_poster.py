"""The poster: one A4 page whatever stands on it, and a QR code that phones read (chapter 4, 1 (1))."""

import io
from datetime import date

import pytest
import zxingcpp
from PIL import Image, ImageFilter

from stations.checkins.qr import codes
from stations.checkins.qr.poster import PPI, english_hours, poster, poster_pdf, poster_png
from stations.registry.models import Pledge, Station
from tests.acceptance.test_annex_2 import pages
from tests.stations.filing.test_paper import PAYLOADS, streams

TODAY = date(2026, 11, 25)
A4 = (2480, 3508)  # at 300 dots an inch
SITE = "https://jieli.example"


@pytest.fixture
def printed(make_station, settings):
    """`printed(...)`: what stands on the poster of a station with these fields, and the address in its code."""
    settings.JIELI_SITE_URL = SITE

    def of(**fields):
        code = codes.current_code(make_station(**fields))
        url = codes.check_in_url(code)
        return poster(code, url=url, today=TODAY), url

    return of


def read(picture):
    return [one.text for one in zxingcpp.read_barcodes(picture)]


@pytest.fixture
def picture(printed):
    said, url = printed(name="测试路网点", services=["water", "rest"], hours_text="Mo-Fr 09:00-17:00")
    return Image.open(io.BytesIO(poster_png(said))), url


def test_the_picture_is_a4_in_greys_and_knows_its_size(picture):
    drawn, _ = picture
    assert (drawn.size, drawn.mode) == (A4, "L")
    assert [round(one) for one in drawn.info["dpi"]] == [PPI, PPI]


def test_phones_read_the_code_near_and_far_in_black_and_white_and_dirty(picture):
    drawn, url = picture
    width, height = drawn.size
    wall = Image.new("L", (width * 3, height * 2), 190)  # seen from two metres: a third of the camera's width
    wall.paste(drawn, (width, height // 2))
    far = wall.resize((1280, round(1280 * wall.height / wall.width)), Image.Resampling.BILINEAR)
    dirty = drawn.copy()
    dirty.paste(128, (600, 1400, 900, 1600))
    for seen in (
        drawn,
        drawn.point(lambda grey: 255 if grey > 127 else 0).convert("1"),
        drawn.resize((620, 877)),
        drawn.resize((420, 594)).filter(ImageFilter.GaussianBlur(0.7)),
        drawn.rotate(17, expand=True, fillcolor=255),
        drawn.point(lambda grey: 90 + grey * 60 // 255),  # at dusk
        far,
        dirty,
    ):
        assert read(seen) == [url]


def test_around_the_code_is_as_much_white_as_it_wants(picture):
    drawn, _ = picture
    [found] = zxingcpp.read_barcodes(drawn)
    corners = found.position
    left, top, right, bottom = (
        corners.top_left.x, corners.top_left.y, corners.bottom_right.x, corners.bottom_right.y,
    )  # fmt: skip
    assert (right - left) / PPI * 2.54 == pytest.approx(8.8, abs=0.1)  # cm
    modules = 41
    white = round(4 * (right - left) / modules)
    around = drawn.crop((left - white, top - white, right + white, bottom + white))
    around.paste(255, (white - 3, white - 3, around.width - white + 3, around.height - white + 3))
    assert around.getextrema() == (255, 255)


def test_it_says_what_the_regulation_wants_in_two_languages(printed):
    said, _ = printed(
        name="测试路网点",
        nameplate_no="310101-0042",
        services=["water", "rest"],
        hours_text="Mo-Fr 09:00-17:00",
    )
    assert (said["title"], said["title_en"]) == ("户外职工爱心接力站", "Relay station for outdoor workers")
    assert (said["name"], said["nameplate"], said["hotline"]) == ("测试路网点", "310101-0042", "12351")
    assert said["particulars"] == [
        ["服务项目", "Services", "饮水、休息如厕", "Drinking water, rest and toilet"],
        ["开放时间", "Opening hours", "周一至周五 9:00-17:00\n周六、周日 休息", "Mon-Fri 09:00-17:00"],
    ]
    assert said["pledge"].startswith("一、")
    assert said["pledge_en"].startswith("1.")
    assert "第 1 版" in said["version"]
    assert not said["is_demo"]


def test_what_is_not_known_is_not_made_up(printed):
    said, _ = printed(kind="sanitation", services=[], hours_text="")
    assert said["title"] == "环卫爱心接力站"
    assert said["nameplate"] == "待授予 to come"
    assert [one[2] for one in said["particulars"]] == ["请看现场公告"] * 2


@pytest.mark.parametrize(
    ("osm", "words"),
    [
        ("24/7", "24 hours a day"),
        ("Mo-Fr 08:30-11:00,13:30-17:00; Sa,Su off", "Mon-Fri 08:30-11:00, 13:30-17:00; Sat, Sun closed"),
        ("Mo-Su 22:00-06:00; PH off", "Mon-Sun 22:00-06:00; public holidays closed"),
    ],
)
def test_hours_are_words_to_a_reader_of_english(osm, words):
    assert english_hours(osm) == words


def test_the_pledge_is_the_one_on_the_wall_else_the_one_in_force(printed):
    for day in (date(2026, 6, 1), date(2026, 12, 1)):
        Pledge.objects.create(version=str(day), text_zh=f"公约{day}", text_en="", since=day)
    coming = Pledge.objects.get(since=date(2026, 12, 1))
    assert printed()[0]["pledge"] == "公约2026-06-01"
    assert printed(pledge=coming)[0]["pledge"] == "公约2026-12-01"


def test_a_station_of_the_demo_is_marked(printed):
    marked, unmarked = (poster_png(printed(is_demo=demo)[0]) for demo in (True, False))
    top = [Image.open(io.BytesIO(one)).crop((0, 0, 2480, 130)).getextrema()[0] for one in (marked, unmarked)]
    assert top[0] < 50 < top[1]


LONG = "一、热情接待每一位户外职工，态度亲切，使用文明用语。\n" * 200


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "很" * 80, "nameplate_no": "9" * 40},
        {"name": "W" * 80, "hours_text": ""},
        {"name": "一站", "hours_text": "; ".join(f"{day} 06:00-07:00,08:00-09:1{n},20:00-23:00"
                                              for n, day in enumerate(["Mo", "Tu", "We", "Th", "Fr"]))},
        {"services": ["water", "climate", "meal", "charging", "rest", "other"], "is_demo": True},
        {"pledge": LONG},
        {"pledge": "字" * 20_000},
        {"pledge": "W" * 20_000},
        {"pledge": ""},
    ],
)  # fmt: skip
def test_whatever_stands_on_it_is_one_page_and_the_code_is_read(fields, printed):
    pledge = fields.get("pledge")
    if pledge is not None:
        kept = Pledge.objects.create(version="长", text_zh=pledge, text_en=pledge, since=TODAY)
        fields = {**fields, "pledge": kept}
    said, url = printed(**fields)
    assert pages(poster_pdf([said])) == 1
    assert read(Image.open(io.BytesIO(poster_png(said)))) == [url]


@pytest.mark.parametrize("payload", [*PAYLOADS, "\N{RIGHT-TO-LEFT OVERRIDE}abc", "שלום العربية"])
def test_what_people_write_is_text_and_never_markup(payload, printed):
    said, _ = printed(name="站", hours_text="24/7")
    Station.objects.update(name=payload[:80], nameplate_no=payload[:40])
    Pledge.objects.create(version="新", text_zh=payload, text_en=payload, since=TODAY)
    code = codes.current_code(Station.objects.get())
    said = poster(code, url=codes.check_in_url(code), today=TODAY)
    content = poster_pdf([said])
    assert pages(content) == 1
    assert b"root:x:0" not in b"".join(streams(content))


def test_many_posters_are_one_file(printed):
    said = [printed(name=f"站{n}")[0] for n in range(3)]
    assert pages(poster_pdf(said)) == 3
