"""A synthetic month of check-ins: honest stations of every kind, stations that inflate themselves, and what ingest makes of them.

Nothing here is fitted to a real city, of which no raw check-ins exist; sizes are the domain notes' (1.9 visits a station and day,
extremely skewed). What the tests say of precision and recall holds for this city only.
"""

import math
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd

from geo.hours import ZONE, Timetable, parse

MONTH = date(2026, 3, 1)
DAYS = 31
HONEST = {
    "ordinary": 0.5, "sparse": 0.2, "wifi_hub": 0.04, "all_day": 0.06, "regulars": 0.07, "crew": 0.04, "no_position": 0.04,
    "wrong_hours": 0.03, "shuttle": 0.02,
}  # fmt: skip
CHEATS = ("one_phone", "rotated_phones", "fresh_phones", "night_bot", "month_end")
PATIENT = ("once_a_day", "without_rhythm")
INTENSITIES = (30, 60, 120, 240)  # visits that the cheat means to add in the month
SMALL = 12
COOLING_MINUTES, DEVICE_CAP, ADDRESS_CAP = 30, 8, 30


@dataclass(frozen=True)
class City:
    """`visits` as `inflation.judge` wants them; `kind` of each station, a cheat's name where it inflates itself."""

    visits: pd.DataFrame
    usual: pd.Series
    timetables: dict[int, Timetable]
    kind: pd.Series
    added: pd.Series  # visits by the cheat that were counted


Row = tuple[
    int, float, str, str, str, bool
]  # station, minute of the month, phone, grade, address, by the cheat


class Month:
    """Rows of a month while they are made."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.rows: list[Row] = []
        self.phones = 0
        self.roaming = [self.phone() for _ in range(600)]
        self.found: dict[
            int, float
        ] = {}  # by station: how often a phone that may tells a position near (indoors it fails)

    def phone(self, *, gives: bool | None = None, regular: bool = False) -> tuple[str, bool]:
        """A new phone and whether its owner lets it tell where it is; who comes often more likely does."""
        self.phones += 1
        gives = self.rng.random() < (0.72 if regular else 0.62) if gives is None else gives
        return f"phone {self.phones}", gives

    def visit(
        self, station: int, minute: float, phone: tuple[str, bool], *, address: str = "", cheat: bool = False
    ) -> None:
        name, gives = phone
        near = gives and (cheat or self.rng.random() < self.found[station])
        if 0 <= minute < DAYS * 1440:
            grade = "near" if near else "code"
            self.rows.append((station, float(minute), name, grade, address or f"of {name}", cheat))

    def days(self) -> list[int]:
        """The days of the month in any order."""
        return self.rng.sample(range(DAYS), DAYS)

    def poisson(self, mean: float) -> int:
        """Knuth's way, in pieces that do not underflow."""
        count, left = 0, mean
        while left > 0:
            part = min(left, 30.0)
            left -= part
            product, limit = self.rng.random(), math.exp(-part)
            while product > limit:
                count += 1
                product *= self.rng.random()
        return count

    def workday_minute(self, opens: int, closes: int) -> float:
        """A minute of the day, more at noon and in the evening, within the hours (which may pass midnight)."""
        while True:
            when = self.rng.random()
            if when < 0.4:
                minute = self.rng.gauss(12 * 60, 70)
            else:
                minute = self.rng.gauss(17.5 * 60, 80) if when < 0.6 else self.rng.uniform(opens, closes)
            if opens <= minute < closes:
                return minute


def honest(month: Month, station: int, kind: str, size: float) -> str:
    """The visits of an honest station; its posted hours."""
    rng = month.rng
    posted, opens, closes = "Mo-Su 09:00-17:00", 9 * 60, 17 * 60
    address = ""
    month.found[station] = rng.betavariate(18, 2)
    regulars = [month.phone(regular=True) for _ in range(month.poisson(1 + size / 40))]
    passing = 0.45
    if kind == "sparse":
        size = rng.uniform(2, 25)
        regulars = regulars[:1]
    elif kind == "wifi_hub":
        size, address = rng.uniform(600, 1800), f"wifi {station}"
        regulars = [month.phone(regular=True) for _ in range(40)]
        posted, opens, closes = "Mo-Su 07:00-21:00", 7 * 60, 21 * 60
    elif kind == "all_day":
        posted, opens, closes = "24/7", 0, 1440
    elif kind == "regulars":
        size, passing = max(size, 40) * 0.4, 0.7
    elif kind == "no_position":
        month.found[station] = 0.05
    elif kind == "wrong_hours":
        opens, closes = 7 * 60, 20 * 60
    elif rng.random() < 0.3:
        posted, opens, closes = "Mo-Su 06:00-22:00", 6 * 60, 22 * 60
    for _ in range(month.poisson(size)):
        day = rng.randrange(DAYS)
        pick = rng.random()
        if pick < passing or not regulars:
            phone = month.phone()
        elif pick < passing + 0.15:
            phone = rng.choice(month.roaming)
        else:
            phone = rng.choice(regulars)
        at = day * 1440 + month.workday_minute(opens, closes)
        month.visit(station, at, phone, address=address)
        if rng.random() < 0.06:  # scans again, or stays and scans when leaving
            month.visit(
                station, at + rng.choice((1, 5, 35, 60)) * rng.uniform(0.7, 1.3), phone, address=address
            )
        if rng.random() < 0.08:  # comes with a mate
            month.visit(station, at + rng.uniform(0.1, 1.5), month.phone(), address=address)
    if kind == "regulars":
        _daily(month, station, [month.phone(regular=True) for _ in range(rng.randrange(1, 4))], opens, closes)
    if kind == "shuttle":
        _shuttle(month, station)
    if rng.random() < 0.05:  # somebody's base: in and out the whole day
        _base(month, station, month.phone(regular=True), opens, closes)
    if kind == "crew":
        posted = "Mo-Su 09:00-17:00" if rng.random() < 0.3 else "Mo-Su 04:30-17:00"
        _crew(month, station)
    return posted


