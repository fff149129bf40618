"""A municipality as an earlier version left it, upgraded to this one."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from hjulet.operations.backup import read_through
from tests.operations.installation import installation

pytestmark = [pytest.mark.capability("PLT-4"), pytest.mark.e2e, pytest.mark.both]
FOLDER = Path(__file__).parent
SERVER = os.environ.get("HJULET_DATABASE_URL", "")
ENGINE = "postgres" if SERVER else "sqlite"
COPIES = sorted(FOLDER.glob(f"*-{ENGINE}.hjulet"))
# Tables that a restore empties, and tables that a later version did away with (name: where its rows went).
EMPTIED = {"django_session"}
GONE: dict[str, str] = {}

LOOK = """
import json
from django.db import connection
from django.test import Client
from hjulet.cases.models import Case
from hjulet.org.models import Person
tables = {}
with connection.cursor() as cursor:
    for table in connection.introspection.table_names(cursor):
        cursor.execute(f'SELECT count(*) FROM "{table}"')
        tables[table] = cursor.fetchone()[0]
case = Case.objects.unscoped(reason="test").filter(files__isnull=False).first()
def status(login, *paths):
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(Person.objects.get(login=login))
    return {f"{login} {path}": client.get(path).status_code for path in paths}
pages = {
    **status("asa", "/", "/arenden/", f"/arenden/{case.ref}/", f"/arenden/{case.ref}/fil/{case.files.first().pk}/", "/atgarder/"),
    **status("juno", "/rapportera/mina/"), **status("dag", "/statistik/"), **status("petra", "/logg/"),
}
print(json.dumps({"tables": tables, "pages": pages, "words": case.description, "files": case.files.count()}))
"""


def test_there_is_a_copy_to_try() -> None:
    assert COPIES


@pytest.mark.parametrize("copy", COPIES, ids=lambda path: path.stem)
def test_everything_is_there_after_the_upgrade(copy: Path, tmp_path: Path) -> None:
    with installation(tmp_path / "data", SERVER) as place:
        told = place.manage("restore", str(copy))
        assert told.count("stämmer.") == 3, told
        place.manage("migrate", "--check")
        assert "Loggen är hel" in place.manage("verify-log")
        found: dict[str, Any] = json.loads(place.ask(LOOK))
    before = {table: told["rows"] for table, told in read_through(copy, "")["tables"].items()}
    lost = {
        table: (rows, found["tables"].get(table))
        for table, rows in before.items()
        if table not in EMPTIED | GONE.keys() and found["tables"].get(table, -1) < rows
    }
    assert lost == {}
    assert before["cases_case"] > 50 and before["core_event"] > 200 and before["files_storedfile"] == 3
    assert set(found["pages"].values()) == {200}, found["pages"]
    assert (found["words"], found["files"]) == ("Hon ramlade i duschen. Golvet var halt.", 3)
