from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.rest.conftest import program  # noqa: F401 - a program asks too

from hjulet.cases import actions as cases
from hjulet.cases.models import Case
from hjulet.learning import actions
from hjulet.learning.models import Lesson

TEXTS = {
    "title": "En person i taget vid skåpet",
    "text": "Två dosetter stod framme samtidigt och det gick att ta fel.",
    "change": "Nu tar vi ut en persons läkemedel i taget.",
}


@pytest.fixture
def closed(assessed, actor, at) -> Callable[..., Case]:
    """A deviation that Åsa has closed, as far as lessons mind."""

    def close(track: str = "sol", **changes: Any) -> Case:
        case = assessed(track, **changes)
        rows = Case.objects.unscoped(reason="the test").filter(pk=case.pk)
        rows.update(state="closed", closed_at=at, handler=actor("asa").person_id, lesson="En i taget.")
        return rows.select_related("unit").get()

    return close


@pytest.fixture
def written(closed, actor, at) -> Callable[..., Lesson]:
    def write(track: str = "sol", **texts: str) -> Lesson:
        return actions.write(closed(track), **(TEXTS | texts), actor=actor("asa"), at=at)

    return write


@pytest.fixture
def published(written, actor, at) -> Callable[..., Lesson]:
    def publish(track: str = "sol", **texts: str) -> Lesson:
        reviewer = actor("fatima" if track == "hsl" else "dag")
        return actions.confirm(written(track, **texts), actor=reviewer, at=at)

    return publish


@pytest.fixture
def suggestion(person, actor, at) -> Case:
    """Juno's suggestion, answered and closed by Åsa."""
    told = cases.Suggestion(unit=person("juno").home_unit, text="Lägg larmknappen där man når den från golvet.")
    case, asa = cases.suggest(told, actor=actor("juno"), at=at), actor("asa")
    cases.perform(case, "answer", actor=asa, at=at, data={"message": "Det gör vi."})
    return cases.perform(case, "finish", actor=asa, at=at, data={"answer": "yes", "text": ""})
