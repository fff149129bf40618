"""The second net, asked by plain psycopg as the application's role: nothing of Django stands between."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from hjulet.cases.models import Case
from hjulet.core import net
from hjulet.core.net import Mode
from hjulet.core.policies import declared, scoped_models
from hjulet.stats.models import CaseFact
from tests.conftest import APP_ROLE
from tests.net.town import Town, asked, claimed, ids

pytestmark = [pytest.mark.django_db, pytest.mark.capability("ACC-3")]
Database = psycopg.Connection[Any]
CASES, FACTS = Case._meta.db_table, CaseFact._meta.db_table
PEOPLE = ("asa", "bo", "cilla", "dag", "eva", "fatima", "goran", "hanna", "ivar", "juno", "klara", "lars", "mona")
PEOPLE += ("nils", "olga", "petra", "rolf", "sara", "root")


def test_every_scoped_model_has_a_declaration() -> None:
    assert {model._meta.db_table for model in scoped_models()} <= set(declared())
    assert [model for model in scoped_models() if not (model.net or model.scope_parent)] == []


def test_the_town_has_something_to_hide(town: Town) -> None:
    assert all(town.everything[table] for table in town.tables)
    for login in ("asa", "cilla", "dag", "fatima", "sara"):
        assert 0 < len(town.visible[login][CASES]) < len(town.everything[CASES])


def test_the_role_owns_nothing_and_stands_above_nothing(town: Town, database: Database) -> None:
    owned = "SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = current_user"
    above = "SELECT rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
    assert database.execute("SELECT current_user, session_user").fetchone() == (APP_ROLE, APP_ROLE)
    assert database.execute(owned).fetchone() == (0,)
    assert database.execute(above).fetchone() == (False,)
    for table in town.tables:
        assert database.execute(f"SELECT row_security_active('{table}')").fetchone() == (True,)


def test_without_claims_nothing_is_seen(town: Town, database: Database) -> None:
    for table in town.tables:
        assert database.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table
        assert ids(database, net.NOBODY, table) == set()


@pytest.mark.parametrize(
    "claims", ["", "|", "reach", "||||", "reach|||[]", "wall", "wall||", "request||1|", "nobody|1|1|[]"]
)
def test_half_claims_show_nothing(claims: str, town: Town, database: Database) -> None:
    with database.transaction():
        database.execute("SELECT set_config('hjulet.claims', %s, true)", [claims])
        for table in town.tables:
            assert database.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table


def test_broken_claims_are_an_error(database: Database) -> None:
    for broken in ("reach|one||[]", "reach|1||[", "request|1|x|[]"):
        with pytest.raises(psycopg.errors.InvalidTextRepresentation), database.transaction():
            database.execute("SELECT set_config('hjulet.claims', %s, true)", [broken])
            database.execute(f"SELECT count(*) FROM {CASES}")


@pytest.mark.parametrize("login", PEOPLE)
def test_each_person_sees_what_python_shows_her(login: str, town: Town, database: Database) -> None:
    """300 cases in every state, law, place and danger, and all that hangs on them."""
    mine = net.of(town.people[login], Mode.REACH)
    open_to_all = published(town.people[login].principal_id, database)
    for table, expected in town.visible[login].items():
        assert ids(database, mine, table) == expected | open_to_all.get(table, set()), table


def published(principal: int, database: Database) -> dict[str, set[int]]:
    """What is published to the whole principal: the database does not keep it from a provider's people (decision 13)."""
    lessons = f"FROM learning_lesson l WHERE l.state = 'published' AND l.principal_id = {principal}"
    uses = f"SELECT id FROM learning_lessonuse WHERE lesson_id IN (SELECT l.id {lessons})"
    asks = {"learning_lesson": f"SELECT l.id {lessons}", "learning_lessonuse": uses}
    return {table: {row[0] for row in asked(database, net.of_system("test"), sql)} for table, sql in asks.items()}


@pytest.mark.parametrize("login", PEOPLE)
def test_each_reporter_sees_her_own(login: str, town: Town, database: Database) -> None:
    mine = net.of(town.people[login], Mode.REPORTER)
    for table, expected in town.reported[login].items():
        assert ids(database, mine, table) == expected, table


@pytest.mark.parametrize("login", PEOPLE)
def test_each_person_counts_what_she_may_count(login: str, town: Town, database: Database) -> None:
    mine = net.of(town.people[login], Mode.STATISTICS)
    for table, expected in town.counted[login].items():
        assert ids(database, mine, table) == expected, table


@pytest.mark.parametrize("login", PEOPLE)
def test_a_request_sees_her_reach_and_her_reports(login: str, town: Town, database: Database) -> None:
    mine = net.person(town.people[login])
    assert ids(database, mine, CASES) == town.visible[login][CASES] | town.reported[login][CASES]
    links = asked(database, net.of_system("test"), "SELECT measure_id, id FROM cases_causemeasure")
    seen = ids(database, mine, "cases_causemeasure")
    linked = {measure for (measure, cause) in links if cause in seen}
    assert ids(database, mine, "measures_measure") == town.visible[login]["measures_measure"] | linked


