"""A fault in our own code: the database still shows nobody more than she may see."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory

from hjulet.cases.models import Case, Note
from hjulet.core import jobs, net, policies
from hjulet.core.jobs import Job
from hjulet.org.middleware import ActorMiddleware
from hjulet.stats.source import Sql, reach_sql, run
from tests.conftest import AS_APP

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.capability("ACC-3"),
    pytest.mark.skipif(not AS_APP, reason="row-level security is PostgreSQL's, for a role that owns nothing"),
]


def forgotten(table: str = "cases_case") -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {table}")
        return {row[0] for row in cursor.fetchall()}


@pytest.fixture
def cases(assessed: Any) -> dict[str, Case]:
    return {track: assessed(track) for track in ("sol", "lss", "hsl")}


def test_all_tables_are_protected() -> None:
    assert policies.missing(connection) == []


def test_a_raw_query_in_a_page_shows_the_one_who_is_logged_in_her_own(cases: dict[str, Case], actor: Any) -> None:
    seen: dict[str, set[int]] = {}

    def page(request: Any) -> HttpResponse:
        seen[request.actor.name if request.actor else ""] = forgotten()
        return HttpResponse()

    for login in ("dag", "fatima", "cilla", None):
        request: Any = RequestFactory().get("/arenden/")
        middleware = ActorMiddleware(page)
        who = actor(login) if login else None
        middleware._actor = lambda _request, who=who: who  # type: ignore[method-assign, misc]
        middleware(request)
    names = {login: actor(login).name for login in ("dag", "fatima", "cilla")}
    assert seen[names["dag"]] == {cases["sol"].pk, cases["lss"].pk}
    assert seen[names["fatima"]] == {cases["hsl"].pk}
    assert seen[names["cilla"]] == set()
    assert seen[""] == set()


def test_a_rule_that_lets_all_through_is_caught_below(
    cases: dict[str, Case], actor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Case, "scope_rule", classmethod(lambda cls, rows, who: rows))
    assert {case.pk for case in Case.objects.visible_to(actor("fatima"))} == {cases["hsl"].pk}
    assert {case.pk for case in Case.objects.visible_to(actor("sara"))} == set()
    assert Case.objects.visible_to(actor("fatima")).filter(pk=cases["sol"].pk).update(title="x") == 0


def test_what_hangs_on_a_case_is_caught_too(
    cases: dict[str, Case], actor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for case in cases.values():
        case.notes.create(
            kind="fact",
            noted_on=case.reported_on,
            source="x",
            text="x",
            author_id=case.reporter_id,
            author_name="x",
            author_title="x",
            created_at=case.reported_at,
        )
    monkeypatch.setattr(Note, "scope_rule", classmethod(lambda cls, rows, who: rows))
    assert {note.case_id for note in Note.objects.visible_to(actor("fatima"))} == {cases["hsl"].pk}


def test_statistics_without_their_where_count_only_what_she_may_count(cases: dict[str, Case], actor: Any) -> None:
    fatima = actor("fatima")
    question = Sql("SELECT DISTINCT f.track FROM stats_casefact f")
    question.asks = reach_sql(fatima).asks
    assert {row[0] for row in run(question)} == {"hsl"}


def test_a_web_process_asks_for_nobody(cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch) -> None:
    assert forgotten() >= {case.pk for case in cases.values()}  # a command
    monkeypatch.setattr(net, "_process", [net._process[0]])
    net.nobody_unless_asked()
    assert forgotten() == set()


def test_a_job_sees_what_it_needs(cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch, at: Any) -> None:
    seen: list[set[int]] = []
    monkeypatch.setattr(net, "_process", [net.NOBODY])
    monkeypatch.setattr(jobs, "JOBS", {"looks": Job("looks", jobs.LOST_AFTER, lambda _at: seen.append(forgotten()))})
    assert jobs.run_due(at, everything=True) == ["looks"]
    assert seen[0] >= {case.pk for case in cases.values()}


def test_claims_end_with_their_statement(cases: dict[str, Case], actor: Any) -> None:
    """What one statement was told is not there for the next, in the same transaction."""
    fatima = actor("fatima")
    with net.asking(net.NOBODY):
        with transaction.atomic():
            assert Case.objects.visible_to(fatima).count() == 1
            assert forgotten() == set()
        assert Case.objects.unscoped(reason="test").count() >= 3
        assert forgotten() == set()


def test_odd_names_do_not_break_out_of_the_claims(actor: Any) -> None:
    odd = net.of_system("it's a \\' %s %(x)s $$ ; DROP TABLE cases_case; --")
    with net.asking(odd), connection.cursor() as cursor:
        cursor.execute("SELECT split_part(current_setting('hjulet.claims'), '|', 5), %s", ["%"])
        assert cursor.fetchone() == (odd.reason, "%")
        cursor.execute("SELECT current_setting('hjulet.claims') LIKE '%DROP%'")
        assert cursor.fetchone() == (True,)
