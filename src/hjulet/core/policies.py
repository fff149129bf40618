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
HOLDS_ANY = "(SELECT jsonb_array_length(hjulet_claims() -> 'grants') > 0)"  # any duty at all, anywhere

FUNCTIONS = [
    "hjulet_claims() RETURNS jsonb AS $$ SELECT nullif(current_setting('hjulet.claims', true), '')::jsonb $$",
    "hjulet_mode() RETURNS text AS $$ SELECT hjulet_claims() ->> 'mode' $$",
    "hjulet_principal() RETURNS bigint AS $$ SELECT (hjulet_claims() ->> 'principal')::bigint $$",
    "hjulet_person() RETURNS bigint AS $$ SELECT (hjulet_claims() ->> 'person')::bigint $$",
    # Each unit where one of some duties is held, with each of its tracks; with `unsure`, also that one for those who
    # hold it for every track.
    f"""hjulet_places(duties text[], unsure boolean DEFAULT false)
    RETURNS TABLE (unit_id bigint, duty text, track text) AS $$
    SELECT u.id, held.duty, held.track FROM (
      SELECT DISTINCT g ->> 0 AS duty, g ->> 1 AS path, g ->> 2 AS path_end, t.track
      FROM jsonb_array_elements(hjulet_claims() -> 'grants') AS g, jsonb_array_elements_text(
        CASE WHEN unsure AND g -> 3 @> '{json.dumps(sorted(ALL_TRACKS))}' THEN g -> 3 || '["unsure"]' ELSE g -> 3 END
      ) AS t(track)
      WHERE g ->> 0 = ANY (duties)
    ) AS held JOIN org_unit u ON u.path >= held.path AND u.path < held.path_end
    WHERE u.principal_id = hjulet_principal() $$""",
    # The same without naming the tracks: for what lies there before a track is set.
    """hjulet_units(duties text[]) RETURNS TABLE (unit_id bigint, duty text) AS $$
    SELECT u.id, held.duty FROM (
      SELECT DISTINCT g ->> 0 AS duty, g ->> 1 AS path, g ->> 2 AS path_end
      FROM jsonb_array_elements(hjulet_claims() -> 'grants') AS g WHERE g ->> 0 = ANY (duties)
    ) AS held JOIN org_unit u ON u.path >= held.path AND u.path < held.path_end
    WHERE u.principal_id = hjulet_principal() $$""",
]

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
    return f"{SYSTEM} OR EXISTS (SELECT 1 FROM {parent} above WHERE above.id = {table}.{key.column})"


def _of_values() -> str:
    """Old and new values: of a thing that has a policy, those who see the thing."""
    values, events = EventValue._meta.db_table, Event._meta.db_table
    things = " ".join(
        f"WHEN '{kind}' THEN EXISTS (SELECT 1 FROM {table} thing WHERE thing.id = e.object_id)"
        for kind, table in sorted(ABOUT.items())
    )
    shown = f"CASE e.object_type {things} ELSE true END" if things else "true"
    return f"{SYSTEM} OR EXISTS (SELECT 1 FROM {events} e WHERE e.id = {values}.event_id AND {shown})"


def _opened() -> dict[tuple[str, str], str]:
    """(table, link's table) to the condition: what a link leads to is seen by those who followed it from above."""
    found = {}
    for model in scoped_models():
        for name in model.net_opens:
            key, link = model._meta.get_field(name), model._meta.db_table
            table = key.related_model._meta.db_table
            linked = f"EXISTS (SELECT 1 FROM {link} link WHERE link.{key.column} = {table}.id)"
            found[table, link] = f"{asked_in(Mode.REQUEST)} AND principal_id = {PRINCIPAL} AND {linked}"
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
        wanted |= {(table, f"hjulet_by_{link}"): f"FOR SELECT USING ({rule})" for (table, link), rule in _opened().items()}
        marks = {place: _mark(rest) for place, rest in wanted.items()}
        if _found(cursor) != marks:
            _make(cursor, wanted, marks)


def _mark(rest: str) -> str:
    return hashlib.sha256("".join([*FUNCTIONS, rest]).encode()).hexdigest()


def _found(cursor: Any) -> dict[tuple[str, str], str | None]:
    """Each policy of ours on a table where policies are in force, with the mark it was made with."""
    cursor.execute(
        "SELECT c.relname, p.polname, obj_description(p.oid, 'pg_policy') FROM pg_policy p "
        "JOIN pg_class c ON c.oid = p.polrelid WHERE c.relrowsecurity AND p.polname LIKE 'hjulet\\_%' "
        "AND c.relnamespace = current_schema()::regnamespace"
    )
    return {(table, name): mark for table, name, mark in cursor.fetchall()}


def _make(cursor: Any, wanted: dict[tuple[str, str], str], marks: dict[tuple[str, str], str]) -> None:
    for function in FUNCTIONS:
        head, body = function.split(" AS $$", 1)
        cursor.execute(f"CREATE OR REPLACE FUNCTION {head} LANGUAGE sql STABLE PARALLEL SAFE AS $${body}")
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