@pytest.mark.parametrize("login", ["asa", "cilla", "dag", "fatima", "goran", "petra", "sara"])
def test_the_words_of_an_event_follow_what_it_is_about(login: str, town: Town, database: Database) -> None:
    """Old and new values of a case, a measure or a matter of the diary are seen by who sees it; of other things within the principal."""
    mine = net.person(town.people[login])
    about = asked(database, net.of_system("test"), "SELECT id, object_type, object_id, principal_id FROM core_event")
    tables = {"case": CASES, "measure": "measures_measure", "matter": "diary_matter", "receipt": "receipts_receipt"}
    seen = {kind: ids(database, mine, table) for kind, table in tables.items()}
    shown = ids(database, mine, "core_eventvalue")
    principal = town.people[login].principal_id
    for event, kind, thing, whose in about:
        if event in town.everything["core_eventvalue"]:
            assert (event in shown) == (whose == principal and (kind not in seen or thing in seen[kind])), kind
    assert ids(database, mine, "core_event") == {event for event, _k, _t, whose in about if whose == principal}


def test_behind_the_wall_is_one_principal(town: Town, database: Database) -> None:
    for login in ("asa", "sara"):
        who = town.people[login]
        walled = net.walled(net.person(who))
        for table, expected in town.of_principal[who.principal_id].items():
            assert ids(database, walled, table) == expected, table


def test_the_system_sees_everything(town: Town, database: Database) -> None:
    for table in town.tables:
        assert ids(database, net.of_system("test"), table) == town.everything[table]


def test_no_row_is_written_over_the_wall(town: Town, database: Database) -> None:
    asa, sara = town.people["asa"], town.people["sara"]
    walled, theirs = net.walled(net.person(asa)), min(town.of_principal[sara.principal_id][CASES])
    own = min(town.visible["asa"][CASES])
    changed = database.execute(claimed(walled, f"UPDATE {CASES} SET title = 'mine' WHERE id = {theirs}"))
    changed.nextset()
    assert changed.rowcount == 0
    refused = [
        f"UPDATE {CASES} SET principal_id = {sara.principal_id} WHERE id = {own}",
        f"INSERT INTO cases_message (case_id, kind, text, author_name, created_at) "
        f"VALUES ({theirs}, 'question', 'x', 'x', now())",
        f"UPDATE cases_note SET case_id = {theirs} WHERE case_id = {own}",
    ]
    for statement in refused:
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
            database.execute(claimed(walled, statement))


def test_a_person_cannot_move_a_case_out_of_her_own_sight_by_a_plain_update(town: Town, database: Database) -> None:
    """The application writes an object that was let through behind its principal's wall; a stray UPDATE may not."""
    asa, own = town.people["asa"], min(town.visible["asa"][CASES])
    units = database.execute(f"SELECT id, path FROM org_unit WHERE principal_id = {asa.principal_id}").fetchall()
    beyond = next(unit for unit, path in units if path and not any(grant.covers(path) for grant in asa.grants))
    moved = f"UPDATE {CASES} SET unit_id = {beyond}, handler_id = NULL WHERE id = {own}"
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        database.execute(claimed(net.of(asa, Mode.REACH), moved))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_event SET verb = 'x'",
        "DELETE FROM core_event",
        "TRUNCATE core_event CASCADE",
        "UPDATE core_eventvalue SET salt = 'x'",
        "DELETE FROM core_eventvalue",
        "UPDATE audit_seal SET count = 0",
        "DELETE FROM audit_seal",
        "DELETE FROM django_migrations",
        "TRUNCATE cases_case CASCADE",
        "ALTER TABLE cases_case DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE core_event DISABLE TRIGGER ALL",
        "DROP POLICY hjulet_net ON cases_case",
        "CREATE POLICY mine ON cases_case USING (true)",
        "CREATE OR REPLACE FUNCTION hjulet_mode() RETURNS text LANGUAGE sql AS $$ SELECT 'system' $$",
        "CREATE TABLE mine (id int)",
        "SET session_replication_role = replica",
        "SET ROLE postgres",
    ],
)
def test_the_role_cannot_take_the_net_down(statement: str, database: Database) -> None:
    with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.InvalidParameterValue)):
        database.execute(statement)


def test_words_are_looked_up_in_their_index_before_the_policy(database: Database) -> None:
    """Only what PostgreSQL knows to be leakproof may come before a policy; `app-role` tells it about words."""
    with database.transaction():
        database.execute("SET LOCAL enable_seqscan = off")
        plan = database.execute(f"EXPLAIN SELECT id FROM {CASES} WHERE search_words @@ 'fall'::tsquery").fetchall()
    assert "Index Cond: (search_words @@" in "".join(line for (line,) in plan)


def test_row_security_off_is_refused_not_obeyed(database: Database) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege), database.transaction():
        database.execute("SET LOCAL row_security = off")
        database.execute(f"SELECT count(*) FROM {CASES}")
