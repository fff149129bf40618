"""Many rows straight into a table, past the ORM's work per field, which is most of the time of an import."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, models


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


ADAPT: dict[str, dict[type, Callable[[Any], Any]]] = {
    "postgresql": {dict: _json, list: _json},
    "sqlite": {
        dict: _json,
        list: _json,
        datetime: lambda moment: str(moment.astimezone(UTC).replace(tzinfo=None)),
        date: str,
        UUID: lambda key: key.hex,
    },
}


class Table:
    """A model's table. `insert` must run inside a transaction, so that the numbers it takes are its own."""

    def __init__(self, model: type[models.Model]) -> None:
        fields = model._meta.concrete_fields
        quote = connection.ops.quote_name
        self.adapt = ADAPT[connection.vendor]
        self.name = model._meta.db_table
        self.key: str = next(str(field.attname) for field in fields if field.primary_key)
        self.numbered = isinstance(model._meta.pk, models.AutoField | models.BigAutoField)
        self.blank = {str(field.attname): field.get_default() for field in fields}
        self.columns = ", ".join(quote(str(field.column)) for field in fields)
        self.table = quote(self.name)

    def insert(self, rows: list[dict[str, Any]]) -> None:
        """Adds rows (attribute name to value), the model's defaults for the rest. Gives each its key."""
        if not rows:
            return
        if self.numbered:
            for number, row in zip(self._numbers(len(rows)), rows, strict=True):
                row[self.key] = number
        adapter, blank = self.adapt.get, self.blank
        tuples = (
            [adapt(value) if (adapt := adapter(type(value))) else value for value in (blank | row).values()]
            for row in rows
        )
        if connection.vendor == "postgresql":
            self._copy(tuples)
        else:
            self._insert_many(tuples)

    def _numbers(self, count: int) -> Iterable[int]:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                next_number = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
                cursor.execute(next_number, [self.name, self.key, count])
                return [number for (number,) in cursor.fetchall()]
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [self.name])
            last = (cursor.fetchone() or (0,))[0]
            return range(last + 1, last + 1 + count)

    def _copy(self, tuples: Iterable[list[Any]]) -> None:
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY {self.table} ({self.columns}) FROM STDIN") as copy,
        ):
            for values in tuples:
                copy.write_row(values)

    def _insert_many(self, tuples: Iterable[list[Any]]) -> None:
        places = ", ".join(["%s"] * len(self.blank))
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {self.table} ({self.columns}) VALUES ({places})", list(tuples))  # noqa: S608