def _daily(month: Month, station: int, people: list[tuple[str, bool]], opens: int, closes: int) -> None:
    for phone in people:
        usual = month.rng.uniform(opens + 30, closes - 30)
        for day in range(DAYS):
            if month.rng.random() < 0.85:
                month.visit(station, day * 1440 + usual + month.rng.gauss(0, 8), phone)


def _base(month: Month, station: int, phone: tuple[str, bool], opens: int, closes: int) -> None:
    for day in range(DAYS):
        if month.rng.random() < 0.7:
            for _ in range(month.rng.choice((1, 1, 2, 2, 3, 4, 5))):
                month.visit(station, day * 1440 + month.rng.uniform(opens, closes), phone)


def _shuttle(month: Month, station: int) -> None:
    """Drivers of a line that ends here every half hour."""
    drivers = [month.phone(regular=True) for _ in range(12)]
    for day in range(DAYS):
        for bus in range(16):
            if month.rng.random() < 0.5:
                at = day * 1440 + 540 + bus * 30 + month.rng.gauss(0, 3)
                month.visit(station, at, drivers[(bus + day) % len(drivers)])


def _crew(month: Month, station: int) -> None:
    """Sanitation workers who scan one after another at five, and some of them at noon."""
    crew = [month.phone(regular=True) for _ in range(month.rng.randrange(3, 9))]
    for day in range(DAYS):
        at = day * 1440 + 300 + month.rng.gauss(0, 4)
        for phone in crew:
            if month.rng.random() < 0.85:
                at += month.rng.expovariate(1 / 0.6)
                month.visit(station, at, phone)
            if month.rng.random() < 0.3:
                month.visit(station, day * 1440 + month.rng.gauss(700, 20), phone)


