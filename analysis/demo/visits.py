"""Made-up check-ins: sparse and extremely skewed between stations, as the real ones are; honest ones only while it is open.

Half a year and the days a phone may be late, so that the last settled quarter is always whole. Raw rows of the days that are
kept, and of those before only what they were counted for, as if the purge had been there. Two stations help themselves to more
(CHEATS), so that the centre's report on made-up use has something to show.
"""

import io
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd
from django.db import connection

from analysis.demand import daily_profile
from analysis.demo import codes
from geo.hours import MINUTES_PER_DAY, SLOT, SLOTS, Calendar, parse
from geo.models import SpecialDay
from stations.checkins.keeping import partitions, recount
from stations.checkins.keeping.purge import first_kept_day
from stations.checkins.models import Purge
from stations.registry.choices import StationStatus
from stations.registry.models import Station

VISITS_A_DAY = 1.9  # a station, on average: Shanghai 12/2020 to 10/2022, derived in the domain notes
SKEW = 0.35  # shape of the gamma distribution between stations
UNUSED = 0.05  # of the stations: nobody has ever scanned there
OCCUPATIONS = {"sanitation": 0.38, "rider": 0.27, "courier": 0.2, "taxi": 0.15}
REGULAR = 0.6  # of the visits are by phones that come about once a week
SCREENS = 0.04  # of the stations have a tablet at the door
ON_SCREEN, NEAR = 0.7, 0.45  # of the visits, where there is one, and elsewhere
BANDS = ("", "300", "1000", "far")  # of those that are not near; most phones give no position
BAND_SHARES = (0.7, 0.18, 0.07, 0.05)
LATE, AGAIN, WRONG_CLOCK = 0.03, 0.015, 0.001
CHEATS = (
    (11, 35),
    (6, 45),
)  # check-ins of one night, and the minutes between them: each a station's own phone
CHEATING_DAYS = 60
CAP = 8  # counted of a phone and day

Hours = npt.NDArray[np.bool_]
COLUMNS = "id, at, made_at, received_at, station_id, occupation, grade, band, set_aside, pseudonym"
COUNTED = ["station_id", "day", "hour", "occupation", "grade"]


def check_in(rng: np.random.Generator, stations: list[Station], *, days: int, today: date) -> int:
    """Store check-ins of the `days` days before `today`. Returns how many there were."""
    calendar = SpecialDay.objects.calendar()
    dates = [today - timedelta(days=back) for back in range(days, 0, -1)]
    active = [one for one in stations if one.status == StationStatus.ACTIVE]
    opened = {text: _open_hours(text, dates, calendar) for text in {one.hours_text for one in active}}
    honest = _honest(rng, active, opened, days)
    visits = pd.concat([honest, _again(rng, honest), _cheat(active, opened, days)], ignore_index=True)
    _store(_told(rng, visits, today, days), today)
    codes.issue(active, today)
    return len(visits)


def _honest(
    rng: np.random.Generator, stations: list[Station], opened: dict[str, Hours], days: int
) -> pd.DataFrame:
    """A row a visit: station, `day` (0 is the first), `minute` of the day, occupation, device, grade, band, set_aside."""
    work = np.array([share * daily_profile(name) for name, share in OCCUPATIONS.items()])
    likely = np.cumsum(work / work.sum(axis=0), axis=0)
    pulls = rng.gamma(SKEW, 1 / SKEW, len(stations)) * (rng.random(len(stations)) >= UNUSED)
    screens = rng.random(len(stations)) < SCREENS
    parts = []
    for number, station in enumerate(stations):
        weights = (opened[station.hours_text] * work.sum(axis=0)).ravel()
        visits = int(rng.poisson(VISITS_A_DAY * pulls[number] * days)) if weights.any() else 0
        day, hour = np.divmod(rng.choice(weights.size, visits, p=weights / max(weights.sum(), 1e-9)), 24)
        part = pd.DataFrame({"day": day, "minute": hour * 60 + rng.integers(60, size=visits)})
        part["occupation"] = np.array(list(OCCUPATIONS))[(rng.random(visits) > likely[:, hour]).sum(axis=0)]
        part["device"] = _devices(rng, visits, days) + number * 1_000_000
        part["grade"] = _grades(rng, visits, has_screen=bool(screens[number]))
        parts.append(part.assign(station_id=station.pk))
    rows = pd.concat(parts, ignore_index=True).sort_values(["day", "minute"], ignore_index=True)
    rows["occupation"] = rows.groupby("device")["occupation"].transform("first")
    band = rng.choice(np.array(BANDS), len(rows), p=BAND_SHARES)
    rows["band"] = np.where(rows["grade"] == "near", "100", band)
    rows["set_aside"] = ""
    twice = rows.duplicated(["device", "day"])
    return rows[~twice].reset_index(drop=True)


def _devices(rng: np.random.Generator, visits: int, days: int) -> npt.NDArray[np.int64]:
    """Phones that come again, about once a week, and others that come once."""
    regulars = max(1, round(visits * REGULAR * 7 / days))
    once = np.arange(visits) + regulars
    return np.where(rng.random(visits) < REGULAR, rng.integers(regulars, size=visits), once)


