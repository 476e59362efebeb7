"""The spans that the public map gets say the same as the rule and as its SQL spelling, closures included."""

from datetime import datetime, timedelta

import pytest
from django.utils.translation import override

from geo.hours import ZONE, Calendar, HoursError, parse
from stations.registry import opening
from stations.registry.models import Station, TemporaryClosure
from stations.registry.timetables import hours_in, hours_of
from tests.geo.hours_cases import CASES, calendar, moment

MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=ZONE)


def test_spans_agree_with_the_table_of_cases():
    for name, text, at, special_days, expected in CASES:
        now = moment(at)
        days = calendar(special_days)
        asked = opening.Opening(spans=opening.spans(hours_of(text), now, days), closures=(), window_end=2**40)
        assert asked.is_open(now) is expected, name


def test_spans_and_closures_agree_with_sql_at_every_quarter_of_an_hour(make_station):
    texts = [
        "Mo-Fr 09:00-12:00,13:00-17:00",
        "Mo-Su 22:00-06:00",
        "24/7",
        "",
        "周一至周五 9:00-17:00，节假日休息",
    ]
    for text in texts:
        for closed in (False, True):
            station = make_station(hours_text=text)
            if closed:
                span = (MONDAY + timedelta(hours=2), MONDAY + timedelta(hours=30, minutes=7))
                TemporaryClosure.objects.create(station=station, during=span)
    for quarters in range(0, 4 * 48, 1):
        now = MONDAY + timedelta(minutes=15 * quarters)
        for station in Station.objects.with_open(now, Calendar()):
            assert opening.opening_of(station, now, Calendar()).is_open(now) is station.is_open, (
                station.hours_text,
                now,
            )


def words(station, now, language="zh-hans"):
    with override(language):
        return opening.opening_of(station, now, Calendar()).words(now)


def today(station, now, language="zh-hans"):
    with override(language):
        return opening.opening_of(station, now, Calendar()).today(now)


def test_the_hours_of_a_day_are_told_without_its_closures(make_station):
    station = make_station(hours_text="Mo-Fr 09:00-12:00,13:00-17:00; Sa 20:00-02:00")
    assert today(station, MONDAY) == "9:00-12:00, 13:00-17:00"
    assert today(station, MONDAY + timedelta(days=5)) == "20:00-明天 2:00"
    assert today(station, MONDAY + timedelta(days=6), "en") == "0:00-2:00"
    span = (MONDAY.replace(hour=11), MONDAY.replace(hour=18))
    TemporaryClosure.objects.create(station=station, during=span)
    assert today(station, MONDAY) == "9:00-11:00"
    assert today(make_station(hours_text="24/7"), MONDAY) == "昼夜开放"
    assert today(make_station(hours_text="closed"), MONDAY) == "今天不开放"
    assert today(make_station(hours_text=""), MONDAY, "en") == "Hours unknown, please call first"


def test_words_say_when_a_station_closes_or_opens(make_station):
    station = make_station(hours_text="Mo-Fr 09:00-17:00")
    assert words(station, MONDAY) == "现在开放，17:00 关门"
    assert words(station, MONDAY, "en") == "Open now, closes 17:00"
    assert words(station, MONDAY.replace(hour=8)) == "已关门，9:00 开门"
    assert words(station, MONDAY.replace(hour=17)) == "已关门，明天 9:00 开门"
    assert words(station, MONDAY + timedelta(days=5)) == "已关门，周一 9:00 开门"


def test_words_for_day_and_night_unknown_and_never(make_station):
    assert words(make_station(hours_text="24/7"), MONDAY) == "现在开放，昼夜不关"
    assert words(make_station(hours_text=""), MONDAY) == "开放时间未知，请先致电"
    assert (
        words(make_station(hours_text="Mo-Su 18:00-24:00"), MONDAY.replace(hour=20)) == "现在开放，24:00 关门"
    )
    assert words(make_station(hours_text="closed"), MONDAY) == "已关门"


def test_a_closure_without_end_closes_even_a_station_with_unknown_hours(make_station):
    station = make_station(hours_text="")
    TemporaryClosure.objects.create(station=station, during=(MONDAY - timedelta(days=1), None))
    assert words(station, MONDAY) == "临时关闭"
    assert opening.opening_of(station, MONDAY, Calendar()).is_open(MONDAY) is False


def test_a_night_past_midnight_closes_tomorrow(make_station):
    station = make_station(hours_text="Mo-Su 22:00-02:00")
    assert words(station, MONDAY.replace(hour=23)) == "现在开放，明天 2:00 关门"


def test_hours_nobody_can_read_count_as_unknown():
    with pytest.raises(HoursError):
        parse("whenever")
    assert not hours_of("whenever").is_known
    assert hours_in("whenever", "zh") == "whenever"
    assert hours_in("不详", "zh") == ""
