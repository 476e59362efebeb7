"""Database triggers of the registry, so that SQL and bulk writes obey the same rules as the forms."""

import pgtrigger

DISTRICT_FROM_POINT = pgtrigger.Trigger(
    name="district_from_point",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("point", "district_id"),
    func="""
        IF NOT geo_in_service_area(NEW.point) THEN
            RAISE EXCEPTION 'station point % is not a finite place inside the service area', ST_AsText(NEW.point)
                USING ERRCODE = 'check_violation', CONSTRAINT = 'station_point_in_service_area';
        END IF;
        NEW.district_id := geo_district_at(NEW.point);
        IF NEW.district_id IS NULL THEN
            RAISE EXCEPTION 'station point % lies outside every district', ST_AsText(NEW.point)
                USING ERRCODE = 'check_violation', CONSTRAINT = 'station_point_in_a_district';
        END IF;
        RETURN NEW;
    """,
)

# Every change of a row makes a new version: readers cache by it, and editors lock by it.
BUMP_VERSION = pgtrigger.Trigger(
    name="bump_version",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    condition=pgtrigger.AnyChange(),
    func="NEW.version := OLD.version + 1; NEW.updated_at := now(); RETURN NEW;",
)


def touches_station() -> list[pgtrigger.Trigger]:
    """Triggers for a table with `station_id`: a change there makes a new version of the stations concerned, once a statement."""
    touch = "UPDATE registry_station SET updated_at = clock_timestamp() WHERE id IN ({}); RETURN NULL;"
    new, old = "SELECT station_id FROM new_rows", "SELECT station_id FROM old_rows"
    plans = [
        ("insert", pgtrigger.Insert, pgtrigger.Referencing(new="new_rows"), touch.format(new)),
        ("delete", pgtrigger.Delete, pgtrigger.Referencing(old="old_rows"), touch.format(old)),
        (
            "update",
            pgtrigger.Update,
            pgtrigger.Referencing(old="old_rows", new="new_rows"),
            touch.format(f"{new} UNION {old}"),
        ),
    ]
    return [
        pgtrigger.Trigger(
            name=f"touch_station_{name}",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=operation,
            referencing=referencing,
            func=func,
        )
        for name, operation, referencing, func in plans
    ]