def _grades(rng: np.random.Generator, visits: int, *, has_screen: bool) -> npt.NDArray[np.str_]:
    chance = rng.random(visits)
    grades: npt.NDArray[np.str_] = np.where(chance < NEAR, "near", "code")
    return np.where(chance > 1 - ON_SCREEN, "screen", grades) if has_screen else grades


def _again(rng: np.random.Generator, honest: pd.DataFrame) -> pd.DataFrame:
    """Some scan a second time some minutes later, which is not counted."""
    again = honest[rng.random(len(honest)) < AGAIN].copy()
    later = again["minute"] + rng.integers(1, 20, len(again))
    again["minute"] = np.minimum(later, again["minute"] // 60 * 60 + 59)
    return again.assign(set_aside="cooling")


def _cheat(stations: list[Station], opened: dict[str, Hours], days: int) -> pd.DataFrame:
    """At stations that are closed at night, one phone checks in again and again then, at the same gaps, night after night."""
    closed = [one for one in stations if one.hours_text and not opened[one.hours_text][:, :7].any()]
    parts = []
    for number, ((times, gap), station) in enumerate(zip(CHEATS, closed[5:], strict=False)):
        night = pd.DataFrame({"minute": 5 + gap * np.arange(times)})
        night["set_aside"] = np.where(np.arange(times) < CAP, "", "device")
        part = pd.DataFrame({"day": np.arange(max(0, days - CHEATING_DAYS), days)}).merge(night, how="cross")
        parts.append(part.assign(station_id=station.pk, device=-1 - number))
    return pd.concat(parts).assign(occupation="unknown", grade="code", band="") if parts else pd.DataFrame()


def _told(rng: np.random.Generator, visits: pd.DataFrame, today: date, days: int) -> pd.DataFrame:
    """The rows as they are stored, by time: with ids, pseudonyms of the month, and what the phones' clocks and networks did."""
    first = np.datetime64(today - timedelta(days=days), "s")
    seconds = visits["day"] * 86_400 + visits["minute"] * 60 + rng.integers(60, size=len(visits))
    rows = visits.assign(at=first + seconds.to_numpy().astype("timedelta64[s]")).sort_values("at")
    wrong = (rng.random(len(rows)) < WRONG_CLOCK) & (rows["set_aside"] == "")
    rows.loc[wrong, "set_aside"] = "clock"
    skew = np.where(wrong, 2 * 86_400, rng.normal(0, 15, len(rows)))
    rows["made_at"] = rows["at"] + skew.astype(int).astype("timedelta64[s]")
    delay = np.where(rng.random(len(rows)) < LATE, rng.integers(600, 3 * 86_400, len(rows)), 0)
    arrived = rows["at"] + delay.astype("timedelta64[s]")
    rows["received_at"] = np.minimum(arrived, np.datetime64(today, "s"))
    month = rows["at"].dt.year * 12 + rows["at"].dt.month
    phone = pd.factorize(rows["device"] * 100_000 + month)[0]
    rows["pseudonym"] = "\\\\x" + np.array(_hex(rng, phone.max(initial=0) + 1), object)[phone]
    rows["id"] = _hex(rng, len(rows))
    return rows


def _hex(rng: np.random.Generator, count: int) -> list[str]:
    """So many times 16 random bytes, as text."""
    text = rng.bytes(16 * count).hex()
    return [text[start : start + 32] for start in range(0, 32 * count, 32)]


def _store(rows: pd.DataFrame, today: date) -> None:
    """Raw rows of the days that are kept; of those before only what was counted, and the mark that they are gone."""
    now = partitions.midnight(today)
    kept = first_kept_day(now)
    partitions.make(kept, partitions.horizon(now))
    older = rows["at"] < np.datetime64(kept, "s")
    raw = rows[~older]
    for column in ("at", "made_at", "received_at"):
        raw = raw.assign(**{column: raw[column].dt.strftime("%Y-%m-%d %H:%M:%S+08")})
    _copy("checkins_checkin", COLUMNS, raw)
    if older.any():
        Purge.objects.create(before=kept, begun_at=now)
        counted = rows[older & (rows["set_aside"] == "")]
        counted = counted.assign(day=counted["at"].dt.date, hour=counted["at"].dt.hour)
        usage = counted.groupby(COUNTED).size().rename("count").reset_index()
        _copy("checkins_usage", ", ".join([*COUNTED, "count"]), usage)
        recount.repair_weeks(rows["at"].min().date(), kept)


def _copy(table: str, columns: str, rows: pd.DataFrame) -> None:
    lines = io.StringIO()
    rows[columns.split(", ")].to_csv(lines, sep="\t", header=False, index=False)
    lines.seek(0)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", lines)


def _open_hours(text: str, dates: list[date], calendar: Calendar) -> Hours:
    """(days, 24): open at half past the hour. Unknown hours: as the regulation's usual 9:00-17:00."""
    minutes = np.zeros(SLOTS * SLOT, bool)
    for start, end in parse(text or "9:00-17:00").slots() or []:
        minutes[start:end] = True
    half_past = np.arange(24) * 60 + 30
    own = np.array([calendar.slot_of(day) * SLOT + half_past for day in dates])
    eve = np.array(
        [calendar.slot_of(day - timedelta(days=1)) * SLOT + MINUTES_PER_DAY + half_past for day in dates]
    )
    opened: Hours = minutes[own] | minutes[eve]
    return opened
