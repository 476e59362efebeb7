"""The partitioned table of check-ins and the trigger that counts them, as migration 0002 makes them.

The table has one partition for each month in Shanghai, and a default one, in which nothing should ever lie.
"""

TABLE = """
ALTER TABLE checkins_checkin RENAME TO checkins_checkin_before;
ALTER INDEX checkins_checkin_pkey RENAME TO checkins_checkin_before_pkey;
DROP INDEX checkin_station_at;
CREATE TABLE checkins_checkin (
    id uuid NOT NULL,
    at timestamptz NOT NULL,
    made_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    station_id bigint NOT NULL CONSTRAINT checkins_checkin_station_fk REFERENCES registry_station (id),
    occupation varchar(16) NOT NULL,
    grade varchar(6) NOT NULL,
    band varchar(4) NOT NULL,
    set_aside varchar(8) NOT NULL,
    pseudonym bytea NOT NULL,
    PRIMARY KEY (id, at),
    CONSTRAINT checkin_occupation_known CHECK (occupation IN
        ('sanitation', 'courier', 'warden', 'rider', 'taxi', 'trucker', 'traffic_police', 'unknown')),
    CONSTRAINT checkin_grade_known CHECK (grade IN ('screen', 'near', 'code')),
    CONSTRAINT checkin_band_known CHECK (band IN ('100', '300', '1000', 'far', '')),
    CONSTRAINT checkin_set_aside_known CHECK (set_aside IN
        ('', 'clock', 'speed', 'round', 'cooling', 'device', 'address'))
) PARTITION BY RANGE (at);
CREATE INDEX checkin_station_at ON checkins_checkin (station_id, at);
CREATE INDEX checkin_pseudonym_at ON checkins_checkin (pseudonym, at);
CREATE TABLE checkins_checkin_default PARTITION OF checkins_checkin DEFAULT;
"""

# Joining makes whatever indexes and foreign key a month's table has not got yet. Rows of the month that lie in the default
# partition move over; a move is no insert into the parent, so counts stay.
MAKE_PARTITION = """
CREATE FUNCTION checkins_join_partition(first_day date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    name text := 'checkins_checkin_' || to_char(first_day, 'YYYYMM');
    starts timestamptz := first_day::timestamp AT TIME ZONE 'Asia/Shanghai';
    ends timestamptz := (first_day + interval '1 month') AT TIME ZONE 'Asia/Shanghai';
BEGIN
    LOCK TABLE checkins_checkin_default IN ACCESS EXCLUSIVE MODE;
    EXECUTE format('WITH moved AS (DELETE FROM checkins_checkin_default WHERE at >= %L AND at < %L RETURNING *)'
                   ' INSERT INTO %I SELECT * FROM moved', starts, ends, name);
    EXECUTE format('ALTER TABLE checkins_checkin ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name, starts, ends);
END $$;
CREATE FUNCTION checkins_make_partition(first_day date) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    name text := 'checkins_checkin_' || to_char(first_day, 'YYYYMM');
BEGIN
    IF first_day <> date_trunc('month', first_day)::date THEN
        RAISE EXCEPTION '% is not the first day of a month', first_day;
    END IF;
    IF to_regclass(name) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE checkins_checkin INCLUDING ALL)', name);
    PERFORM checkins_join_partition(first_day);
    RETURN true;
END $$;
"""

# Rows are written in the order of their keys, so that two statements that count the same stations never wait for each other. A
# week is read, added to and written back: for one visit that is a fifth of the time of adding two arrays in SQL.
COUNTING = """
CREATE FUNCTION checkins_count() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    nothing CONSTANT int[] := array_fill(0, ARRAY[168]);
    hours record;
    week int[];
    is_new boolean;
BEGIN
    INSERT INTO checkins_usage AS kept (station_id, day, hour, occupation, grade, count)
    SELECT station_id, here::date, extract(hour FROM here), occupation, grade, count(*)
      FROM (SELECT *, at AT TIME ZONE 'Asia/Shanghai' AS here FROM added WHERE set_aside = '') AS counted
     GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT (station_id, day, hour, occupation, grade) DO UPDATE SET count = kept.count + excluded.count;
    FOR hours IN
        SELECT station_id, month, occupation, array_agg(slot) AS slots, array_agg(n) AS counts
          FROM (SELECT station_id, date_trunc('month', here)::date AS month, coalesce(occupation, '') AS occupation,
                       ((extract(isodow FROM here) - 1) * 24 + extract(hour FROM here))::int AS slot, count(*)::int AS n
                  FROM (SELECT *, at AT TIME ZONE 'Asia/Shanghai' AS here FROM added WHERE set_aside = '') AS counted
                 GROUP BY station_id, date_trunc('month', here)::date,
                          ((extract(isodow FROM here) - 1) * 24 + extract(hour FROM here))::int,
                          GROUPING SETS ((occupation), ())) AS each
         GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    LOOP
        SELECT counts INTO week FROM checkins_weekuse
         WHERE station_id = hours.station_id AND month = hours.month AND occupation = hours.occupation FOR UPDATE;
        is_new := NOT FOUND;
        IF is_new THEN
            week := nothing;
        END IF;
        FOR i IN 1 .. cardinality(hours.slots) LOOP
            week[hours.slots[i] + 1] := week[hours.slots[i] + 1] + hours.counts[i];
        END LOOP;
        IF is_new THEN
            INSERT INTO checkins_weekuse AS kept (station_id, month, occupation, counts)
            VALUES (hours.station_id, hours.month, hours.occupation, week)
            ON CONFLICT (station_id, month, occupation) DO UPDATE SET counts =  -- somebody was first meanwhile
                (SELECT array_agg(a + b ORDER BY slot) FROM unnest(kept.counts, week) WITH ORDINALITY AS both_of (a, b, slot));
        ELSE
            UPDATE checkins_weekuse SET counts = week
             WHERE station_id = hours.station_id AND month = hours.month AND occupation = hours.occupation;
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER checkins_count AFTER INSERT ON checkins_checkin
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION checkins_count();
ALTER TABLE checkins_usage SET (fillfactor = 70);
ALTER TABLE checkins_weekuse SET (fillfactor = 70);
"""

# Of the demonstration city before this migration. Nothing was known of the device; each row is somebody of its own.
MOVE_EARLIER_ROWS = """
SELECT checkins_make_partition(month::date)
  FROM generate_series(
      date_trunc('month', (SELECT least(min(at), now() - interval '3 months') FROM checkins_checkin_before)
                          AT TIME ZONE 'Asia/Shanghai'),
      date_trunc('month', now() AT TIME ZONE 'Asia/Shanghai') + interval '3 months', interval '1 month') AS month;
INSERT INTO checkins_checkin (id, at, made_at, received_at, station_id, occupation, grade, band, set_aside, pseudonym)
SELECT id, at, at, at, station_id, occupation, 'code', '', '', decode(md5(id::text), 'hex') FROM checkins_checkin_before;
DROP TABLE checkins_checkin_before;
"""
