"""Claims through pgbouncer in transaction mode: many clients, one connection to PostgreSQL, nothing left behind."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, connections, transaction

from hjulet.cases import actions
from hjulet.cases.models import Case, Note
from hjulet.core import net
from hjulet.core.net import Mode
from hjulet.core.postgresql.base import DatabaseWrapper
from tests.conftest import AT
from tests.net.bouncer import pooled
from tests.net.town import Town, ids, plain

pytestmark = [pytest.mark.django_db, pytest.mark.capability("ACC-3")]
CASES = Case._meta.db_table
ROUNDS = 60


@pytest.fixture(scope="module")
def pool(town: Town) -> Iterator[dict[str, Any]]:
    with pooled(town) as place:
        yield place


@contextmanager
def our_own(town: Town, pool: dict[str, Any]) -> Iterator[None]:
    """In this thread Django is connected through the pool, as the application's role."""
    at = town.address(**pool)
    given = {
        "HOST": at["host"],
        "PORT": at["port"],
        "NAME": at["dbname"],
        "USER": at["user"],
        "PASSWORD": at["password"],
    }
    before = connections["default"]
    mine = DatabaseWrapper({**before.settings_dict, **given, "OPTIONS": {}}, "default")
    connections["default"] = mine
    try:
        yield
    finally:
        mine.close()
        connections["default"] = before


def at_once(*works: Callable[[], None]) -> None:
    """Runs them in a thread each; the first that failed is raised here."""
    trouble: list[BaseException] = []

    def run(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as problem:
            trouble.append(problem)

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    if trouble:
        raise trouble[0]


def backend(database: psycopg.Connection[Any]) -> int:
    found = database.execute("SELECT pg_backend_pid()").fetchone()
    assert found
    return int(found[0])


def test_two_clients_on_one_connection_never_see_each_others_cases(town: Town, pool: dict[str, Any]) -> None:
    asa, fatima = (net.of(town.people[login], Mode.REACH) for login in ("asa", "fatima"))
    with plain(town, **pool) as first, plain(town, **pool) as second, plain(town, **pool) as third:
        assert backend(first) == backend(second) == backend(third)
        for _ in range(ROUNDS):
            assert ids(first, asa, CASES) == town.visible["asa"][CASES]
            assert third.execute(f"SELECT count(*) FROM {CASES}").fetchone() == (0,)
            assert ids(second, fatima, CASES) == town.visible["fatima"][CASES]
            assert third.execute("SELECT current_setting('hjulet.claims', true)").fetchone() in {("",), (None,)}
            assert ids(second, net.of_system("test"), CASES) == town.everything[CASES]
            assert first.execute(f"SELECT count(*) FROM {CASES}").fetchone() == (0,)


def test_a_statement_that_fails_leaves_nothing(town: Town, pool: dict[str, Any]) -> None:
    with plain(town, **pool) as first, plain(town, **pool) as second:
        for _ in range(5):
            with pytest.raises(psycopg.errors.DivisionByZero):
                ids(first, net.of_system("test"), f"{CASES} WHERE 1 / 0 = 1")
            assert second.execute(f"SELECT count(*) FROM {CASES}").fetchone() == (0,)
            assert first.execute(f"SELECT count(*) FROM {CASES}").fetchone() == (0,)


def test_django_in_many_threads_on_one_connection(town: Town, pool: dict[str, Any]) -> None:
    """Each person's own cases, time after time, with and without a transaction; whoever asks for nobody sees nothing."""

    def looks(login: str) -> Callable[[], None]:
        def work() -> None:
            who = town.people[login]
            with our_own(town, pool), net.asking(net.person(who)):
                for number in range(ROUNDS):
                    with transaction.atomic() if number % 2 else net.asking(net.person(who)):
                        cases = {case.pk: case for case in Case.objects.visible_to(who)}
                        assert set(cases) == town.visible[login][CASES]
                        for case in list(cases.values())[:1]:
                            assert {note.case_id for note in case.notes.all()} == {case.pk}
                        with connection.cursor() as cursor:  # a query that nobody thought of
                            cursor.execute("SELECT case_id FROM cases_note")
                            mine = town.visible[login][CASES] | town.reported[login][CASES]
                            assert {row[0] for row in cursor.fetchall()} <= mine

        return work

    def forgets() -> None:
        with our_own(town, pool), net.asking(net.NOBODY):
            for _ in range(2 * ROUNDS):
                with connection.cursor() as cursor:
                    cursor.execute(f"SELECT count(*) FROM {CASES}")
                    assert cursor.fetchone() == (0,)

    at_once(looks("asa"), looks("fatima"), looks("dag"), looks("sara"), forgets)


def test_work_in_a_case_through_the_pool(town: Town, pool: dict[str, Any]) -> None:
    """Writing, with savepoints, an error in the middle, and a step that takes the case out of one's own sight."""
    juno, asa = town.people["juno"], town.people["asa"]
    with our_own(town, pool), net.asking(net.person(juno)):
        case = actions.report(
            actions.Report(unit=_unit(juno.unit_id), description="Hon ramlade.", guessed_track="sol"), actor=juno, at=AT
        )
        assert Case.objects.reported_by(juno).filter(pk=case.pk).exists()
        assert not Case.objects.visible_to(juno).filter(pk=case.pk).exists()
    with our_own(town, pool), net.asking(net.person(asa)):
        actions.perform(case, "receive", actor=asa, at=AT)
        with transaction.atomic():
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT 1 / 0")
            actions.add_note(case, kind="fact", noted_on=AT.date(), source="x", text="x", actor=asa, at=AT)
        kept = Case.objects.visible_to(asa).get(pk=case.pk)
        assert kept.state == "received" and Note.objects.visible_to(asa).filter(case=kept).count() == 1
    with our_own(town, pool), net.asking(net.NOBODY), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cases_case")
        assert cursor.fetchone() == (0,)


def _unit(pk: int | None) -> Any:
    from hjulet.org.models import Unit

    return Unit.objects.get(pk=pk)
