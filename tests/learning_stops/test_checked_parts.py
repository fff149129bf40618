"""A stop's figures out of self-checks and internal reviews."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from hjulet.checks.models import Round
from hjulet.internal_reviews.models import Visit
from hjulet.learning_stops import pack
from tests.checks.test_checks import nutrition, planned, sent  # noqa: F401 - a year with self-checks
from tests.internal_reviews.conftest import filled, told, visit  # noqa: F401 - a visit whose result is given

pytestmark = [pytest.mark.django_db, pytest.mark.capability("YEAR-3")]


def part(code: str, asked: pack.Pack) -> pack.Part:
    return next(one for one in asked.parts if one.code == code)


def test_self_checks_are_told_beside_the_questions(sent: Any, actor: Any, at: Any, unit: Any, theme: Any) -> None:  # noqa: F811
    one = sent(1)
    Round.objects.filter(pk=one.pk).update(opens_on=date(2026, 10, 1), due_on=date(2026, 10, 31))
    made = pack.make(one.unit, theme("self_check"), 2026, actor=actor("asa"), at=at)
    told_of = part("checks", made)
    assert told_of.headline.startswith("1 av ") and told_of.rows[0][0] == one.version.checklist.name
    assert f"{one.mean:.2f}".replace(".", ",") == told_of.rows[0][2] and "checks" not in pack.WORDS
    assert [row.code for row in made.beside(["checks"])] == ["checks"]
    level = pack.make(unit("sarskilt-boende"), theme("self_check"), 2026, actor=actor("mona"), at=at)
    assert part("checks", level).rows[0][0] == told_of.rows[0][0]
    elsewhere = pack.make(unit("verkstan"), theme("self_check"), 2026, actor=actor("mona"), at=at)
    assert all(row.code != "checks" or not row.rows[0][1].startswith("1 ") for row in elsewhere.parts)


def test_a_review_is_told_when_its_result_is_given(told: Any, actor: Any, at: Any, unit: Any, theme: Any) -> None:  # noqa: F811
    seen = told()
    made = pack.make(unit("ekbacken"), theme("self_check"), 2026, actor=actor("asa"), at=at)
    assert "Det fungerar." in part("supervision", made).brief and part("supervision", made).rows[0][2] == "2,00"
    board = pack.make_for_board(unit("sarskilt-boende"), theme("self_check"), 2026, actor=actor("mona"), at=at)
    assert "Det fungerar." not in str(part("supervision", board).rows)
    Visit.objects.filter(pk=seen.pk).update(state="visited")
    again = pack.make(unit("ekbacken"), theme("self_check"), 2026, actor=actor("asa"), at=at)
    assert all(row.code != "supervision" for row in again.parts)
