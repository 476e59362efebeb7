"""History that the served site can add to, by changing things, but neither write itself nor rewrite.

Two roles work in the database. The tables' owner migrates and runs commands; the application's role serves the site. Its
rights are set here, anew after every migration: it reads everything, writes the tables of our models, and only reads
history, `django_migrations` and whatever else there may be. History is written by the tracking triggers, which run as the
owner whoever changes the row; the application's role may neither call them nor switch them off.
"""

from collections.abc import Iterable, Iterator

import pghistory.trigger
import pgtrigger
from django.apps import apps
from django.conf import settings
from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Model
from pghistory.models import Context, Event

# Of everybody's functions the triggers would find the first on the path: so only ours, and nobody's temporary ones.
AS_OWNER = "SECURITY DEFINER SET search_path = public, pg_temp"

# pghistory's own lets a later writer with the same id change what an earlier context says, and so who did what. Here a
# context is found by what it says, so that none ever changes; the database role that wrote is part of it.
ATTACH_CONTEXT = f"""
CREATE OR REPLACE FUNCTION public._pgh_attach_context() RETURNS uuid LANGUAGE plpgsql {AS_OWNER} AS $$
DECLARE
    told jsonb := COALESCE(NULLIF(current_setting('pghistory.context_metadata', true), ''), '{{}}')::jsonb
        || jsonb_build_object('role', session_user);
    request text := COALESCE(current_setting('pghistory.context_id', true), '');
    key uuid := encode(substr(sha256(convert_to(request || told::text, 'UTF8')), 1, 16), 'hex')::uuid;
BEGIN
    INSERT INTO pghistory_context (id, metadata, created_at, updated_at) VALUES (key, told, now(), now())
        ON CONFLICT (id) DO NOTHING;
    RETURN key;
END $$;
"""  # noqa: S608 - a constant

# pgtrigger lets a session name triggers to be passed over. Not here: no writer chooses which rules and records bind them.
IGNORE_NO_TRIGGER = """
CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name name) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT false';
"""

OWN_RELATIONS = """
SELECT relation.relname, relation.relkind = 'S', COALESCE(keeper.relname, '')
  FROM pg_class relation
  LEFT JOIN pg_depend link ON link.objid = relation.oid AND link.classid = 'pg_class'::regclass
       AND link.refclassid = 'pg_class'::regclass AND link.deptype IN ('a', 'i') AND relation.relkind = 'S'
  LEFT JOIN pg_class keeper ON keeper.oid = link.refobjid
 WHERE relation.relnamespace = 'public'::regnamespace AND relation.relkind IN ('r', 'p', 'v', 'm', 'S')
   AND pg_has_role(relation.relowner, 'USAGE')
   AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = relation.oid AND classid = 'pg_class'::regclass AND deptype = 'e')
"""


def history_tables() -> set[str]:
    """The tables that hold history: every event model's, and who and what they were written for."""
    return {model._meta.db_table for model in _stored() if issubclass(model, Event | Context)}


def writable_tables() -> set[str]:
    """What the application's role may write: the tables of our models that are not history."""
    return {model._meta.db_table for model in _stored()} - history_tables()


def _stored() -> list[type[Model]]:
    """The models that have a table."""
    models = apps.get_models(include_auto_created=True)
    return [model for model in models if model._meta.managed and not model._meta.proxy]


def tracking_functions() -> Iterator[str]:
    """The functions behind the triggers that write history."""
    for model, trigger in pgtrigger.registered():
        if isinstance(trigger, pghistory.trigger.Event):
            yield trigger.get_pgid(model)


def role_exists(role: str, *, using: str = "default") -> bool:
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %s)", [role])
        return bool(cursor.fetchone()[0])


def protect(*, using: str = "default") -> None:
    """Let the triggers write history as the owner, and the application's role, where there is one, only read it."""
    role = settings.JIELI_APP_ROLE
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        if not _exists(cursor, Context._meta.db_table):
            return  # migrated back to nothing
        cursor.execute(ATTACH_CONTEXT + IGNORE_NO_TRIGGER)
        cursor.execute("REVOKE ALL ON FUNCTION public._pgh_attach_context() FROM PUBLIC")
        for name in tracking_functions():
            cursor.execute("SELECT to_regprocedure(%s) IS NOT NULL", [f"public.{name}()"])
            if cursor.fetchone()[0]:
                cursor.execute(f'ALTER FUNCTION public."{name}"() {AS_OWNER}')
                cursor.execute(f'REVOKE ALL ON FUNCTION public."{name}"() FROM PUBLIC')
        if role and role_exists(role, using=using):
            _grant(cursor, role)


def _exists(cursor: CursorWrapper, table: str) -> bool:
    cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f"public.{table}"])
    return bool(cursor.fetchone()[0])


def _grant(cursor: CursorWrapper, role: str) -> None:
    """Take everything from the role and give it what it needs, in one transaction, so that a site at work notices nothing."""
    cursor.execute(OWN_RELATIONS)
    found = cursor.fetchall()
    tables = {name for name, is_sequence, _ in found if not is_sequence}
    sequences = {name: keeper for name, is_sequence, keeper in found if is_sequence}
    database = cursor.db.ops.quote_name(cursor.db.settings_dict["NAME"])
    to = cursor.db.ops.quote_name(role)
    cursor.execute(f"REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC")
    cursor.execute(f"REVOKE CREATE ON SCHEMA public FROM PUBLIC, {to}")
    cursor.execute(f"GRANT USAGE ON SCHEMA public TO {to}")
    cursor.execute(f"REVOKE ALL ON {_listed(cursor, tables)} FROM {to}")
    cursor.execute(f"GRANT SELECT ON {_listed(cursor, tables)} TO {to}")
    writable = tables & writable_tables()
    cursor.execute(f"GRANT INSERT, UPDATE, DELETE ON {_listed(cursor, writable)} TO {to}")
    if sequences:
        cursor.execute(f"REVOKE ALL ON SEQUENCE {_listed(cursor, sequences)} FROM {to}")
    usable = {name for name, keeper in sequences.items() if not keeper or keeper in writable}
    if usable:
        cursor.execute(f"GRANT USAGE ON SEQUENCE {_listed(cursor, usable)} TO {to}")


def _listed(cursor: CursorWrapper, names: Iterable[str]) -> str:
    return ", ".join(f"public.{cursor.db.ops.quote_name(name)}" for name in sorted(names))
