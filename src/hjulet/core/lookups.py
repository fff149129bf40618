"""Conditions that Django's own lookups cannot say."""

from __future__ import annotations

from typing import Any

from django.db.models import BigAutoField, BooleanField, Expression, Func, QuerySet
from django.db.models.expressions import Col, RawSQL


class AnyOf(Func):
    """`AnyOf("unit_id", Subquery(…))`: the column is one of the subquery's.

    As IN it would be a join, whose size PostgreSQL guesses from the whole and so often reads the whole. As an array it
    is worked out once and used as a condition on the column's index.
    """

    arity = 2
    arg_joiner = " IN "
    template = "%(expressions)s"
    output_field = BooleanField()
    conditional = True

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="%(expressions)s)", arg_joiner=" = ANY(ARRAY", **context)


def _is_any_of(condition: Any, column: str) -> bool:
    said = getattr(condition, "lhs", None)  # Django makes `said = TRUE` of it, and words it without
    target = said.source_expressions[0] if isinstance(said, AnyOf) else None
    return isinstance(target, Col) and target.target.column == column


class PerPlace(Expression):
    """PostgreSQL: keys of the first `most` rows of a list, walked place by place along an index of (place, order).

    Without it the planner reads all that anyone ever put into the list's order, or sorts all that lie at the places.
    `rows` is a queryset ordered by names, `place` its column, `places` a subquery of the places' keys.
    The rows' own conditions stand in the same statement, also those that say who may see them.
    """

    output_field = BigAutoField()

    def __init__(self, rows: QuerySet[Any], place: str, places: Expression, *, first: int, most: int) -> None:
        super().__init__()
        at_place = rows.filter(**{place: RawSQL("place.pk", [])})
        where = at_place.query.where  # what lies at a place need not be looked for among the places
        where.children = [one for one in where.children if not _is_any_of(one, place)]
        order = [str(name) for name in rows.query.order_by]
        names = [name.lstrip("-") for name in order]
        self.inner = at_place.values_list("pk", *(name for name in names if name != "id"))[:most].query
        self.turns = ", ".join(f"{n.lstrip('-')} {'DESC' if n[0] == '-' else 'ASC'}" for n in order)
        self.places, self.first, self.most = places, first, most

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        places, values = compiler.compile(self.places)
        inner, inner_values = self.inner.get_compiler(connection=connection).as_sql()
        order = f" ORDER BY {self.turns}" if self.turns else ""
        sql = (
            f"(SELECT here.id FROM {places} AS place(pk) CROSS JOIN LATERAL ({inner}) AS here(id{self._columns()})"  # noqa: S608
            f"{order} LIMIT {self.most - self.first} OFFSET {self.first})"
        )
        return sql, (*values, *inner_values)

    def _columns(self) -> str:
        names = [part.split()[0] for part in self.turns.split(", ") if part]
        return "".join(f", {name}" for name in names if name != "id")
