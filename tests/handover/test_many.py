"""Five thousand open rows pass in seconds, each with its event."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hjulet.cases.models import Case
from hjulet.core.models import Event
from hjulet.handover import actions
from hjulet.handover.models import Passed
from hjulet.measures.models import Measure

pytestmark = [pytest.mark.django_db, pytest.mark.capability("ORG-5")]


def fill(unit, person, at, cases: int, measures: int) -> None:
    asa = person("asa")
    Case.objects.bulk_create(
        [
            Case(
                principal_id=unit.principal_id,
                unit=unit,
                ref_year=2026,
                submission_key=uuid.UUID(int=number + 1),
                state="investigating",
                track="sol",
                track_set_at=at,
                handler=asa,
                title="Fall",
                description="Fall",
                reported_at=at - timedelta(days=number % 90),
                due_on=date(2026, 12, 1),
            )
            for number in range(cases)
        ],
        batch_size=500,
    )
    Measure.objects.bulk_create(
        [
            Measure(
                principal_id=unit.principal_id,
                unit=unit,
                track="sol",
                title="Golv",
                expected_effect="Färre fall",
                strength="weak",
                owner=asa,
                due_on=date(2026, 12, 1),
                created_by=asa,
                created_at=at,
            )
            for _ in range(measures)
        ],
        batch_size=500,
    )


def test_the_number_of_statements_does_not_grow_with_the_rows(prepared, unit, person, actor, at) -> None:
    fill(unit, person, at, 4_000, 1_000)
    handover = prepared()
    with CaptureQueriesContext(connection) as captured:
        actions.carry_out(handover, actor=actor("lars"), at=at)
    assert Passed.objects.unscoped(reason="test").exclude(kind="document").count() == 5_000
    assert Event.objects.filter(verb="case.assign").count() == 4_000
    assert Event.objects.filter(verb="measure.passed-on").count() == 1_000
    assert Case.objects.visible_to(actor("cilla")).filter(handler_id=person("cilla").pk).count() == 4_000
    assert len(captured) < 400, len(captured)  # one by one it would be more than 60 000
