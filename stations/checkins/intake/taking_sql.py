"""The statement that takes check-ins, as migration 0004 makes it. What it does is told in docs/architecture.md, "Check-ins".

`checkins_take` decides and stores up to a hundred arrivals of one phone in one statement, so that they cost one commit. It is
VOLATILE: each of its own statements sees what was committed while it waited for its locks. Plans are kept and made for
indexes, since a partition is empty when it is first planned for and large later.
"""

TAKE = """
CREATE FUNCTION checkins_take(
    arrivals json, received timestamptz, cooling interval, device_cap int, address_cap int, screen_cap int,
    metres_a_second float, floor_m float, around interval, round_hours int
) RETURNS TABLE (n int, status int, station bigint, proof text, aside text) LANGUAGE plpgsql VOLATILE
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
    most_seen CONSTANT int := 1000;
    given record;
    taken checkins_checkin[] := '{}';
    spent checkins_allowance[] := '{}';
    seen checkins_checkin[];       -- the phone's stored visits around these, counted or not
    counted_at timestamptz[];      -- of those that are counted, and then of this call's as well: when, where,
    counted_station bigint[];
    counted_point geography[];     -- and the place
    today date;                    -- arrivals come day by day: of the present one, this call's
    by_phone int;                  -- counted visits
    by_address text[];             -- and their addresses and stations
    round_the_clock timestamptz[] := '{}';
    too_fast boolean;
    too_soon boolean;
BEGIN
    -- One order for all: these locks by key, stations by id (the foreign key), then counters by key.
    PERFORM pg_advisory_xact_lock(key)
       FROM (SELECT DISTINCT hashtextextended(name, 0) AS key
               FROM json_to_recordset(arrivals) AS one (id uuid, station_id bigint, pseudonym text, address text),
                    unnest(ARRAY[id::text, pseudonym, address || station_id]) AS name
              ORDER BY key) AS keys;

    -- A phone with more than that many visits in a day is no worker's, and has spent its allowance.
    seen := ARRAY(
        SELECT near FROM (SELECT pseudonym, min(at) AS earliest, max(at) AS latest
                            FROM json_to_recordset(arrivals) AS one (at timestamptz, pseudonym bytea, refused boolean)
                           WHERE NOT refused GROUP BY 1) AS phone,
               LATERAL (SELECT kept FROM checkins_checkin AS kept
                         WHERE kept.pseudonym = phone.pseudonym AND kept.set_aside <> 'clock'
                           AND kept.at BETWEEN phone.earliest - around AND phone.latest + around
                         ORDER BY kept.at DESC LIMIT most_seen) AS around_it (near));
    SELECT array_agg(at), array_agg(station_id), array_agg(point) INTO counted_at, counted_station, counted_point
      FROM unnest(seen) AS visit JOIN registry_station AS station ON station.id = station_id WHERE set_aside = '';

    IF cardinality(seen) + json_array_length(arrivals) >= round_hours THEN
        round_the_clock := ARRAY(
            WITH hours AS (
                SELECT date_trunc('hour', at) AS hour FROM unnest(seen)
                 UNION SELECT date_trunc('hour', at)
                         FROM json_to_recordset(arrivals) AS one (at timestamptz, refused boolean, set_aside text)
                        WHERE NOT refused AND set_aside = ''
            ), days AS (
                SELECT hour AS last, count(*) OVER (ORDER BY hour RANGE '23 hours' PRECEDING) AS visited FROM hours
            )
            SELECT hour FROM hours
             WHERE EXISTS (SELECT FROM days
                            WHERE visited >= round_hours AND hour BETWEEN last - interval '23 hours' AND last));
    END IF;

    FOR given IN
        SELECT one.*, this.day, place.point,
               kept.station_id AS kept_station, kept.made_at AS kept_made_at, kept.occupation AS kept_occupation,
               kept.grade AS kept_grade, kept.set_aside AS kept_aside,
               coalesce((SELECT count FROM checkins_allowance AS a
                          WHERE a.day = this.day AND who = one.pseudonym AND station_id = 0), 0) AS phone_count,
               coalesce((SELECT count FROM checkins_allowance AS a
                          WHERE a.day = this.day AND who = one.address AND a.station_id = one.station_id), 0) AS network_count,
               encode(one.address, 'hex') || ' ' || one.station_id AS network
          FROM json_to_recordset(arrivals) AS one (
                   n int, refused boolean, id uuid, at timestamptz, made_at timestamptz, station_id bigint, occupation text,
                   grade text, band text, set_aside text, pseudonym bytea, address bytea)
         CROSS JOIN LATERAL (SELECT (one.at AT TIME ZONE 'Asia/Shanghai')::date AS day) AS this
          JOIN registry_station AS place ON place.id = one.station_id
          LEFT JOIN LATERAL (SELECT * FROM checkins_checkin WHERE id = one.id LIMIT 1) AS kept ON true
         ORDER BY one.at, one.id
    LOOP
        n := given.n;
        IF given.kept_station IS NOT NULL THEN
            status := CASE WHEN (given.station_id, given.made_at, given.occupation)
                                = (given.kept_station, given.kept_made_at, given.kept_occupation) THEN 200 ELSE 409 END;
            station := given.kept_station;
            proof := given.kept_grade;
            aside := given.kept_aside;
            RETURN NEXT;
            CONTINUE;
        END IF;
        CONTINUE WHEN given.refused;

        IF today IS DISTINCT FROM given.day THEN
            today := given.day;
            by_phone := 0;
            by_address := '{}';
        END IF;
        aside := given.set_aside;
        too_fast := false;
        too_soon := false;
        IF aside = '' AND counted_at IS NOT NULL THEN
            SELECT bool_or(station_id <> given.station_id AND at BETWEEN given.at - around AND given.at + around
                           AND ST_Distance(point, given.point, false)
                               > greatest(floor_m, metres_a_second * abs(extract(epoch FROM given.at - at)))),
                   bool_or(station_id = given.station_id AND at > given.at - cooling AND at < given.at + cooling)
              INTO too_fast, too_soon
              FROM unnest(counted_at, counted_station, counted_point) AS counted (at, station_id, point);
        END IF;
        aside := CASE WHEN aside <> '' THEN aside
                      WHEN too_fast THEN 'speed'
                      WHEN date_trunc('hour', given.at) = ANY (round_the_clock) THEN 'round'
                      WHEN too_soon THEN 'cooling'
                      WHEN given.phone_count + by_phone >= device_cap THEN 'device'
                      WHEN given.network_count + cardinality(array_positions(by_address, given.network))
                           >= CASE given.grade WHEN 'screen' THEN screen_cap ELSE address_cap END THEN 'address'
                      ELSE '' END;
        taken := array_append(taken, ROW(
            given.id, given.at, given.made_at, received, given.station_id, given.occupation, given.grade, given.band, aside,
            given.pseudonym)::checkins_checkin);
        IF aside = '' THEN
            counted_at := array_append(counted_at, given.at);
            counted_station := array_append(counted_station, given.station_id);
            counted_point := array_append(counted_point, given.point);
            by_phone := by_phone + 1;
            spent := array_append(spent, ROW(today, given.pseudonym, 0, 1)::checkins_allowance);
            by_address := array_append(by_address, given.network);
            spent := array_append(spent, ROW(today, given.address, given.station_id, 1)::checkins_allowance);
        END IF;
        status := 201;
        station := given.station_id;
        proof := given.grade;
        RETURN NEXT;
    END LOOP;

    INSERT INTO checkins_checkin SELECT * FROM unnest(taken) ORDER BY station_id, at, id;
    INSERT INTO checkins_allowance AS kept (day, who, station_id, count)
    SELECT day, who, station_id, sum(count) FROM unnest(spent) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
        ON CONFLICT (day, who, station_id) DO UPDATE SET count = kept.count + excluded.count;
END $$;
"""

UNDO = """
DROP FUNCTION checkins_take(json, timestamptz, interval, int, int, int, float, float, interval, int);
"""
