"""Many rows straight into a table, past the ORM's work per field, which is most of the time of an import."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db import connection, models

Adapt = Callable[[Any], Any]
_json = json.JSONEncoder(ensure_ascii=False).encode


def _sqlite_moment(moment: datetime) -> str:
    return str(moment.astimezone(UTC).replace(tzinfo=None))


def _sqlite_day(day: date) -> str:
    return str(day)


def _sqlite_key(key: UUID) -> str:
    return key.hex


# How a column's values are written. A moment is a day to Python, so the order matters.
ADAPT: dict[str, dict[type[models.Field[Any, Any]], Adapt]] = {
    "postgresql": {models.JSONField: _json},
    "sqlite": {
        models.JSONField: _json,
        models.DateTimeField: _sqlite_moment,
        models.DateField: _sqlite_day,
        models.UUIDField: _sqlite_key,
    },
}


class Table:
    """A model's table. `insert` must run inside a transaction, so that the numbers it takes are its own."""

    def __init__(self, model: type[models.Model]) -> None:
        fields = model._meta.concrete_fields
        self.quote = quote = connection.ops.quote_name
        self.name = model._meta.db_table
        self.key: str = next(str(field.attname) for field in fields if field.primary_key)
        self.numbered = isinstance(model._meta.pk, models.AutoField | models.BigAutoField)
        self.blank = {str(field.attname): field.get_default() for field in fields}
        self.adapt = [(str(field.attname), adapt) for field in fields if (adapt := _adapter(field))]
        self.in_order = itemgetter(*self.blank)
        self.columns = ", ".join(quote(str(field.column)) for field in fields)
        self.table = quote(self.name)

    def find(self, column: str, values: list[str], **where: int) -> dict[str, int]:
        """The keys of the rows that have one of the values in a text column, by value. One question."""
        quote = self.quote
        among = "SELECT value FROM json_each(%s)" if connection.vendor == "sqlite" else "SELECT unnest(%s::text[])"
        query = f"SELECT {quote(column)}, {quote(self.key)} FROM {self.table} WHERE {quote(column)} IN ({among})"  # noqa: S608
        query += "".join(f" AND {quote(name)} = %s" for name in where)
        with connection.cursor() as cursor:
            cursor.execute(query, [_json(values) if connection.vendor == "sqlite" else values, *where.values()])
            return dict(cursor.fetchall())

    def insert(self, rows: list[dict[str, Any]]) -> None:
        """Adds rows (attribute name to value), the model's defaults for the rest. Gives each its key."""
        if not rows:
            return
        if self.numbered:
            for number, row in zip(self._numbers(len(rows)), rows, strict=True):
                row[self.key] = number
        if connection.vendor == "postgresql":
            self._copy(map(self._values, rows))
        else:
            self._insert_many(map(self._values, rows))

    def _values(self, row: dict[str, Any]) -> tuple[Any, ...]:
        whole = self.blank | row
        for name, adapt in self.adapt:
            if whole[name] is not None:
                whole[name] = adapt(whole[name])
        values: tuple[Any, ...] = self.in_order(whole)
        return values

    def _numbers(self, count: int) -> Iterable[int]:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                next_number = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
                cursor.execute(next_number, [self.name, self.key, count])
                return [number for (number,) in cursor.fetchall()]
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [self.name])
            last = (cursor.fetchone() or (0,))[0]
            return range(last + 1, last + 1 + count)

    def _copy(self, tuples: Iterable[tuple[Any, ...]]) -> None:
        with connection.cursor() as cursor:
            into = self._beside(cursor) if self._watched(cursor) else self.table
            with cursor.copy(f"COPY {into} ({self.columns}) FROM STDIN") as copy:
                for values in tuples:
                    copy.write_row(values)
            if into != self.table:
                cursor.execute(f"INSERT INTO {self.table} ({self.columns}) SELECT {self.columns} FROM {into}")  # noqa: S608
                cursor.execute(f"DROP TABLE {into}")

    def _watched(self, cursor: Any) -> bool:
        """Whether PostgreSQL tests each row that is written: then it takes none straight from COPY."""
        cursor.execute("SELECT row_security_active(%s)", [self.table])
        return bool(cursor.fetchone()[0])

    def _beside(self, cursor: Any) -> str:
        """An empty table of the connection's own, with the same columns."""
        beside = self.quote(f"{self.name}_new")
        chosen = f"SELECT {self.columns} FROM {self.table}"  # noqa: S608
        cursor.execute(f"CREATE TEMPORARY TABLE {beside} ON COMMIT DROP AS {chosen} WITH NO DATA")
        return beside

    def _insert_many(self, tuples: Iterable[tuple[Any, ...]]) -> None:
        places = ", ".join(["%s"] * len(self.blank))
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {self.table} ({self.columns}) VALUES ({places})", list(tuples))  # noqa: S608


def _adapter(field: models.Field[Any, Any]) -> Adapt | None:
    return next((adapt for kind, adapt in ADAPT[connection.vendor].items() if isinstance(field, kind)), None)
