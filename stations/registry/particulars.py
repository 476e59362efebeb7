"""What a manager may change of a station, field by field as plain values: to compare, to file, and to put back.

A facility is a field of its own (`facility:microwave`), whose value is its condition, or None where it never stood. Whether it
stands there is a particular of Annex 2; whether it works is a report, so working and broken count as the same.
"""

from decimal import Decimal
from typing import Any, cast

from stations.registry.actions import LiveParticulars
from stations.registry.models import Condition, Station

Fields = dict[str, Any]
FACILITY = "facility:"


def live_fields(station: Station) -> Fields:
    """The fields as they now are, ready for JSON."""
    fields = {
        "name": station.name,
        "address": station.address,
        "position": {
            "lon": station.declared_lon,
            "lat": station.declared_lat,
            "datum": station.declared_datum,
        },
        "host_kind": station.host_kind,
        "host_name": station.host_name,
        "public_phone": station.public_phone,
        "hours_text": station.hours_text,
        "area_m2": None if station.area_m2 is None else str(station.area_m2),
        "services": list(station.services),
    }
    return fields | {f"{FACILITY}{code}": condition for code, condition in _conditions(station).items()}


def same(field: str, one: Any, other: Any) -> bool:
    """Whether two values of a field are the same particular."""
    if field.startswith(FACILITY):
        return stands(one) == stands(other)
    return bool(one == other)


def differences(before: Fields, after: Fields) -> dict[str, tuple[Any, Any]]:
    """The fields that differ, each with what was and what is."""
    pairs = {field: (before.get(field), after.get(field)) for field in [*before, *after]}
    return {field: pair for field, pair in pairs.items() if not same(field, *pair)}


def as_changes(station: Station, values: Fields) -> LiveParticulars:
    """What `change_station` takes to give the station these values; its facilities are told as a whole list."""
    changes = {field: value for field, value in values.items() if not field.startswith(FACILITY)}
    wanted = {
        field.removeprefix(FACILITY): value for field, value in values.items() if field.startswith(FACILITY)
    }
    if wanted:
        conditions = _conditions(station) | wanted
        changes["facilities"] = {
            code: condition for code, condition in conditions.items() if condition is not None
        }
    if changes.get("area_m2") is not None:
        changes["area_m2"] = Decimal(changes["area_m2"])
    return cast(LiveParticulars, changes)


def _conditions(station: Station) -> dict[str, str]:
    return dict(station.facilities.values_list("type", "condition"))


def stands(condition: Any) -> bool:
    """Whether a facility with that condition is there, be it broken."""
    return condition in (Condition.WORKING, Condition.BROKEN)
