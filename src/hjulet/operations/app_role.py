"""The role that the application logs in to PostgreSQL as. It owns nothing, so the policies hold it (core.policies)."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, ProgrammingError, connection, connections, transaction
from django.utils.translation import gettext as _
from psycopg import sql

from hjulet.core import policies

log = logging.getLogger(__name__)
# What was written in the log stays as it was; the triggers say so too (audit.guards). Migrations are the owner's.
ONLY_ADDED_TO = ("core_event", "core_eventvalue", "audit_seal")
ONLY_READ = ("django_migrations",)
_OWNS = """SELECT count(*) FROM pg_class c WHERE c.relkind IN ('r', 'p')
 AND c.relnamespace = current_schema()::regnamespace AND pg_has_role(%s, c.relowner, 'MEMBER')"""
_ABOVE = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = %s"


@dataclass(frozen=True)
class Provided:
    """`quick_words`: searching for words can use its index under the policies."""

    created: bool
    quick_words: bool


class RoleFault(Exception):
    """Why the role cannot be made, in words for the one who runs the server."""


def provide(name: str, password: str | None) -> Provided:
    """Makes the role or corrects it, and gives it just what the application needs. As the owner, or a superuser."""
    with transaction.atomic(), connection.cursor() as cursor:
        created = _make(cursor, name, password)
        _refuse_owner(cursor, name)
        _grant(cursor, name)
    return Provided(created, _let_words_use_their_index())


def _make(cursor: Any, name: str, password: str | None) -> bool:
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name])
    there = cursor.fetchone() is not None
    if not there:
        _run(cursor, "CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS", name)
    if password:
        _run(cursor, "ALTER ROLE {} PASSWORD {}", name, sql.Literal(password))
    return not there


def _refuse_owner(cursor: Any, name: str) -> None:
    cursor.execute(_ABOVE, [name])
    above = cursor.fetchone()[0]
    cursor.execute(_OWNS, [name])
    if above or cursor.fetchone()[0]:
        raise RoleFault(
            _("Rollen %(role)s äger tabellerna eller står över reglerna. Välj ett annat namn för Hjulets roll.")
            % {"role": name}
        )


def _grant(cursor: Any, name: str) -> None:
    schema = _schema(cursor)
    cursor.execute("SELECT current_database()")
    database = sql.Identifier(cursor.fetchone()[0])
    _run(cursor, "GRANT CONNECT, TEMPORARY ON DATABASE {1} TO {0}", name, database)
    _run(cursor, "GRANT USAGE ON SCHEMA {1} TO {0}", name, schema)
    _run(cursor, "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {1} TO {0}", name, schema)
    _run(cursor, "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {1} TO {0}", name, schema)
    # also on what the owner's later migrations make
    later = "ALTER DEFAULT PRIVILEGES IN SCHEMA {1} GRANT "
    _run(cursor, later + "SELECT, INSERT, UPDATE, DELETE ON TABLES TO {0}", name, schema)
    _run(cursor, later + "USAGE, SELECT ON SEQUENCES TO {0}", name, schema)
    for table in (*ONLY_ADDED_TO, *ONLY_READ):
        _close(cursor, name, table)


def keep_log_closed(using: str, **kwargs: Any) -> None:
    """After each migration and each restore, since new tables come with the rights that all tables come with."""
    if connections[using].vendor != "postgresql":
        return
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT grantee, table_name FROM information_schema.table_privileges WHERE table_name = ANY (%s) "
            "AND table_schema = current_schema() AND grantor = current_user "
            "AND grantee NOT IN (current_user, 'PUBLIC') "
            "AND privilege_type IN ('UPDATE', 'DELETE', 'TRUNCATE')",
            [[*ONLY_ADDED_TO, *ONLY_READ]],
        )
        for grantee, table in cursor.fetchall():
            _close(cursor, grantee, table)


def _close(cursor: Any, name: str, table: str) -> None:
    rights = "UPDATE, DELETE, TRUNCATE" if table in ONLY_ADDED_TO else "INSERT, UPDATE, DELETE, TRUNCATE"
    _run(cursor, f"REVOKE {rights} ON {{1}} FROM {{0}}", name, sql.Identifier(table))


def _schema(cursor: Any) -> sql.Identifier:
    cursor.execute("SELECT current_schema()")
    return sql.Identifier(cursor.fetchone()[0])


def _run(cursor: Any, statement: str, name: str, *parts: sql.Composable) -> None:
    cursor.execute(sql.SQL(statement).format(sql.Identifier(name), *parts))


def _let_words_use_their_index() -> bool:
    """PostgreSQL asks an index before a policy only where the comparison cannot tell about rows that stay hidden.

    `@@` between a row's words and what is searched for raises nothing that depends on the row (decision 11), but only
    a superuser may tell PostgreSQL so. Without it searching reads every row that she may see.
    """
    with connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.execute("ALTER FUNCTION pg_catalog.ts_match_vq(tsvector, tsquery) LEAKPROOF")
        except ProgrammingError:
            cursor.execute(
                "SELECT proleakproof FROM pg_proc WHERE oid = 'ts_match_vq(tsvector, tsquery)'::regprocedure"
            )
            return bool(cursor.fetchone()[0])
    return True


def stands_above() -> bool:
    """Whether this process is logged in as someone whom the policies do not hold."""
    return connection.vendor == "postgresql" and False in _held()


def is_held() -> bool:
    """Whether the policies hide rows from this process: no copy can be made then, and no tables changed."""
    return connection.vendor == "postgresql" and True in _held()


def _held() -> set[bool]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT row_security_active(oid) FROM pg_class "
            "WHERE relname = ANY (%s) AND relnamespace = current_schema()::regnamespace",
            [list(policies.declared())],
        )
        return {row[0] for row in cursor.fetchall()}


def tell_if_above() -> None:
    """At the start of a process, on anything but a demo: the second net is not there."""
    if settings.DEMO or settings.TESTING:
        return
    try:
        above = stands_above()
    except (DatabaseError, InterfaceError):
        return  # that is told elsewhere
    if above:
        log.warning(
            "logged in to PostgreSQL as the owner of the tables: its policies hold nothing back, see docs/drift.md"
        )
