"""The index that words are searched in, kept by the database itself in the transaction of every write.

A searchable table has a column `search_text` with the forms of its words (core.swedish_words.index_words). PostgreSQL
makes a tsvector of it, with a GIN index; SQLite has an FTS5 table beside, which triggers keep in step. Neither is known
to Django's migrations: a room names its table in TABLES, and after each migration what is missing is made.
"""

# ruff: noqa: S608 - table names come from the models, every value goes as a parameter

from __future__ import annotations

from typing import Any

from django.db import connections
from django.db.models import BooleanField, F, Func, Max

TABLES: list[str] = []
LOOKED_AT, OFTEN = 3_000, 30  # a word in one of a hundred of the newest rows is often met


class HasWords(Func):
    """Rows whose `search_text` holds every one of some forms. Forms are letters and figures only.

    `begins` is a word under way: some form must begin with it, or be `whole`, the form of what is written so far.
    """

    output_field = BooleanField()
    conditional = True

    def __init__(self, forms: list[str], *, begins: str = "", whole: str = "") -> None:
        super().__init__(F("search_text"), F("pk"))
        self.forms, self.begins, self.whole = forms, begins, whole

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        column, _values = compiler.compile(self.source_expressions[0])
        alias = column.rpartition(".")[0]
        asked = [f"'{form}'" for form in self.forms]
        if self.begins:
            asked.append(f"('{self.begins}':* | '{self.whole}')")
        return f"{alias}.search_words @@ %s::tsquery", [" & ".join(asked)]

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        key, _values = compiler.compile(self.source_expressions[1])
        primary: Any = self.source_expressions[1]
        table = f"{primary.target.model._meta.db_table}_words"
        asked = [f'"{form}"' for form in self.forms]
        if self.begins:
            asked.append(f'("{self.begins}"* OR "{self.whole}")')
        return f"{key} IN (SELECT rowid FROM {table} WHERE {table} MATCH %s)", [" AND ".join(asked)]


def newest_first(hits: Any, often: int = OFTEN) -> Any:
    """Rows that hold some words, in the order of their keys, the newest first, asked for in the way that reads least.

    On PostgreSQL the planner cannot know how rare a word is, and may walk through all rows for the few that hold it.
    So the newest are looked at first: where the words are often met, walking is right. Otherwise all that hold them are
    gathered and put in order then, which an order by something else than the key itself makes it do.
    """
    if connections[hits.db].vendor != "postgresql":
        return hits.order_by("-pk")
    last = hits.model._base_manager.aggregate(last=Max("pk"))["last"] or 0
    met = hits.order_by().filter(pk__gt=last - LOOKED_AT).values("pk")[:often].count()
    return hits.order_by("-pk") if met == often else hits.order_by((F("pk") + 0).desc())


def keep(using: str, **kwargs: Any) -> None:
    """Makes what is missing for every searchable table; may be run again and again."""
    connection = connections[using]
    there = connection.introspection.table_names()
    with connection.cursor() as cursor:
        for table in TABLES:
            if table in there and "search_text" in _columns(connection, cursor, table):
                (_keep_postgresql if connection.vendor == "postgresql" else _keep_sqlite)(connection, cursor, table)


def _columns(connection: Any, cursor: Any, table: str) -> set[str]:
    return {column.name for column in connection.introspection.get_table_description(cursor, table)}


def _keep_postgresql(connection: Any, cursor: Any, table: str) -> None:
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no index is made while foreign keys wait to be checked
    if "search_words" not in _columns(connection, cursor, table):
        made = "array_to_tsvector(string_to_array(search_text, ' '))"
        cursor.execute(f"ALTER TABLE {table} ADD COLUMN search_words tsvector GENERATED ALWAYS AS ({made}) STORED")
    cursor.execute("SELECT to_regclass(%s)", [f"{table}_words"])
    if cursor.fetchone()[0]:
        return  # also for a role that may not make one
    # a short list of what is not sorted in yet, since every search reads it from end to end
    cursor.execute(
        f"CREATE INDEX {table}_words ON {table} USING gin (search_words) WITH (gin_pending_list_limit = 256)"
    )


def _keep_sqlite(connection: Any, cursor: Any, table: str) -> None:
    cursor.execute("SELECT name FROM sqlite_master WHERE name LIKE %s", [f"{table}_words%"])
    found = {row[0] for row in cursor.fetchall()}
    triggers = _triggers(table)
    if f"{table}_words" in found and triggers.keys() <= found:
        return
    if f"{table}_words" not in found:
        # without remove_diacritics 0 far would find får
        cursor.execute(
            f"CREATE VIRTUAL TABLE {table}_words USING fts5(search_text, content='{table}', content_rowid='id', "
            'detail=none, columnsize=0, tokenize="unicode61 remove_diacritics 0")'
        )
    for name, statement in triggers.items():
        if name not in found:
            cursor.execute(f"CREATE TRIGGER {name} {statement}")
    # a table that was rebuilt lost its triggers, and may have changed since
    cursor.execute(f"INSERT INTO {table}_words({table}_words) VALUES ('rebuild')")


def _triggers(table: str) -> dict[str, str]:
    words = f"{table}_words"
    add = f"INSERT INTO {words}(rowid, search_text) VALUES (NEW.id, NEW.search_text)"
    drop = f"INSERT INTO {words}({words}, rowid, search_text) VALUES ('delete', OLD.id, OLD.search_text)"
    return {
        f"{words}_in": f"AFTER INSERT ON {table} BEGIN {add}; END",
        f"{words}_out": f"AFTER DELETE ON {table} BEGIN {drop}; END",
        f"{words}_new": f"AFTER UPDATE OF search_text ON {table} BEGIN {drop}; {add}; END",
    }
