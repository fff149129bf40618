"""The second net: row-level security in PostgreSQL, kept by the application itself after each migration.

Each protected table has one policy for every kind of statement, made of one declaration: a scoped model's `net` (what
a person's duties show her, in SQL on its own columns), or its `scope_parent` (whoever sees the parent sees the row).
`TABLES` holds the rest. The policies test the claims that come with each statement (core.net); with none, no row.

The owner of the tables is not held by them, so that migrations and back-ups see everything: the application is to log
in as a role that owns nothing (`manage app-role`).

Conditions on claims are written as sub-selects of their own, `(SELECT hjulet_mode())`: PostgreSQL then works them out
once per statement, not once per row.
"""

# ruff: noqa: S608 - names come from the models

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import connections

from hjulet.core.actor import ALL_TRACKS
from hjulet.core.models import Event, EventValue
from hjulet.core.net import Mode
from hjulet.core.scope import ScopedModel

SYSTEM = "(SELECT hjulet_mode()) = 'system'"
WALL = "(SELECT hjulet_mode()) = 'wall'"
PRINCIPAL = "(SELECT hjulet_principal())"
PERSON = "(SELECT hjulet_person())"
HOLDS_ANY = "(SELECT hjulet_grants() <> '[]')"  # any duty at all, anywhere

# The claims are `mode|principal|person|grants|reason`, see core.net. What yields rows is in plpgsql: PostgreSQL then
# keeps its plan, and need not make it anew inside the plan of every statement that reads a protected table.
_PART = "SELECT nullif(split_part(current_setting('hjulet.claims', true), '|', {}), '')"
_OF_A_PERSON = ", ".join(f"'{mode.name.lower()}'" for mode in Mode if mode not in {Mode.NOBODY, Mode.SYSTEM})
_HELD = """
  DECLARE mine bigint := hjulet_principal();
  BEGIN RETURN QUERY SELECT {columns} FROM (
    SELECT DISTINCT g ->> 0 AS duty, g ->> 1 AS path, g ->> 2 AS path_end{track}
    WHERE g ->> 0 = ANY (duties)
  ) AS held JOIN org_unit u ON u.path >= held.path AND u.path < held.path_end WHERE u.principal_id = mine; END
"""
_GRANTS = " FROM jsonb_array_elements(hjulet_grants()) AS g"
_ALL = json.dumps(sorted(ALL_TRACKS))
_TRACKS = f"""CASE WHEN unsure AND g -> 3 @> '{_ALL}' THEN g -> 3 || '["unsure"]' ELSE g -> 3 END"""
FUNCTIONS = {
    "hjulet_mode() RETURNS text LANGUAGE sql": _PART.format(1),
    "hjulet_principal() RETURNS bigint LANGUAGE sql": f"SELECT CASE WHEN hjulet_mode() IN ({_OF_A_PERSON}) "
    f"THEN ({_PART.format(2)})::bigint END",
    "hjulet_person() RETURNS bigint LANGUAGE sql": _PART.format(3) + "::bigint",
    "hjulet_grants() RETURNS jsonb LANGUAGE sql": _PART.format(4) + "::jsonb",
    # Each unit where one of some duties is held, with each of its tracks; with `unsure`, also that one for those who
    # hold it for every track.
    "hjulet_places(duties text[], unsure boolean) RETURNS TABLE (unit_id bigint, track text) LANGUAGE plpgsql": (
        _HELD.format(
            columns="DISTINCT u.id, held.track",
            track=f", t.track{_GRANTS}, jsonb_array_elements_text({_TRACKS}) AS t(track)",
        )
    ),
    # The same with the duty, without naming the tracks: for what lies there before a track is set.
    "hjulet_units(duties text[]) RETURNS TABLE (unit_id bigint, duty text) LANGUAGE plpgsql": _HELD.format(
        columns="u.id, held.duty", track=_GRANTS
    ),
}

# What has no scope of its own in Python: table to what is seen of it, in the same words as a model's `net`.
TABLES: dict[str, str] = {}
# Kinds of things that events tell about, with the table of theirs: who does not see the thing, not its words either.
ABOUT: dict[str, str] = {}


def declared() -> dict[str, str]:
    """Each protected table and its whole condition."""
    found = {model._meta.db_table: _of_model(model) for model in scoped_models()}
    found |= {table: _walled(rule) for table, rule in TABLES.items()}
    found[Event._meta.db_table] = _walled("true")
    found[EventValue._meta.db_table] = _of_values()
    return found


def scoped_models() -> list[Any]:
    return [model for model in apps.get_models() if issubclass(model, ScopedModel)]


def asked_in(*modes: Mode) -> str:
    return f"(SELECT hjulet_mode() IN ({', '.join(_quoted(mode.name.lower()) for mode in modes)}))"


def places(*duties: str, unsure: bool = False) -> str:
    """(unit, track) where one of the duties is held."""
    return f"(SELECT unit_id, track FROM hjulet_places({_array(duties)}, {str(unsure).lower()}))"


def units(*duties: str, of: str = "unit_id, duty") -> str:
    """(unit, duty) where one of the duties is held, for whichever track."""
    return f"(SELECT {of} FROM hjulet_units({_array(duties)}))"


def _array(words: Iterable[str]) -> str:
    return f"ARRAY[{', '.join(_quoted(word) for word in words)}]"


