"""Ways to reach a case without saying for whom. Each must refuse."""

from __future__ import annotations

import pytest
from django.core.checks import run_checks
from django.db.models import Count, Exists, OuterRef, Subquery

from hjulet.cases.models import Case, Cause, CauseMeasure, Clock, Note
from hjulet.core.scope import ScopeMissing
from hjulet.measures.models import Measure
from hjulet.org.models import Person, Unit

pytestmark = [pytest.mark.django_db, pytest.mark.capability("ACC-2")]

WAYS = {
    "all": lambda: list(Case.objects.all()),
    "filter": lambda: list(Case.objects.filter(state="reported")),
    "get": lambda: Case.objects.get(pk=1),
    "first": lambda: Case.objects.first(),
    "count": lambda: Case.objects.count(),
    "exists": lambda: Case.objects.exists(),
    "aggregate": lambda: Case.objects.aggregate(n=Count("pk")),
    "values": lambda: list(Case.objects.values("title")),
    "iterator": lambda: next(Case.objects.iterator(), None),
    "in_bulk": lambda: Case.objects.in_bulk([1]),
    "update": lambda: Case.objects.update(title="x"),
    "delete": lambda: Case.objects.all().delete(),
    "raw delete": lambda: Case.objects.all()._raw_delete("default"),
    "raw": lambda: list(Case.objects.raw("SELECT * FROM cases_case")),
    "default manager": lambda: list(Case._default_manager.all()),
    "base manager": lambda: list(Case._base_manager.all()),
    "dates": lambda: list(Case.objects.dates("reported_at", "day")),
    "union": lambda: list(Case.objects.all().union(Case.objects.all())),
    "explain": lambda: Case.objects.all().explain(),
    "subquery": lambda: list(Unit.objects.filter(pk__in=Case.objects.values("unit"))),
    "exists subquery": lambda: list(Unit.objects.filter(Exists(Case.objects.filter(unit=OuterRef("pk"))))),
    "annotation": lambda: list(Person.objects.annotate(t=Subquery(Case.objects.values("title")[:1]))),
    "get_or_create": lambda: Case.objects.get_or_create(pk=1),
    "latest": lambda: Case.objects.latest("id"),
    "note": lambda: list(Note.objects.all()),
    "clock": lambda: list(Clock.objects.all()),
    "cause": lambda: Cause.objects.count(),
    "cause measure": lambda: list(CauseMeasure.objects.select_related("cause__case")),
    "measure": lambda: list(Measure.objects.all()),
    "bool": lambda: bool(Case.objects.all()),
    "len": lambda: len(Case.objects.all()),
    "contains": lambda: Case.objects.contains(Case(pk=1)),
    "select_for_update": lambda: list(Case.objects.select_for_update()),
    "reverse relation of an open model": lambda: list(Unit.objects.filter(case__title="x")),
}


@pytest.mark.parametrize("way", WAYS)
def test_no_way_without_scope(way: str) -> None:
    if way == "reverse relation of an open model":
        from django.core.exceptions import FieldError

        with pytest.raises(FieldError):
            WAYS[way]()
    else:
        with pytest.raises(ScopeMissing):
            WAYS[way]()


def test_children_follow_a_case_that_was_let_through(assessed, actor) -> None:
    case = Case.objects.visible_to(actor("asa")).get(pk=assessed("sol").pk)
    assert list(case.clocks.all())
    assert case.clocks.first().case == case


def test_a_measure_is_no_way_back_to_its_case(actor) -> None:
    with pytest.raises(ScopeMissing):
        list(CauseMeasure.objects.filter(measure_id=1))


def test_the_whole_model_map_is_closed() -> None:
    assert [m for m in run_checks() if m.id.startswith("hjulet.")] == []
