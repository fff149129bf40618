"""Compilers that know which queries a statement is made of, and so for whom it asks."""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import compiler

from hjulet.core import net


class _Telling:
    query: Any

    def as_sql(self, *args: Any, **kwargs: Any) -> Any:
        net.tell(getattr(self.query, "asks", None))
        return super().as_sql(*args, **kwargs)  # type: ignore[misc]

    def execute_sql(self, *args: Any, **kwargs: Any) -> Any:
        with net.one_statement():
            return super().execute_sql(*args, **kwargs)  # type: ignore[misc]


class SQLCompiler(_Telling, compiler.SQLCompiler):
    pass


class SQLInsertCompiler(_Telling, compiler.SQLInsertCompiler):
    pass


class SQLDeleteCompiler(_Telling, compiler.SQLDeleteCompiler):
    pass


class SQLUpdateCompiler(_Telling, compiler.SQLUpdateCompiler):
    pass


class SQLAggregateCompiler(_Telling, compiler.SQLAggregateCompiler):
    pass
