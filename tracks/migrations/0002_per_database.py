"""What each database does its own way: the order of events, and indexes for sorted lists."""

from django.db import migrations

# A reader follows events by id, but ids are drawn before commit and commits come in any order. So on PostgreSQL
# a transaction that writes events holds, from before its first draw until its end, a shared advisory lock whose
# key is the highest id drawn so far: its own ids are all higher. Nobody ever waits for these locks.
#
# A reader asks, in this order: which ids were drawn, which keys are held, which rows are there. A row up to both
# bounds belongs to a transaction that ended before the rows were read, so no smaller id can still appear.
ADD_ORDER = """
CREATE FUNCTION tracks_event_open() RETURNS trigger LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  drawn bigint;
BEGIN
  IF coalesce(current_setting('musicgen.event_lock', true), '') <> 'held' THEN
    SELECT last_value INTO drawn FROM tracks_event_id_seq;
    PERFORM pg_advisory_xact_lock_shared(7042, drawn::int);
    PERFORM set_config('musicgen.event_lock', 'held', true);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER open BEFORE INSERT ON tracks_event FOR EACH STATEMENT EXECUTE FUNCTION tracks_event_open();

CREATE FUNCTION tracks_event_bound() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  drawn bigint;
  held bigint;
BEGIN
  SELECT last_value INTO drawn FROM tracks_event_id_seq;
  SELECT min(objid::bigint) INTO held FROM pg_locks
   WHERE locktype = 'advisory' AND classid = 7042 AND objsubid = 2
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database());
  RETURN least(drawn, held);
END $$;
"""
DROP_ORDER = """
DROP FUNCTION tracks_event_bound();
DROP TRIGGER open ON tracks_event;
DROP FUNCTION tracks_event_open();
"""

# One index per ordering and direction, nulls last. SQLite has no NULLS LAST in an index; its nulls come last
# in falling order by nature, and in rising order it sorts.
SORTED_BY = ("created_at", "title", "duration_ms", "rating")
DIRECTIONS = {"up": "ASC", "down": "DESC"}


def add(apps, schema_editor):
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    nulls = " NULLS LAST" if on_postgresql else ""
    if on_postgresql:
        schema_editor.execute(ADD_ORDER)
    for column in SORTED_BY:
        for name, way in DIRECTIONS.items():
            columns = f"{column} {way}{nulls}, id {way}"
            schema_editor.execute(f"CREATE INDEX track_{column}_{name} ON tracks_track ({columns})")


def drop(apps, schema_editor):
    for column in SORTED_BY:
        for name in DIRECTIONS:
            schema_editor.execute(f"DROP INDEX track_{column}_{name}")
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(DROP_ORDER)


class Migration(migrations.Migration):
    dependencies = [("tracks", "0001_initial")]
    operations = [migrations.RunPython(add, drop)]
