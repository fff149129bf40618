"""Numbers are given out without gaps and without doubles, for each board and year (CMP-3)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from hjulet.core.actor import Actor
from hjulet.core.flow import Refused
from hjulet.core.models import Event
from hjulet.diary import actions, numbers
from hjulet.diary.models import Document, Matter, Series
from hjulet.org.models import Unit

pytestmark = [pytest.mark.django_db, pytest.mark.capability("CMP-3")]
Registered = Callable[..., Matter]


@pytest.mark.parametrize(
    ("pattern", "written"),
    [
        ("PREFIX ÅÅÅÅ/NNNNN", "SN 2026/00012"),
        ("ÅÅÅÅ-N PREFIX", "2026-12 SN"),
        ("PREFIX-ÅÅÅÅ.N", "SN-2026.12"),
    ],
)
def test_the_pattern_is_data(pattern: str, written: str) -> None:
    assert numbers.is_pattern(pattern)
    assert numbers.written(pattern, prefix="SN", year=2026, serial=12) == written


@pytest.mark.parametrize("pattern", ["", "PREFIX", "PREFIX NNN", "PREFIX ÅÅÅÅ", "PREFIX ÅÅÅÅ NN NN", "x PREFIX ÅÅÅÅ/N"])
def test_a_pattern_that_gives_no_number_of_its_own_is_refused(pattern: str) -> None:
    assert not numbers.is_pattern(pattern)


def test_the_series_runs_on_and_starts_again_each_year(registered: Registered, at: datetime) -> None:
    found = [registered().number, registered().number, registered(at=at.replace(year=2027)).number, registered().number]
    assert found == ["SN 2026/00001", "SN 2026/00002", "SN 2027/00001", "SN 2026/00003"]


def test_what_is_rolled_back_leaves_no_gap(registered: Registered) -> None:
    first = registered()
    with pytest.raises(RuntimeError), transaction.atomic():
        registered()
        raise RuntimeError
    assert (first.number, registered().number) == ("SN 2026/00001", "SN 2026/00002")


def test_two_boards_have_their_own(registered: Registered) -> None:
    ours, theirs = registered(), registered("fyren", by=None)
    assert ours.number == theirs.number == "SN 2026/00001"
    assert ours.series_id != theirs.series_id


def test_a_board_that_decided_nothing_gets_a_prefix_of_its_name(registered: Registered) -> None:
    """What belongs to no board is the principal's own."""
    assert registered("lovdala", by=None).number == "LK 2026/00001"
    assert Series.objects.get(prefix="LK").board.code == "lovdala"


def test_the_same_prefix_twice_is_refused(unit: Callable[[str], Unit], at: datetime) -> None:
    with pytest.raises(Refused, match="redan förkortningen"):
        actions.set_series(board=unit("lovdala"), prefix="SN", external=False, actor=None, at=at)


def outside(unit: Any, at: datetime, external: bool = True) -> None:
    actions.set_series(board=unit("namnden"), prefix="SN", external=external, actor=None, at=at)


def test_a_number_from_elsewhere_is_typed_once_and_unique(
    registered: Registered, unit: Any, actor: Callable[..., Actor], at: datetime
) -> None:
    outside(unit, at)
    assert registered(external_number="VON  2026-77").number == "VON 2026-77"
    with pytest.raises(Refused, match="finns redan"):
        registered(external_number="von 2026-77")
    waits = registered(by=None, about=("case", 12))
    assert waits.number is None and actions.number_of(("case", 12)) == ""
    with pytest.raises(Refused, match="finns redan"):
        actions.give_number(waits, number="VON 2026-77", actor=actor("goran"), at=at)
    actions.give_number(waits, number="VON 2026-78", actor=actor("goran"), at=at)
    assert actions.number_of(("case", 12)) == "VON 2026-78"
    with pytest.raises(Refused, match="går inte att ändra"):
        actions.give_number(waits, number="VON 2026-79", actor=actor("goran"), at=at)


def test_own_numbers_pass_by_what_came_from_elsewhere(registered: Registered, unit: Any, at: datetime) -> None:
    outside(unit, at)
    registered(external_number="SN 2026/00001")
    outside(unit, at, external=False)
    assert registered().number == "SN 2026/00002"
    with pytest.raises(Refused, match="egna nummer"):
        registered(external_number="X 1")


def test_one_thing_is_registered_once(registered: Registered) -> None:
    first = registered(about=("case", 7))
    with pytest.raises(Refused, match="redan registrerat"):
        registered(about=("case", 7))
    assert actions.number_of(("case", 7)) == first.number
    assert actions.number_of(("case", 8)) == ""


@pytest.mark.parametrize(
    "change",
    [
        {"number": "SN 2026/99999"}, {"serial": 9}, {"year": 1999}, {"about_id": 3},
    ],
)  # fmt: skip
def test_a_matter_never_changes(change: dict[str, Any], registered: Registered) -> None:
    matter = registered()
    rows = Matter.objects.unscoped(reason="test").filter(pk=matter.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(**change)


@pytest.mark.parametrize(
    "change", [{"counterpart": "X"}, {"line": 9}, {"entered_on": "2020-01-01"}, {"direction": "out"}]
)
def test_a_document_never_changes(change: dict[str, Any], registered: Registered) -> None:
    rows = Document.objects.unscoped(reason="test").filter(matter=registered())
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(**change)


@pytest.mark.parametrize("model", [Matter, Document])
def test_nothing_is_removed(model: Any, registered: Registered) -> None:
    registered()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {model._meta.db_table}")
    assert model.objects.unscoped(reason="test").count() == 1


def test_a_form_sent_twice_registers_once(registered: Registered) -> None:
    import uuid

    key = uuid.uuid4()
    assert registered(submission_key=key).pk == registered(submission_key=key).pk
    assert Event.objects.filter(verb="matter.registered").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="an in-memory database has one connection for all threads")
def test_many_at_once_get_numbers_in_a_row(registered: Registered, unit: Callable[[str], Unit], at: datetime) -> None:
    """Eight at the same time, of whom every other changes her mind."""
    from tests.conftest import build_world

    if not Unit.objects.exists():
        build_world()
    place = unit("ekbacken")

    def run(number: int) -> None:
        try:
            with transaction.atomic():
                actions.register(principal=place.principal, unit=place, subject="x", actor=None, at=at)
                if number % 2:
                    raise RuntimeError
        except RuntimeError:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = Matter.objects.unscoped(reason="test").order_by("serial")
    assert list(rows.values_list("serial", flat=True)) == [1, 2, 3, 4]
