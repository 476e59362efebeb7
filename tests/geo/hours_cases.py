"""One table of cases for "is it open?", held against the Python rule and against its SQL spelling.

A row: (id, text of the opening hours, moment, special days, expected True / False / None for unknown). The moment is a
local time in Asia/Shanghai unless it carries an offset. 2026-03-02 is a Monday without anything special near it.
"""

from datetime import date, datetime, timedelta

from geo.hours import HOLIDAY, WORKDAY, ZONE, Calendar, SpecialDay

NONE: dict[str, str] = {}
HOLIDAY_FRIDAY = {"2026-05-01": "holiday"}
HOLIDAY_SUNDAY = {"2026-02-15": "holiday"}
LIKE_TUESDAY = {"2026-05-09": "workday:1"}  # a Saturday worked with Tuesday's hours
LIKE_FRIDAY = {"2026-01-04": "workday:4"}  # a Sunday worked with Friday's hours

NIGHTS = "Mo-Fr 22:00-06:00"
OFFICE = "Mo-Fr 09:00-17:00; Sa 10:00-12:00; PH off"

CASES: list[tuple[str, str, str, dict[str, str], bool | None]] = [
    # plain days
    ("exactly at opening", "Mo-Fr 09:00-17:00", "2026-03-02 09:00", NONE, True),
    ("a minute before opening", "Mo-Fr 09:00-17:00", "2026-03-02 08:59", NONE, False),
    ("seconds before opening", "Mo-Fr 09:00-17:00", "2026-03-02 08:59:59", NONE, False),
    ("last minute", "Mo-Fr 09:00-17:00", "2026-03-02 16:59:59", NONE, True),
    ("exactly at closing", "Mo-Fr 09:00-17:00", "2026-03-02 17:00", NONE, False),
    ("day that is not named", "Mo-Fr 09:00-17:00", "2026-03-07 10:00", NONE, False),
    ("no day named means every day", "09:00-17:00", "2026-03-08 10:00", NONE, True),
    ("lunch break", "Mo-Fr 09:00-12:00,13:00-17:00", "2026-03-02 12:30", NONE, False),
    ("end of the lunch break", "Mo-Fr 09:00-12:00,13:00-17:00", "2026-03-02 13:00", NONE, True),
    (
        "break taken out by a rule",
        "Mo-Fr 09:00-17:00; Mo-Fr 12:00-13:00 off",
        "2026-03-02 12:00",
        NONE,
        False,
    ),
    ("later rule replaces the day", "Mo-Su 09:00-17:00; Sa 10:00-12:00", "2026-03-07 09:30", NONE, False),
    ("additional rule keeps the day", "Mo-Fr 09:00-12:00, We 14:00-16:00", "2026-03-04 10:00", NONE, True),
    ("day taken out", "09:00-17:00; Su off", "2026-03-08 10:00", NONE, False),
    # midnight
    ("open until 24:00", "Mo-Su 18:00-24:00", "2026-03-02 23:59", NONE, True),
    ("closed at 24:00", "Mo-Su 18:00-24:00", "2026-03-03 00:00", NONE, False),
    ("ends at 00:00", "Mo-Su 18:00-00:00", "2026-03-02 23:59", NONE, True),
    ("before midnight", NIGHTS, "2026-03-02 23:00", NONE, True),
    ("past midnight", NIGHTS, "2026-03-03 05:59", NONE, True),
    ("end of the night", NIGHTS, "2026-03-03 06:00", NONE, False),
    ("Friday's night runs into Saturday", NIGHTS, "2026-03-07 05:00", NONE, True),
    ("Saturday has no night of its own", NIGHTS, "2026-03-07 23:00", NONE, False),
    ("no night before Monday", NIGHTS, "2026-03-02 03:00", NONE, False),
    ("Sunday's night runs into Monday", "Su 22:00-06:00", "2026-03-09 05:59", NONE, True),
    ("Sunday's night ends on Monday", "Su 22:00-06:00", "2026-03-09 06:00", NONE, False),
    ("night belongs to the day it begins on", "Mo 22:00-02:00; Tu off", "2026-03-03 01:00", NONE, True),
    # round the clock
    ("24/7 at midnight", "24/7", "2026-03-02 00:00", NONE, True),
    ("24/7 on a Sunday night", "24/7", "2026-03-08 23:59", NONE, True),
    ("24/7 on a holiday", "24/7", "2026-05-01 03:00", HOLIDAY_FRIDAY, True),
    ("24/7 but holidays", "24/7; PH off", "2026-05-01 03:00", HOLIDAY_FRIDAY, False),
    ("24/7 the minute a holiday ends", "24/7; PH off", "2026-05-02 00:00", HOLIDAY_FRIDAY, True),
    # public holidays and make-up working days
    ("closed on a holiday", OFFICE, "2026-05-01 10:00", HOLIDAY_FRIDAY, False),
    ("the same Friday without the holiday", OFFICE, "2026-05-01 10:00", NONE, True),
    ("text silent about holidays", "Mo-Fr 09:00-17:00", "2026-05-01 10:00", HOLIDAY_FRIDAY, True),
    ("hours for holidays", "Mo-Fr 09:00-17:00; PH 10:00-12:00", "2026-05-01 11:00", HOLIDAY_FRIDAY, True),
    (
        "outside the hours for holidays",
        "Mo-Fr 09:00-17:00; PH 10:00-12:00",
        "2026-05-01 13:00",
        HOLIDAY_FRIDAY,
        False,
    ),
    ("holiday among the days, on a Sunday", "Mo-Fr,PH 09:00-17:00", "2026-02-15 10:00", HOLIDAY_SUNDAY, True),
    ("that Sunday without the holiday", "Mo-Fr,PH 09:00-17:00", "2026-02-15 10:00", NONE, False),
    ("night before a holiday runs on", "Mo-Su 22:00-06:00; PH off", "2026-05-01 03:00", HOLIDAY_FRIDAY, True),
    ("evening of the holiday", "Mo-Su 22:00-06:00; PH off", "2026-05-01 23:00", HOLIDAY_FRIDAY, False),
    (
        "no night after a closed holiday",
        "Mo-Su 22:00-06:00; PH off",
        "2026-05-02 03:00",
        HOLIDAY_FRIDAY,
        False,
    ),
    (
        "holiday's own night runs on",
        "Mo-Fr 09:00-17:00; PH 20:00-02:00",
        "2026-05-02 01:00",
        HOLIDAY_FRIDAY,
        True,
    ),
    ("Saturday worked as a Tuesday", OFFICE, "2026-05-09 16:00", LIKE_TUESDAY, True),
    ("that Saturday not worked", OFFICE, "2026-05-09 16:00", NONE, False),
    ("Sunday worked as a Friday, its night", NIGHTS, "2026-01-05 05:00", LIKE_FRIDAY, True),
    # unknown is not closed
    ("no text", "", "2026-03-02 10:00", NONE, None),
    ("unknown in Chinese", "不详", "2026-03-02 10:00", NONE, None),
    ("unknown by rule", "Mo-Fr 09:00-17:00 unknown", "2026-03-07 10:00", NONE, None),
    ("by appointment otherwise", 'Mo-Fr 09:00-17:00 || "by appointment"', "2026-03-07 10:00", NONE, None),
    ("unknown on a holiday", "不详", "2026-05-01 10:00", HOLIDAY_FRIDAY, None),
    ("never open", "closed", "2026-03-02 10:00", NONE, False),
    # another time zone
    ("opening told in UTC", "Mo-Fr 09:00-17:00", "2026-03-02T01:00:00+00:00", NONE, True),
    ("closing told in UTC", "Mo-Fr 09:00-17:00", "2026-03-02T09:00:00+00:00", NONE, False),
    ("Sunday in New York is Monday here", "Mo 09:00-17:00", "2026-03-01T21:00:00-05:00", NONE, True),
    ("holiday by Shanghai's date", OFFICE, "2026-04-30T23:00:00-07:00", HOLIDAY_FRIDAY, False),
    # Chinese
    ("the regulation's own words", "上午9:00——下午5:00", "2026-03-08 16:59", NONE, True),
    ("its end", "上午9:00——下午5:00", "2026-03-08 17:00", NONE, False),
    ("24 hours in Chinese", "24小时", "2026-03-08 03:00", NONE, True),
    ("week days in Chinese", "周一至周五 上午9:00-下午5:00", "2026-03-07 10:00", NONE, False),
    ("lunch break in Chinese", "8:00-17:00，中午12:00-14:30休息", "2026-03-02 14:29", NONE, False),
    ("after the lunch break in Chinese", "8:00-17:00，中午12:00-14:30休息", "2026-03-02 14:30", NONE, True),
    ("working days end on holidays", "工作日 9:00-17:00", "2026-05-01 10:00", HOLIDAY_FRIDAY, False),
    ("closed on holidays in Chinese", "9:00-17:00，节假日休息", "2026-05-01 10:00", HOLIDAY_FRIDAY, False),
    ("weekend beside it is open", "9:00-17:00，节假日休息", "2026-05-02 10:00", HOLIDAY_FRIDAY, True),
    ("night in Chinese", "晚上10点至次日6点", "2026-03-03 05:59", NONE, True),
    ("weekend's hours in Chinese", "工作日 9:00-17:00 双休日 10:00-16:00", "2026-03-07 16:30", NONE, False),
]


