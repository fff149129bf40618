"""The demo's suggestions, praise and lessons go through the real actions."""

from __future__ import annotations

import pytest

from hjulet.cases.models import Case
from hjulet.learning.models import Lesson, LessonUse
from hjulet.org.models import Unit
from hjulet.setups.content import read
from hjulet.setups.learning import Lessons

pytestmark = [pytest.mark.django_db, pytest.mark.capability("ACT-5"), pytest.mark.capability("ACT-4")]


def test_they_are_answered_published_and_taken_up(actor, at) -> None:
    stories = {story["code"]: story for story in read("stories")["stories"]}
    units = {unit.code: unit for unit in Unit.objects.all()}
    for _moment, tale in Lessons(units, stories, lambda login, _at: actor(login)).timelines(at):
        assert len(list(tale)) >= 0
    cases = Case.objects.unscoped(reason="the test")
    assert cases.filter(kind="suggestion").count() == 5 and cases.filter(kind="praise", state="closed").count() == 2
    assert cases.filter(kind="suggestion", state="reported").count() == 2  # two wait for an answer
    lessons = Lesson.objects.unscoped(reason="the test")
    assert lessons.filter(state="published").count() == 4  # those of closed deviations need the other tales
    assert LessonUse.objects.unscoped(reason="the test").count() == 4
