"""Rows that the database itself keeps as they were: an operation for migrations that sets up a trigger."""

from __future__ import annotations

from typing import Any

from django.db.migrations.operations.base import Operation


class NeverChanges(Operation):
    """Refuses every update of a table's rows, or only one that changes some `columns`, or while `when` holds.

    `when` is SQL on the row as it was (OLD). `what` is said to who tries. A column that is empty in both is unchanged.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, table: str, name: str, what: str, columns: tuple[str, ...] = (), when: str = "") -> None:
        self.table, self.name, self.what, self.columns, self.when = table, name, what, columns, when

    def state_forwards(self, app_label: str, state: Any) -> None:
        pass

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        make = self._sqlite if schema_editor.connection.vendor == "sqlite" else self._postgresql
        for statement in make():
            schema_editor.execute(statement)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER {self.name}")
            return
        schema_editor.execute(f"DROP TRIGGER {self.name} ON {self.table}")
        schema_editor.execute(f"DROP FUNCTION {self.name}()")

    def describe(self) -> str:
        return f"{self.table}: {self.what}"

    def _condition(self, differs: str) -> str:
        changed = " OR ".join(f"NEW.{column} {differs} OLD.{column}" for column in self.columns)
        parts = [f"({part})" for part in (self.when, changed) if part]
        return " AND ".join(parts)

    def _sqlite(self) -> list[str]:
        condition = self._condition("IS NOT")
        when = f"WHEN {condition} " if condition else ""
        stop = f"SELECT RAISE(ABORT, '{self.what}')"
        return [f"CREATE TRIGGER {self.name} BEFORE UPDATE ON {self.table} {when}BEGIN {stop}; END"]

    def _postgresql(self) -> list[str]:
        condition = self._condition("IS DISTINCT FROM")
        when = f"WHEN ({condition}) " if condition else ""
        return [
            f"CREATE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN RAISE EXCEPTION '{self.what}' USING ERRCODE = 'check_violation'; END $$",
            f"CREATE TRIGGER {self.name} BEFORE UPDATE ON {self.table} FOR EACH ROW {when}"
            f"EXECUTE FUNCTION {self.name}()",
        ]
