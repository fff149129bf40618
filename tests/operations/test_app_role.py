"""`manage app-role`, and a whole installation that runs as the role: commands, jobs, pages, copies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from tests.operations.installation import KEY, Installation, environment, installation

pytestmark = [pytest.mark.e2e, pytest.mark.both, pytest.mark.capability("ACC-3")]
ROLE, PASSWORD = "hjulet_test_service", "only-in-a-throw-away-cluster"  # noqa: S105


@pytest.fixture(scope="module")
def owned(tmp_path_factory: pytest.TempPathFactory, server: str) -> Iterator[Installation]:
    """A municipality in use, made by the owner of its tables."""
    if not server:
        pytest.skip("roles are PostgreSQL's")
    with installation(tmp_path_factory.mktemp("owned"), server) as it:
        it.make_tables()
        built = it.run("tests/e2e/world.py")
        assert built.returncode == 0, built.stderr
        (it.folder / "password").write_text(f"{PASSWORD}\n")
        it.manage("app-role", ROLE, "--password-file", str(it.folder / "password"))
        yield it


@pytest.fixture(scope="module")
def served(owned: Installation) -> Installation:
    """The same, as the services run it."""
    return Installation(owned.folder, environment(owned.folder, as_role(owned.environment["HJULET_DATABASE_URL"])))


def as_role(address: str) -> str:
    parts = urlsplit(address)
    return urlunsplit(parts._replace(netloc=f"{ROLE}:{PASSWORD}@{parts.hostname}:{parts.port}"))


def asked(place: Installation, question: str) -> list[tuple[object, ...]]:
    with psycopg.connect(place.environment["HJULET_DATABASE_URL"]) as database:
        return database.execute(question).fetchall()  # type: ignore[arg-type]


def test_jobs_run_as_the_role(served: Installation) -> None:
    said = served.manage("jobs", "--once")
    assert "seal-log" in said
    assert asked(served, "SELECT name, error FROM core_jobrun WHERE error <> ''") == []
    assert asked(served, "SELECT count(*) FROM audit_seal")[0] > (0,)
    assert asked(served, "SELECT count(*) FROM cases_case") == [(0,)]  # they saw them, the bare role does not


def test_commands_that_look_at_everything_run_as_the_role(served: Installation) -> None:
    served.manage("verify-log")
    served.manage("verify-stats")
    served.manage("verify-stats", "--rebuild")
    served.manage("rebuild-search")
    assert (
        int(served.ask("from hjulet.cases.models import Case; print(Case.objects.unscoped(reason='test').count())")) > 0
    )


def test_an_import_runs_as_the_role(served: Installation, tmp_path: Path) -> None:
    head = "ref,kind,unit_code,area,category,law,severity,status,reporter_id,occurred_at,reported_at,due_at,closed_at"
    told = "A-1,avvikelse,hus-1,Vård och omsorg,fall,SoL,2,utreds,,2026-03-02 21:10:00,2026-03-02 22:40:00,2026-04-01,"
    file = tmp_path / "rows.csv"
    file.write_text(f"{head},title,description,immediate_action,cause\n{told},Fall,Hon ramlade.,,halt golv\n")
    served.manage("import-cases", str(file), "--principal", "lovdala")
    count = "from hjulet.cases.models import Case; print(Case.objects.unscoped(reason='t').filter(external_ref='A-1').count())"
    assert served.ask(count) == "1"


def test_a_copy_is_the_owners(owned: Installation, served: Installation, tmp_path: Path) -> None:
    """Rows that the policies hide must not be missing from a copy without a word."""
    refused = served.manage("backup", str(tmp_path / "a.hjulet"), code=1, HJULET_BACKUP_KEY=KEY)
    assert "den som äger tabellerna" in refused and not (tmp_path / "a.hjulet").exists()
    owned.manage("backup", str(tmp_path / "b.hjulet"), HJULET_BACKUP_KEY=KEY)
    refused = served.manage("restore", str(tmp_path / "b.hjulet"), "--replace", code=1, HJULET_BACKUP_KEY=KEY)
    assert "den som äger tabellerna" in refused
    owned.manage("restore", str(tmp_path / "b.hjulet"), "--replace", HJULET_BACKUP_KEY=KEY)
    # the tables are new: the role still has its rights, the policies hold, and the log is closed
    assert asked(served, "SELECT count(*) FROM cases_case") == [(0,)]
    assert (
        served.ask("from hjulet.cases.models import Case; print(Case.objects.unscoped(reason='t').exists())") == "True"
    )
    for table in ("core_event", "core_eventvalue", "audit_seal"):
        for right, given in (("SELECT", True), ("INSERT", True), ("UPDATE", False), ("DELETE", False)):
            found = asked(served, f"SELECT has_table_privilege('{ROLE}', '{table}', '{right}')")
            assert found == [(given,)], (table, right)


def test_the_command_again_changes_nothing_and_no_one_above_is_taken(owned: Installation, served: Installation) -> None:
    assert "rätt behörigheter" in owned.manage("app-role", ROLE)
    owner = str(asked(owned, "SELECT current_user")[0][0])
    assert "Välj ett annat namn" in owned.manage("app-role", owner, code=1)
    served.manage("app-role", "hjulet_test_other", code=1)
    assert asked(owned, "SELECT count(*) FROM pg_roles WHERE rolname = 'hjulet_test_other'") == [(0,)]


@pytest.mark.parametrize(("place", "told"), [("owned", True), ("served", False)])
def test_the_server_says_when_it_runs_as_the_owner(place: str, told: bool, request: pytest.FixtureRequest) -> None:
    it: Installation = request.getfixturevalue(place)
    real = {"HJULET_DEMO": "0", "HJULET_TESTING": "0", "HJULET_CLOCK": "", "HJULET_SECRET_KEY": "x" * 40}
    done = it.run("-c", "import hjulet.config.wsgi", **real)
    assert done.returncode == 0, done.stderr
    assert ("logged in to PostgreSQL as the owner" in done.stderr) == told
