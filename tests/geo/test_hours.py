"""Opening hours: what is read, what is refused, and when a place is open."""

from contextlib import suppress
from datetime import date, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opening_hours import OpeningHours

from geo.hours import (
    HOLIDAY,
    MAX_LENGTH,
    MESSAGES,
    SLOT,
    SLOTS,
    WORKDAY,
    ZONE,
    Calendar,
    Hours,
    HoursError,
    SpecialDay,
    parse,
    probe,
)
from tests.geo.hours_cases import CASES, calendar, moment

NINE_TO_FIVE = ((540, 1020),)
LUNCH = ((510, 660), (810, 1020))


def week(weekday=NINE_TO_FIVE, saturday=(), sunday=()):
    return (*[weekday] * 5, saturday, sunday)


def every_day(*spans):
    return (spans,) * 7


@st.composite
def day_spans(draw):
    """Sorted, disjoint spans of one day; the last may run past midnight."""
    cuts = sorted(draw(st.sets(st.integers(0, 1440), max_size=8)))
    spans = [(cuts[i], cuts[i + 1]) for i in range(0, len(cuts) - 1, 2)]
    if spans and draw(st.booleans()):
        start = spans[-1][0]
        if start > 0:
            spans[-1] = (start, 1440 + draw(st.integers(0, start - 1)))
    return tuple(spans)


hours = st.builds(
    Hours,
    text=st.just(""),
    days=st.one_of(st.tuples(*[day_spans()] * 7), day_spans().map(lambda spans: (spans,) * 7)),
    holiday=st.none() | day_spans(),
)
special_days = st.one_of(
    st.just(SpecialDay(HOLIDAY)), st.builds(SpecialDay, st.just(WORKDAY), follows_weekday=st.integers(0, 6))
)
calendars = st.builds(
    Calendar, st.dictionaries(st.dates(date(2026, 3, 1), date(2026, 3, 16)), special_days, max_size=6)
)
moments = st.integers(0, 15 * 1440 * 60).map(
    lambda s: datetime(2026, 3, 1, tzinfo=ZONE) + timedelta(seconds=s)
)


