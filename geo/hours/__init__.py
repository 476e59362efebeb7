"""Opening hours: read from OSM or Chinese text, kept as minutes, asked whether open at a moment."""

from geo.hours.dated import Dated, Timetable
from geo.hours.errors import MESSAGES, HoursError
from geo.hours.reading import MAX_LENGTH, UNKNOWN, parse
from geo.hours.spans import MINUTES_PER_DAY
from geo.hours.special_days import (
    HOLIDAY,
    HOLIDAYS_CN,
    NO_HOLIDAYS,
    WORKDAY,
    Calendar,
    SpecialDay,
    read_special_days,
)
from geo.hours.weekly import MINUTES_PER_WEEK, SLOT, SLOTS, ZONE, Hours, Interval, probe

__all__ = [
    "HOLIDAY",
    "HOLIDAYS_CN",
    "MAX_LENGTH",
    "MESSAGES",
    "MINUTES_PER_DAY",
    "MINUTES_PER_WEEK",
    "NO_HOLIDAYS",
    "SLOT",
    "SLOTS",
    "UNKNOWN",
    "WORKDAY",
    "ZONE",
    "Calendar",
    "Dated",
    "Hours",
    "HoursError",
    "Interval",
    "SpecialDay",
    "Timetable",
    "parse",
    "probe",
    "read_special_days",
]
