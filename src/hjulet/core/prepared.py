"""Queries whose shape never changes, put into words once. Building and wording a query of the ORM takes longer than
the database needs to answer it; what each page asks is worth saying once (docs/performance.md).

    MINE = Prepared(lambda: Notice.objects.filter(person=Given("person")))
    MINE(person=actor.person_id)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.db.models import Expression, Field, QuerySet

from hjulet.core import net


@dataclass(frozen=True)
class _Place:
    """Where a value goes among a statement's parameters."""

    name: str
    field: Any


@dataclass(frozen=True)
class Several:
    """Where as many values go as a list has."""

    name: str


class Given(Expression):
    """A value that is not known until the query is asked. As `field`, else as what it is compared with."""

    def __init__(self, name: str, field: Field[Any, Any] | None = None) -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        field: Any = getattr(self, "_output_field_or_none", None)
        return "%s", [_Place(self.name, field)]


def several(name: str, count: int, field: Field[Any, Any] | None = None) -> list[Any]:
    """Places for so many values: `column__in=several("code", 3)`, asked with `**spread("code", codes, 3)`."""
    return [Given(f"{name}{n}", field) for n in range(count)]


def spread(name: str, values: Sequence[Any], count: int) -> dict[str, Any]:
    """The values for `several`. Where there are fewer values than places, the last place's goes again."""
    return {f"{name}{n}": values[min(n, len(values) - 1)] for n in range(count)}


class Prepared:
    """`make` builds the queryset with Given where values go, once and not before the first question."""

    def __init__(self, make: Callable[[], QuerySet[Any, Any]]) -> None:
        self.make = make
        self.said: dict[str, tuple[Any, str, tuple[Any, ...]]] = {}

    def __call__(self, **values: Any) -> list[Any]:
        """The rows for these values, as the queryset would give them."""
        return list(self.rows(values))

    def rows(self, values: dict[str, Any]) -> Any:
        rows = self.queryset._chain()
        connection = connections[rows.db]
        if connection.vendor not in self.said:
            compiler = rows.query.get_compiler(using=rows.db)
            with net.one_statement():  # only worded: nobody asks yet
                self.said[connection.vendor] = (compiler, *compiler.as_sql())
        said, sql, places = self.said[connection.vendor]
        compiler = copy(said)
        compiler.connection = connection

        def as_sql(*_args: Any, **_options: Any) -> tuple[str, list[Any]]:
            net.tell(getattr(rows.query, "asks", None))
            return sql, [value for place in places for value in _values(place, values, connection)]

        compiler.as_sql = as_sql
        rows.query.get_compiler = lambda *_args, **_options: compiler
        return rows

    @property
    def queryset(self) -> Any:
        if "made" not in self.__dict__:
            self.__dict__["made"] = self.make()
        return self.__dict__["made"]


def _values(place: Any, values: dict[str, Any], connection: Any) -> Iterable[Any]:
    if isinstance(place, Several):
        return values[place.name]
    if not isinstance(place, _Place):
        return (place,)
    value = values[place.name]
    return (value if place.field is None else place.field.get_db_prep_value(value, connection),)
