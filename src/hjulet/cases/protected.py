"""Cases about someone with a protected identity, from before they were counted at the department (decision 16)."""

from __future__ import annotations

from typing import Any

from django.db import connections

from hjulet.cases.models import Case
from hjulet.cases.registry import facts_of, follow


def place_the_old(using: str, **_kwargs: Any) -> None:
    """Gives those that have none the place they count at; the statistics follow. Runs after each migration."""
    connection = connections[using]
    table = Case._meta.db_table
    if not {table, "stats_casefact"} <= set(connection.introspection.table_names()):
        return
    with connection.cursor() as cursor:
        columns = {column.name for column in connection.introspection.get_table_description(cursor, table)}
    if "counted_in_id" not in columns:
        return  # the migrations stopped half way, on purpose
    rows = Case.objects.unscoped(reason="after a migration").using(using)
    for case in rows.filter(protected_identity=True, counted_in__isnull=True).select_related("unit"):
        before = facts_of(case)
        case.count_at_its_place()
        case.save(update_fields=["counted_in"])
        follow(before, facts_of(case))