@pytest.mark.parametrize(
    ("text", "at", "special", "expected"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_open_or_not_as_the_table_of_cases_says(text, at, special, expected):
    assert parse(text).is_open(moment(at), calendar=calendar(special)) is expected


def test_the_table_of_cases_has_names_of_its_own():
    assert len({case[0] for case in CASES}) == len(CASES) >= 40


def test_a_moment_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        parse("24/7").is_open(datetime(2026, 3, 2, 9))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("text", "days", "holiday"),
    [
        ("9:00-17:00", every_day((540, 1020)), None),
        ("9：00—17：00", every_day((540, 1020)), None),
        ("09:00~17:00", every_day((540, 1020)), None),
        ("８：００－１７：００", every_day((480, 1020)), None),
        ("8.30-17.00", every_day((510, 1020)), None),
        ("上午9:00——下午5:00", every_day((540, 1020)), None),
        ("9-17点", every_day((540, 1020)), None),
        ("九点到十七点三十分", every_day((540, 1050)), None),
        ("8点半至下午5时30分", every_day((510, 1050)), None),
        ("凌晨4:30-7:30", every_day((270, 450)), None),
        ("早8点到晚8点", every_day((480, 1200)), None),
        ("下午2:00-5:00", every_day((840, 1020)), None),
        ("晚上10点至次日6点", every_day((1320, 1800)), None),
        ("17:00-9:00", every_day((1020, 1980)), None),
        ("6:00-次日2:00", every_day((360, 1560)), None),
        ("18:00-晚上12点", every_day((1080, 1440)), None),
        ("8:30-11:00,13:30-17:00", every_day(*LUNCH), None),
        ("8:30-11:00；13:30-17:00", every_day(*LUNCH), None),
        ("8:30-11:00、13:30-17:00", every_day(*LUNCH), None),
        ("上午8:30-11:00 下午1:30-5:00", every_day(*LUNCH), None),
        ("8:30-17:00，午休11:00-13:30", every_day(*LUNCH), None),
        ("8:30-17:00（11:00-13:30休息）", every_day(*LUNCH), None),
        ("24小时", every_day((0, 1440)), None),
        ("7×24小时", every_day((0, 1440)), None),
        ("24H", every_day((0, 1440)), None),
        ("全天候开放", every_day((0, 1440)), None),
        ("24小时（节假日除外）", every_day((0, 1440)), ()),
        ("全年无休 9:00-17:00", every_day((540, 1020)), None),
        ("开放时间：9:00-17:00（节假日照常开放）", every_day((540, 1020)), None),
        ("9:00-17:00（无需预约）", every_day((540, 1020)), None),
        ("星期一到星期五9点-17点", week(), None),
        ("周一至五：9:00-17:00。", week(), None),
        ("9:00-17:00（周一至周五）", week(), None),
        ("9:00-17:00，周末休息", week(), None),
        ("工作日 9:00-17:00", week(), ()),
        ("周一至周五（法定节假日除外）9:00-17:00", week(), ()),
        ("9:00-17:00（双休日、节假日除外）", week(), ()),
        (
            "周一至周五9:00-17:00；周六、周日、节假日10:00-16:00",
            week(NINE_TO_FIVE, *[((600, 960),)] * 2),
            ((600, 960),),
        ),
        ("周一至周五 9:00-17:00 周六、周日 10:00-16:00", week(NINE_TO_FIVE, *[((600, 960),)] * 2), None),
        ("每天 9:00-17:00，周六 10:00-16:00", week(NINE_TO_FIVE, ((600, 960),), NINE_TO_FIVE), None),
        ("周一闭馆，9:00-17:00", ((), *[NINE_TO_FIVE] * 6), None),
        ("周日及节假日休息，9:00-17:00", week(NINE_TO_FIVE, NINE_TO_FIVE), ()),
        ("周一、三、五 9:00-17:00", (*[NINE_TO_FIVE, ()] * 3, ()), None),
        ("周六至周一 9:00-17:00", (NINE_TO_FIVE, (), (), (), (), NINE_TO_FIVE, NINE_TO_FIVE), None),
        ("9:00-17:00 周一至周五；周六 10:00-12:00", week(NINE_TO_FIVE, ((600, 720),)), None),
        ("mo-fr 9:00-17:00;", week(), None),
        ('Mo-Fr 09:00-17:00 "请按门铃"', week(), None),
        ("Mo-Fr 09:00-17:00; PH off", week(), ()),
        ("PH,Su off; Mo-Sa 09:00-17:00", week(NINE_TO_FIVE, NINE_TO_FIVE), ()),
        ("Mo-Su,PH 09:00-17:00", every_day((540, 1020)), ((540, 1020),)),
        ("Sa-Mo 09:00-17:00", (NINE_TO_FIVE, (), (), (), (), NINE_TO_FIVE, NINE_TO_FIVE), None),
        ("Mo-Fr 10:00-18:00,09:00-17:00", week(((540, 1080),)), None),
        ("Mo", (((0, 1440),), *[()] * 6), None),
        ("off", every_day(), None),
        ("不开放", every_day(), None),
    ],
)
def test_hours_are_read(text, days, holiday):
    read = parse(text)
    assert (read.days, read.holiday) == (days, holiday)
    assert read.text == text


@pytest.mark.parametrize(
    ("text", "code", "fragment"),
    [
        ("9:00-25:00", "past_midnight", "9:00-25:00"),
        ("Mo-Fr 9:00-25:00", "past_midnight", "9:00-25:00"),
        ("Mo 22:00-26:00", "past_midnight", "22:00-26:00"),
        ("周一 9点-25点", "past_midnight", "9点-25点"),
        ("9:00-24:30", "past_midnight", "9:00-24:30"),
        ("9:60-17:00", "bad_time", "9:60-17:00"),
        ("9:00-9:00", "same_time", "9:00-9:00"),
        ("Mo 09:00-09:00", "same_time", "09:00-09:00"),
        ("9:00-次日9:00", "same_time", "9:00-次日9:00"),
        ("9:00-次日10:00", "ambiguous", "9:00-次日10:00"),
        ("9:00-5:00", "ambiguous", "9:00-5:00"),
        ("上午9:00-5:00", "ambiguous", "上午9:00-5:00"),
        ("上午15:00-17:00", "ambiguous", "上午15:00-17:00"),
        ("上午8:00-12:00、1:00-5:00", "ambiguous", "上午8:00-12:00、1:00-5:00"),
        ("周一至周五 9:00-17:00 周三至周六 10:00-12:00", "ambiguous", "周三至周六10:00-12:00"),
        ("9:00-17:00 周六 周日休息", "ambiguous", "9:00-17:00 周六 周日休息"),
        ("周一至周五 9:00-17:00，10:00-12:00", "overlap", "周一至周五9:00-17:00、10:00-12:00"),
        ("全年无休 周一至周五 9:00-17:00", "ambiguous", "全年无休 周一至周五 9:00-17:00"),
        ("9:00-17:00，周一 12:00-13:00休息", "ambiguous", None),
        ("9:00-12:00，12:00-13:00休息", "break_outside", "12:00-13:00"),
        ("周一至周五 8:00-17:00；周六 8:00-17:00，12:00-13:00休息", "ambiguous", None),
        ("夏季8:00-18:00", "seasonal", "夏季8:00-18:00"),
        ("9:00-17:00，冬令时 9:00-16:00", "seasonal", "冬令时 9:00-16:00"),
        ("5月1日至9月30日 8:00-18:00", "seasonal", "5月1日至9月30日 8:00-18:00"),
        ("9:00-17:00，春节休息", "seasonal", "春节休息"),
        ("Apr-Sep 08:00-20:00", "seasonal", "Apr-Sep 08:00-20:00"),
        ("Mo-Fr sunrise-sunset", "seasonal", "Mo-Fr sunrise-sunset"),
        ("Mo-Fr 09:00-17:00; SH off", "seasonal", "SH closed"),
        ("Mo[1] 09:00-12:00", "seasonal", "Mo[1] 09:00-12:00"),
        ("week 1-20 Mo 09:00-12:00", "seasonal", None),
        ("Mo-Fr 09:00+", "open_end", "Mo-Fr 09:00+"),
        ("PH Mo 10:00-12:00", "unsupported", "PH Mo"),
        ("Mo 22:00-02:00; Mo 23:00-24:00 off", "unsupported", None),
        ("Mo-Fr 9:00-12:00; Mo-Fr 13:00-17:00", "ambiguous", "Mo-Fr 13:00-17:00"),
        ("Mo 10:00-20:00,19:00-11:00", "overlap", None),
        ("Mo-Fr 9-17", "not_understood", "9-17"),
        ("9-17", "not_understood", "9-17"),
        ("周一至周五 看情况", "not_understood", "看情况"),
        ("9:00-17:00 电话咨询", "not_understood", "电话咨询"),
        ("hello", "not_understood", "hello"),
        ("周一休息", "missing_hours", "周一休息"),
        ("节假日 9:00-17:00", "missing_hours", "节假日 9:00-17:00"),
        ("PH off", "missing_hours", "PH off"),
        ("24/7; Mo-Su 09:00-17:00", "ambiguous", "Mo-Su 09:00-17:00"),
        ("9:00-17:00，9:00-17:00休息", "ambiguous", None),
        ("周六 9:00-12:00，周日", "missing_hours", "周日"),
        ("9" * (MAX_LENGTH + 1), "too_long", str(MAX_LENGTH)),
    ],
)
def test_what_is_unclear_is_refused_and_named(text, code, fragment):
    with pytest.raises(HoursError) as caught:
        parse(text)
    assert caught.value.code == code
    assert fragment in (None, caught.value.fragment)
    assert str(caught.value) == MESSAGES[code].format(fragment=caught.value.fragment)


def test_the_refusal_of_25_00_says_what_to_write():
    with pytest.raises(HoursError, match=r"9:00-25:00.*22:00-02:00"):
        parse("9:00-25:00")


WORDS = (
    *("周一至周五", "周六", "周一、三、五", "星期日", "每天", "工作日", "双休日"),
    *("节假日", "节假日除外", "休息", "午休", "全年无休"),
    *("9:00-17:00", "上午8点半-11点", "下午2:00-5:00", "12:00-13:00", "22:00-次日6:00", "24小时"),
    *("9-17", "25:00", "晚8点", "夏季", "需预约"),
    *("Mo-Fr", "Sa,Su", "PH", "off", "09:00-12:00,13:00-17:00", "24/7", "unknown", '"note"', "||", "SH", "+"),
    *(",", "，", ";", "；", "、", "和", "至", "-", "（", "）", " ", "周", "点", ":"),
)


@settings(max_examples=300)
@given(st.lists(st.sampled_from(WORDS), max_size=8).map("".join))
def test_any_text_is_read_or_refused_with_a_hours_error(text):
    with suppress(HoursError):
        read = parse(text)
        assert parse(read.to_osm()) == parse(read.to_chinese()) == read


@pytest.mark.parametrize(
    "text", [None, "", "  ", "不详", "未知", "unknown", "需预约", 'Mo 9:00-10:00 "预约"']
)
def test_unknown_hours_are_unknown_in_every_answer(text):
    read = parse(text)
    assert not read.is_known
    start = datetime(2026, 3, 2, tzinfo=ZONE)
    assert read.is_open(start) is None
    assert read.minutes_of_week() is None
    assert read.slots() is None
    assert read.spans_between(start, start + timedelta(days=1)) is None
    assert parse(read.to_osm()) == parse(read.to_chinese()) == read


@pytest.mark.parametrize(
    ("text", "osm", "chinese"),
    [
        (
            "工作日9:00-17:00",
            "Mo-Fr 09:00-17:00; PH off",
            "周一至周五 9:00-17:00；周六、周日 休息；法定节假日休息",
        ),
        ("Mo-Su 09:00-17:00", "Mo-Su 09:00-17:00", "每天 9:00-17:00"),
        ("0:00-24:00", "24/7", "24小时"),
        ("Mo,We 22:00-06:00", "Mo,We 22:00-06:00", "周一、周三 22:00-次日6:00；周二、周四至周日 休息"),
        ("closed; PH 10:00-12:00", "closed; PH 10:00-12:00", "不开放；法定节假日 10:00-12:00"),
    ],
)
def test_hours_are_written_in_both_languages(text, osm, chinese):
    read = parse(text)
    assert (read.to_osm(), read.to_chinese()) == (osm, chinese)


@given(hours)
def test_hours_written_in_either_language_read_back_the_same(given_hours):
    assert parse(given_hours.to_osm()) == given_hours
    assert parse(given_hours.to_chinese()) == given_hours


@given(hours)
def test_minutes_of_the_week_are_sorted_disjoint_and_within_the_week(given_hours):
    edges = [edge for span in given_hours.minutes_of_week() for edge in span]
    assert edges == sorted(set(edges))
    assert all(0 <= edge <= 10080 for edge in edges)


def test_sunday_night_wraps_to_monday_in_the_minutes_of_the_week():
    assert parse("Su 22:00-06:00").minutes_of_week() == [(0, 360), (9960, 10080)]
    assert parse("24/7").minutes_of_week() == [(0, 10080)]
    assert parse("closed").minutes_of_week() == []


@given(hours.filter(lambda h: all(end <= 1440 for spans in h.days for _, end in spans)))
def test_the_minutes_of_the_week_are_those_of_the_opening_hours_package(given_hours):
    start = datetime(2026, 3, 2)  # noqa: DTZ001  (the package takes local times)
    theirs = [
        (int((opens - start).total_seconds() // 60), int((closes - start).total_seconds() // 60))
        for opens, closes, state, _ in OpeningHours(given_hours.to_osm()).intervals(
            start, start + timedelta(7)
        )
        if "OPEN" in str(state).upper()
    ]
    assert given_hours.minutes_of_week() == theirs


@given(hours, moments, calendars)
def test_looking_for_two_slot_minutes_gives_the_same_answer_as_the_spans_of_the_days(
    given_hours, at, special
):
    slots = given_hours.slots()
    found = any(start <= minute < end for minute in probe(at, special) for start, end in slots)
    assert found is given_hours.is_open(at, calendar=special) is open_by_definition(given_hours, at, special)


@given(hours)
def test_slots_are_sorted_disjoint_and_each_within_its_own_two_days(given_hours):
    slots = given_hours.slots()
    edges = [edge for span in slots for edge in span]
    assert edges == sorted(set(edges))
    assert all(0 <= edge <= SLOTS * SLOT for edge in edges)
    assert all(start // SLOT == (end - 1) // SLOT for start, end in slots)


@settings(max_examples=25)
@given(hours, moments, st.integers(0, 4000), calendars)
def test_open_intervals_agree_with_open_or_not_minute_by_minute(given_hours, start, length, special):
    start = start.replace(second=0, microsecond=0)
    end = start + timedelta(minutes=length)
    intervals = given_hours.spans_between(start, end, calendar=special)
    assert all(a < b for a, b in intervals)
    assert all(before[1] < after[0] for before, after in pairwise(intervals))
    covered = {
        opens + timedelta(minutes=m) for opens, closes in intervals for m in range((closes - opens) // MINUTE)
    }
    every_minute = (start + timedelta(minutes=m) for m in range(length))
    assert covered == {at for at in every_minute if given_hours.is_open(at, calendar=special)}


MINUTE = timedelta(minutes=1)


def open_by_definition(given_hours, at, special):
    """Slow and plain: today's spans, and yesterday's past midnight."""
    minute = at.hour * 60 + at.minute
    today, yesterday = at.date(), at.date() - timedelta(days=1)
    return any(a <= minute < b for a, b in spans_on(given_hours, today, special)) or any(
        a <= minute + 1440 < b for a, b in spans_on(given_hours, yesterday, special)
    )


def spans_on(given_hours, day, special):
    meaning = special.special(day)
    if meaning is None:
        return given_hours.days[day.weekday()]
    if meaning.kind == WORKDAY:
        return given_hours.days[meaning.follows_weekday]
    return given_hours.days[day.weekday()] if given_hours.holiday is None else given_hours.holiday


def test_open_intervals_are_joined_over_midnight_and_clipped():
    start = datetime(2026, 3, 2, 0, 0, tzinfo=timezone.utc)  # noqa: UP017
    assert parse("24/7").spans_between(start, start + timedelta(days=3)) == [
        (start, start + timedelta(days=3))
    ]


@pytest.mark.parametrize(
    "days",
    [
        every_day((540, 1020))[:6],
        every_day((1020, 540)),
        every_day((540, 1020), (1000, 1100)),
        every_day((600, 2100)),
        every_day((1440, 1500)),
    ],
)
def test_hours_that_no_week_has_cannot_be_made(days):
    with pytest.raises(ValueError, match=r"days|spans"):
        Hours(text="", days=days)
