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

# The register of nameplates follows the plate on the wall; a number that was ever used breaks the register's primary key.
NAMEPLATE_REGISTER = pgtrigger.Trigger(
    name="nameplate_register",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("nameplate_no"),
    func="""
        IF TG_OP = 'UPDATE' THEN
            IF OLD.nameplate_no IS NOT DISTINCT FROM NEW.nameplate_no THEN
                RETURN NULL;
            END IF;
            UPDATE registry_nameplate SET withdrawn_at = now()
             WHERE number = OLD.nameplate_no AND withdrawn_at IS NULL;
        END IF;
        IF NEW.nameplate_no IS NOT NULL THEN
            INSERT INTO registry_nameplate (number, station_id, issued_at, reason)
            VALUES (NEW.nameplate_no, NEW.id, now(), '');
        END IF;
        RETURN NULL;
    """,
)

NAMEPLATE_FOR_EVER = [
    pgtrigger.Trigger(
        name="nameplate_stays",
        when=pgtrigger.Before,
        operation=pgtrigger.Delete,
        func="""
            RAISE EXCEPTION 'nameplate % is in the register for ever: withdraw it instead', OLD.number
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'nameplate_stays';
        """,
    ),
    pgtrigger.Trigger(
        name="nameplate_unchanged",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func="""
            IF NEW.number <> OLD.number OR NEW.issued_at <> OLD.issued_at
               OR (OLD.station_id IS NOT NULL AND NEW.station_id IS DISTINCT FROM OLD.station_id)
               OR (OLD.withdrawn_at IS NOT NULL AND NEW.withdrawn_at IS DISTINCT FROM OLD.withdrawn_at) THEN
                RAISE EXCEPTION 'nameplate %: number, station, issue and withdrawal are not rewritten', OLD.number
                    USING ERRCODE = 'restrict_violation', CONSTRAINT = 'nameplate_unchanged';
            END IF;
            RETURN NEW;
        """,
    ),
]


PLEDGE_STAYS = pgtrigger.Trigger(
    name="pledge_stays",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    condition=pgtrigger.AnyChange("version", "text_zh", "text_en", "since"),
    func="""
        RAISE EXCEPTION 'pledge % hangs in stations: its text stays, a new text is a new version', OLD.version
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'pledge_stays';
    """,
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
