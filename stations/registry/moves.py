"""Moving a station on the map (chapter 3, 3), without database and without Django: how far, and what must be confirmed first."""

from dataclasses import dataclass

from geo.crs import GEOD

CONFIRM_BEYOND_M = 200.0  # the setting JIELI_MOVE_CONFIRM_M says otherwise
ACCURATE_M = 100.0  # a phone that knows its place no better is asked twice


@dataclass(frozen=True, kw_only=True)
class Move:
    """From where a station stands to where it is to stand. `accuracy_m`: of the phone that measured the new place."""

    metres: float
    from_district: int
    to_district: int
    accuracy_m: float | None = None

    @property
    def to_other_district(self) -> bool:
        return self.from_district != self.to_district


def doubts(move: Move, *, confirm_beyond_m: float = CONFIRM_BEYOND_M) -> tuple[str, ...]:
    """Why the mover should look again: `far`, `other_district`, `inaccurate`; nothing where the move may just be done.

    The limits are inclusive: at exactly 200 m nobody is asked.
    """
    found = {
        "far": move.metres > confirm_beyond_m,
        "other_district": move.to_other_district,
        "inaccurate": move.accuracy_m is not None and move.accuracy_m > ACCURATE_M,
    }
    return tuple(code for code, holds in found.items() if holds)


def metres_between(from_lonlat: tuple[float, float], to_lonlat: tuple[float, float]) -> float:
    """Metres on the ellipsoid between two WGS-84 places."""
    return float(GEOD.inv(*from_lonlat, *to_lonlat)[2])