def moment(text: str) -> datetime:
    """The aware datetime of a case."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=ZONE)


def calendar(special_days: dict[str, str]) -> Calendar:
    """The special days of a case: "holiday", or "workday:1" for one that follows Tuesday."""
    return Calendar(
        {date.fromisoformat(day): _special_day(*meaning.split(":")) for day, meaning in special_days.items()}
    )


def _special_day(kind: str, follows: str = "") -> SpecialDay:
    return SpecialDay(WORKDAY, follows_weekday=int(follows)) if follows else SpecialDay(HOLIDAY)


# Days with other hours than the weekly ones: (id, weekly, {first day to last day: hours}, moment, special days, expected).
WEEK = "Mo-Fr 09:00-17:00"
DATED_CASES: list[tuple[str, str, dict[str, str], str, dict[str, str], bool | None]] = [
    ("the day's own hours", WEEK, {"2026-03-02": "10:00-12:00"}, "2026-03-02 11:00", NONE, True),
    ("not the weekly ones", WEEK, {"2026-03-02": "10:00-12:00"}, "2026-03-02 09:30", NONE, False),
    ("the day before keeps its week", WEEK, {"2026-03-03": "closed"}, "2026-03-02 10:00", NONE, True),
    ("the day after keeps its week", WEEK, {"2026-03-02": "closed"}, "2026-03-03 10:00", NONE, True),
    ("the last of several days", WEEK, {"2026-03-02 2026-03-05": "20:00-22:00"}, "2026-03-05 21:00", NONE, True),
    ("after the last", WEEK, {"2026-03-02 2026-03-05": "20:00-22:00"}, "2026-03-06 21:00", NONE, False),
    ("closed for days", WEEK, {"2026-03-02 2026-03-05": "closed"}, "2026-03-04 10:00", NONE, False),
    ("open on a Sunday", WEEK, {"2026-03-08": "24/7"}, "2026-03-08 03:00", NONE, True),
    ("by weekday within the days", WEEK, {"2026-03-02 2026-03-08": "Sa 10:00-12:00"}, "2026-03-07 11:00", NONE, True),
    ("and closed on the others", WEEK, {"2026-03-02 2026-03-08": "Sa 10:00-12:00"}, "2026-03-02 11:00", NONE, False),
    # midnight: a night belongs to the hours of the day it began on
    ("last night's spill into other hours", NIGHTS, {"2026-03-03": "closed"}, "2026-03-03 05:00", NONE, True),
    ("no night before the day after", NIGHTS, {"2026-03-03": "closed"}, "2026-03-04 05:00", NONE, False),
    ("the other hours' own spill", WEEK, {"2026-03-02": "22:00-02:00"}, "2026-03-03 01:00", NONE, True),
    ("its end", WEEK, {"2026-03-02": "22:00-02:00"}, "2026-03-03 02:00", NONE, False),
    ("no weekly spill under other hours", NIGHTS, {"2026-03-02": "9:00-10:00"}, "2026-03-03 01:00", NONE, False),
    ("from other hours into other hours", WEEK, {"2026-03-02": "22:00-02:00", "2026-03-03": "closed"},
     "2026-03-03 01:00", NONE, True),
    # holidays
    ("a holiday with other hours", OFFICE, {"2026-05-01": "10:00-11:00"}, "2026-05-01 10:30", HOLIDAY_FRIDAY, True),
    ("other hours that end on holidays", WEEK, {"2026-05-01": "9:00-17:00; PH off"}, "2026-05-01 10:00",
     HOLIDAY_FRIDAY, False),
    ("a Saturday worked, closed all the same", OFFICE, {"2026-05-09": "closed"}, "2026-05-09 10:00",
     LIKE_TUESDAY, False),
    # unknown is not closed
    ("unknown for a day", WEEK, {"2026-03-02": ""}, "2026-03-02 10:00", NONE, None),
    ("known again the day after", WEEK, {"2026-03-02": ""}, "2026-03-03 10:00", NONE, True),
    ("known for a day", "", {"2026-03-02": "10:00-12:00"}, "2026-03-02 11:00", NONE, True),
    ("and closed on that day", "", {"2026-03-02": "10:00-12:00"}, "2026-03-02 13:00", NONE, False),
    ("unknown again the day after", "", {"2026-03-02": "10:00-12:00"}, "2026-03-03 11:00", NONE, None),
    ("spill into an unknown day", NIGHTS, {"2026-03-03": ""}, "2026-03-03 05:00", NONE, True),
    ("after the spill it is unknown", NIGHTS, {"2026-03-03": ""}, "2026-03-03 06:00", NONE, None),
    # the local day counts
    ("Shanghai's day, told in UTC", WEEK, {"2026-03-02": "closed"}, "2026-03-02T02:00:00+00:00", NONE, False),
    ("still yesterday in UTC", WEEK, {"2026-03-03": "0:00-6:00"}, "2026-03-02T17:00:00+00:00", NONE, True),
]  # fmt: skip


def days_of(text: str) -> tuple[date, date]:
    """The first day and the day after the last of "2026-03-02" or "2026-03-02 2026-03-05"."""
    first, last = date.fromisoformat(text.split()[0]), date.fromisoformat(text.split()[-1])
    return first, last + timedelta(days=1)
