"""Public holidays and make-up working days."""

from datetime import date, timedelta

import pytest

from geo.hours import HOLIDAYS_CN, NO_HOLIDAYS, WORKDAY, read_special_days


def test_the_holidays_of_2025_and_2026_are_those_announced():
    special = read_special_days(HOLIDAYS_CN)
    holidays = [day for day in special.days if special.is_holiday(day)]
    workdays = {day: meaning for day, meaning in special.days.items() if meaning.kind == WORKDAY}
    assert sum(day.year == 2025 for day in holidays) == 28
    assert sum(day.year == 2026 for day in holidays) == 33
    assert all(day.weekday() >= 5 for day in workdays)
    assert special.is_holiday(date(2026, 2, 17))
    assert not special.is_holiday(date(2026, 2, 24))
    assert workdays[date(2026, 2, 28)].follows_weekday == 0
    assert special.special(date(2026, 2, 17)).name_zh == "春节"


def test_every_make_up_day_gives_back_a_weekday_of_its_own_holiday():
    special = read_special_days()
    for day, meaning in special.days.items():
        if meaning.kind == WORKDAY:
            near = [day + timedelta(days=n) for n in range(-17, 18)]
            off = {
                d.weekday()
                for d in near
                if special.is_holiday(d) and special.special(d).name_en in meaning.name_en
            }
            assert meaning.follows_weekday in off


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("2026-13-01,holiday,,,", "line 2"),
        ("2026-01-01,feast,,,", "line 2.*holiday, workday"),
        ("2026-01-04,workday,,,", "line 2.*weekday"),
        ("2026-01-04,workday,7,,", "line 2.*weekday"),
        ("2026-01-01,holiday,1,,", "line 2.*follows no weekday"),
        ("2026-01-01,holiday,,,\n2026-01-01,holiday,,,", "line 3.*twice"),
    ],
)
def test_a_bad_line_among_the_special_days_is_named(tmp_path, line, message):
    path = tmp_path / "days.csv"
    path.write_text(f"date,kind,follows_weekday,name_zh,name_en\n{line}\n")
    with pytest.raises(ValueError, match=message):
        read_special_days(path)


def test_special_days_without_their_columns_are_refused(tmp_path):
    path = tmp_path / "days.csv"
    path.write_text("date,kind\n2026-01-01,holiday\n")
    with pytest.raises(ValueError, match="follows_weekday is missing"):
        read_special_days(path)


def test_no_calendar_means_every_day_follows_its_weekday():
    assert [NO_HOLIDAYS.slot_of(date(2026, 3, 2) + timedelta(days=n)) for n in range(7)] == list(range(7))
