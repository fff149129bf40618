from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from hjulet.internal_reviews import actions
from hjulet.internal_reviews.actions import Found
from hjulet.internal_reviews.content import questions_of, take_in
from hjulet.internal_reviews.models import Visit
from hjulet.org.models import Unit

TODAY = date(2026, 11, 12)


@pytest.fixture
def visit(db: None, at: Any, actor: Any) -> Callable[..., Visit]:
    """A visit at Ekbacken, announced and today unless told otherwise."""

    def make(unit: str = "ekbacken", day: date = TODAY, mode: str = "announced") -> Visit:
        take_in(Unit.objects.get(code="lovdala"), at)
        return actions.add_visit(Unit.objects.get(code=unit), day=day, mode=mode, actor=actor("fatima"), at=at)

    return make


@pytest.fixture
def filled(visit: Any, actor: Any, at: Any) -> Callable[..., Visit]:
    """One whose protocol is answered by both, two points to all but what is told."""

    def fill(**points: int) -> Visit:
        row = visit()
        given = {code: Found(Decimal(points.get(code, 2))) for code in questions_of(row.protocol)}
        for login in ("fatima", "dag"):
            who = actor(login)
            mine = {
                code: found
                for code, found in given.items()
                if actions.may_answer_area(row, questions_of(row.protocol)[code][0].code, who)
            }
            row = actions.answer(row, mine, version=None, actor=who, at=at)
        return row

    return fill


@pytest.fixture
def told(filled: Any, actor: Any, at: Any) -> Callable[..., Visit]:
    """One whose result has been given."""

    def give(concerns_others: str = "", **points: int) -> Visit:
        texts = {"outcome": "Det fungerar.", "reflection": "Fortsätt så.", "concerns_others": concerns_others}
        return actions.report(filled(**points), **texts, version=None, actor=actor("fatima"), at=at)

    return give