def one_phone(month: Month, station: int, count: int) -> None:
    """A script on one phone: some days, as often as a phone is counted, soon after each cooling time."""
    phone = month.phone(gives=bool(month.rng.random() < 0.5))
    gap = month.rng.uniform(31, 40)
    for day in month.days()[: -(-count // DEVICE_CAP)]:
        start = day * 1440 + month.rng.uniform(8 * 60, 15 * 60)
        for number in range(DEVICE_CAP + 1):
            month.visit(station, start + number * gap + month.rng.gauss(0, 0.3), phone, cheat=True)


def rotated_phones(month: Month, station: int, count: int) -> None:
    """The manager's own few phones, in opening hours and really there, again and again."""
    phones = [month.phone(gives=True) for _ in range(month.rng.randrange(3, 6))]
    a_day = min(len(phones) * 6, max(8, count // 22))
    for day in month.days()[: max(1, round(count / a_day))]:
        at = day * 1440 + month.rng.uniform(9 * 60, 10 * 60)
        for number in range(a_day):
            at += month.rng.uniform(0.5, 1.5) if number % len(phones) else month.rng.uniform(31, 75)
            month.visit(station, at, phones[number % len(phones)], address=f"wifi {station}", cheat=True)


def fresh_phones(month: Month, station: int, count: int) -> None:
    """A script without cookies kept, from afar and without position: each visit a phone never seen again."""
    for _ in range(count):
        at = month.rng.randrange(DAYS) * 1440 + month.rng.uniform(9 * 60, 17 * 60)
        month.visit(station, at, month.phone(gives=False), address=f"script {station}", cheat=True)


def night_bot(month: Month, station: int, count: int) -> None:
    """At a constant gap through the nights, with a handful of device ids."""
    phones = [month.phone(gives=False) for _ in range(4)]
    gap = month.rng.uniform(11, 30)
    a_night = int(min(DEVICE_CAP * len(phones), max(8, count // 20)))
    for night in month.days()[: max(1, round(count / a_night))]:
        start = night * 1440 + month.rng.uniform(0, 120)
        for number in range(a_night):
            at = start + number * gap + month.rng.gauss(0, 0.3)
            month.visit(station, at, phones[number % 4], address=f"script {station}", cheat=True)


def month_end(month: Month, station: int, count: int) -> None:
    """What is missing is made up in the last three days: many phones of the staff, one after another."""
    phones = [month.phone(gives=bool(month.rng.random() < 0.5)) for _ in range(max(6, count // 12))]
    for number in range(count):
        day = DAYS - 3 + number % 3
        at = day * 1440 + month.rng.uniform(9 * 60, 17 * 60)
        phone = phones[number % len(phones)]
        month.visit(station, at, phone, address=f"{number % 4} at {station}", cheat=True)


def once_a_day(month: Month, station: int, count: int) -> None:
    """One phone, once a day: what a faithful visitor does too."""
    phone = month.phone(gives=True)
    for day in month.days()[:count]:
        month.visit(station, day * 1440 + month.rng.uniform(540, 1020), phone, cheat=True)


def without_rhythm(month: Month, station: int, count: int) -> None:
    """One phone whose script waits for a different time each time."""
    phone = month.phone(gives=bool(month.rng.random() < 0.5))
    for day in month.days()[: -(-count // 6)]:
        at = day * 1440 + month.rng.uniform(480, 600)
        for _ in range(6):
            month.visit(station, at, phone, cheat=True)
            at += month.rng.uniform(31, 110)


CHEATING: dict[str, Callable[[Month, int, int], None]] = {
    one.__name__: one
    for one in (one_phone, rotated_phones, fresh_phones, night_bot, month_end, once_a_day, without_rhythm)
}


def city(
    seed: int,
    *,
    stations: int = 400,
    cheats_a_kind: int = 2,
    kinds_of_cheats: tuple[str, ...] = CHEATS,
    intensities: tuple[int, ...] = INTENSITIES,
) -> City:
    """A month of that many stations, of which so many of each kind of cheat."""
    rng = np.random.default_rng(seed)
    month = Month(random.Random(seed))
    kinds = rng.choice(list(HONEST), stations, p=list(HONEST.values()))
    sizes = rng.gamma(0.6, 57 / 0.6, stations).clip(0, 900)
    posted = {one: honest(month, one, str(kinds[one]), float(sizes[one])) for one in range(stations)}
    kind = pd.Series(kinds.astype(object))
    small = [one for one in range(stations) if sizes[one] < 150 and kinds[one] != "wifi_hub"]
    chosen = rng.choice(small, cheats_a_kind * len(kinds_of_cheats), replace=False)
    for number, station in enumerate(chosen):
        name = kinds_of_cheats[number % len(kinds_of_cheats)]
        CHEATING[name](
            month, int(station), intensities[(number // len(kinds_of_cheats) + seed) % len(intensities)]
        )
        kind[station] = name
    return _taken(month, rng, kind, posted)


def _taken(month: Month, rng: np.random.Generator, kind: pd.Series, posted: dict[int, str]) -> City:
    """As ingest takes them: with what is set aside."""
    rows = sorted(month.rows, key=lambda row: row[1])
    frame = pd.DataFrame(rows, columns=["station", "minute", "pseudonym", "grade", "address", "cheat"])
    frame["set_aside"] = ingest(rows)
    start = datetime(MONTH.year, MONTH.month, MONTH.day, tzinfo=ZONE)
    frame["at"] = pd.Timestamp(start) + pd.to_timedelta(frame["minute"], unit="min")
    counted = frame[frame["set_aside"] == ""].groupby(["station", "cheat"]).size().unstack(fill_value=0)
    counted = counted.reindex(index=kind.index, columns=[False, True], fill_value=0)
    return City(
        visits=frame[["station", "at", "pseudonym", "grade", "set_aside"]],
        usual=_usual(rng, counted),
        timetables={one: Timetable(parse(text)) for one, text in posted.items()},
        kind=kind,
        added=counted[True],
    )


def _usual(rng: np.random.Generator, counted: pd.DataFrame) -> pd.Series:
    """The mean of three months before. Half of the cheats cheated then already, so that nothing grows; some stations are new."""
    already = rng.random(len(counted)) < 0.5
    size = counted[False] + counted[True].where(already, 0)
    months = rng.poisson(rng.gamma(10, size.to_numpy()[:, None] / 10 + 1e-9, (len(counted), 3)))
    return pd.Series(months.mean(axis=1), index=counted.index).where(rng.random(len(counted)) < 0.95)


def ingest(rows: list[Row]) -> list[str]:
    """Cooling time, cap of a phone and cap of an address, in the order of arrival, as the intake has them."""
    last: dict[tuple[int, str], float] = {}
    phones: Counter[tuple[str, int]] = Counter()
    addresses: Counter[tuple[str, int, int]] = Counter()
    found = []
    for station, minute, phone, _grade, address, _cheat in rows:
        day = int(minute // 1440)
        reason = ""
        if minute - last.get((station, phone), -1e9) < COOLING_MINUTES:
            reason = "cooling"
        elif phones[phone, day] >= DEVICE_CAP:
            reason = "device"
        elif addresses[address, station, day] >= ADDRESS_CAP:
            reason = "address"
        else:
            last[station, phone] = minute
            phones[phone, day] += 1
            addresses[address, station, day] += 1
        found.append(reason)
    return found


def month_span() -> tuple[datetime, datetime]:
    start = datetime(MONTH.year, MONTH.month, MONTH.day, tzinfo=ZONE)
    return start, start + timedelta(days=DAYS)