def _quoted(word: str) -> str:
    return f"'{word}'"


def _walled(rule: str) -> str:
    """No row of another principal, and of her own those that the rule shows."""
    return f"{SYSTEM} OR (principal_id = {PRINCIPAL} AND ({WALL} OR ({rule})))"


def _of_model(model: Any) -> str:
    if model.scope_parent is None:
        return _walled(model.net)
    key = model._meta.get_field(model.scope_parent)
    table, parent = model._meta.db_table, key.related_model._meta.db_table
    # a scalar, since PostgreSQL plans EXISTS in two ways, and so four for the parent's parent
    own = f"{table}.{key.column}"
    besides = f" AND ({WALL} OR {model.net_besides})" if model.net_besides else ""
    return f"{SYSTEM} OR ({own} = (SELECT above.id FROM {parent} above WHERE above.id = {own}){besides})"


def _of_values() -> str:
    """Old and new values: of a thing that has a policy, those who see the thing."""
    values, events = EventValue._meta.db_table, Event._meta.db_table
    shown = f"({WALL} OR hjulet_knows_of(e.object_type, e.object_id))"
    return f"{SYSTEM} OR {values}.event_id = (SELECT e.id FROM {events} e WHERE e.id = {values}.event_id AND {shown})"


def _opened() -> dict[tuple[str, str], str]:
    """(table, link's table) to the condition: what a link leads to is seen by those who followed it from above."""
    found = {}
    for model in scoped_models():
        for name in model.net_opens:
            link, table = model._meta.db_table, model._meta.get_field(name).related_model._meta.db_table
            linked = f"principal_id = {PRINCIPAL} AND hjulet_opened_by_{link}({table}.id)"
            found[table, link] = f"{asked_in(Mode.REQUEST)} AND {linked}"
    return found


def _functions() -> dict[str, str]:
    """Those that ask tables: what they find depends on who asks, as in any statement."""
    things = "".join(
        f" WHEN '{kind}' THEN EXISTS (SELECT 1 FROM {table} WHERE id = thing)" for kind, table in sorted(ABOUT.items())
    )
    found = dict(FUNCTIONS)
    known = f"BEGIN RETURN CASE kind{things} ELSE true END; END" if things else "BEGIN RETURN true; END"
    found["hjulet_knows_of(kind text, thing bigint) RETURNS boolean LANGUAGE plpgsql"] = known
    for model in scoped_models():
        for name in model.net_opens:
            link, column = model._meta.db_table, model._meta.get_field(name).column
            asks = f"BEGIN RETURN EXISTS (SELECT 1 FROM {link} WHERE {column} = thing); END"
            found[f"hjulet_opened_by_{link}(thing bigint) RETURNS boolean LANGUAGE plpgsql"] = asks
    return found


def keep(using: str, **kwargs: Any) -> None:
    """Makes functions and policies as they are declared now; may be run again and again."""
    connection = connections[using]
    if connection.vendor != "postgresql":
        return
    tables = declared()
    if not set(tables) <= set(connection.introspection.table_names()):
        return  # the migrations stopped half way, on purpose: the last one comes back here
    with connection.cursor() as cursor:
        wanted = {(table, "hjulet_net"): f"USING ({rule}) WITH CHECK ({rule})" for table, rule in tables.items()}
        wanted |= {
            (table, f"hjulet_by_{link}"): f"FOR SELECT USING ({rule})" for (table, link), rule in _opened().items()
        }
        marks = {place: _mark(rest) for place, rest in wanted.items()}
        if _found(cursor) != marks:
            _make(cursor, wanted, marks)


def _mark(rest: str) -> str:
    return hashlib.sha256(json.dumps([_functions(), rest]).encode()).hexdigest()


def _found(cursor: Any) -> dict[tuple[str, str], str | None]:
    """Each policy of ours on a table where policies are in force, with the mark it was made with."""
    cursor.execute(
        "SELECT c.relname, p.polname, obj_description(p.oid, 'pg_policy') FROM pg_policy p "
        "JOIN pg_class c ON c.oid = p.polrelid WHERE c.relrowsecurity AND p.polname LIKE 'hjulet\\_%' "
        "AND c.relnamespace = current_schema()::regnamespace"
    )
    return {(table, name): mark for table, name, mark in cursor.fetchall()}


def _make(cursor: Any, wanted: dict[tuple[str, str], str], marks: dict[tuple[str, str], str]) -> None:
    for head, body in _functions().items():
        cursor.execute(f"CREATE OR REPLACE FUNCTION {head} STABLE PARALLEL SAFE AS $${body}$$")
    for table, name in _found(cursor).keys() - wanted.keys():
        cursor.execute(f"DROP POLICY {name} ON {table}")
    for (table, name), rest in wanted.items():
        cursor.execute(f"DROP POLICY IF EXISTS {name} ON {table}")
        cursor.execute(f"CREATE POLICY {name} ON {table} {rest}")
        cursor.execute(f"COMMENT ON POLICY {name} ON {table} IS '{marks[table, name]}'")
        cursor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")


def missing(connection: Any) -> list[str]:
    """Tables that are to be protected and are not."""
    with connection.cursor() as cursor:
        found = {table for table, name in _found(cursor) if name == "hjulet_net"}
    return sorted(set(declared()) - found)
