"""The API of a running server, asked thousands of odd things; and its two pages, looked at in a browser."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.e2e.conftest import Server, Visitor

pytestmark = pytest.mark.capability("PLT-1")
Open = Callable[..., Visitor]
# What follows the description must not be called malformed (400). It may still not hold (422), not be possible now
# (409), have changed (412) or not be there.
SETTINGS = """
[parameters]
"path.ref" = "{asked}"
"path.number" = {asked_measure}
"path.code" = "ekbacken-eken"
"path.law" = "sol-27-5"
"header.If-Match" = "*"

[checks]
positive_data_acceptance.expected-statuses = ["2xx", "401", "403", "404", "409", "412", "422"]
"""


@pytest.mark.both
def test_odd_questions_find_nothing(server: Server, tmp_path: Path) -> None:
    """Schemathesis: examples, then made-up data that follows the description and data that does not."""
    key = server.manage("token", "--person", "asa").strip()
    settings = tmp_path / "schemathesis.toml"
    settings.write_text(SETTINGS.format(**server.refs))
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(settings), "run"]
    command += [f"{server.url}/api/v1/openapi.json", "--header", f"Authorization: Bearer {key}", "--seed", "1"]
    command += ["--max-examples", "2", "--phases", "examples,fuzzing", "--workers", "2", "--continue-on-failure"]
    done = subprocess.run(command, cwd=tmp_path, env=server.environment, text=True, capture_output=True, timeout=300)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    with urlopen(f"{server.url}/api/v1/openapi.json") as answer:  # noqa: S310 - our own server
        paths = json.load(answer)["paths"].values()
    operations = sum(method in {"get", "post", "put", "patch", "delete"} for path in paths for method in path)
    assert f"Tested: {operations}" in done.stdout, done.stdout[-3000:]


def test_one_makes_a_key_and_reads_how_to_use_it(desk: Open, phone: Open) -> None:
    asa = desk("asa")
    asa.go("/konto/")
    asa.page.get_by_role("link", name="API-nycklar").click()
    asa.check("api-keys-none")
    asa.page.fill("#id_name", "Lönesystemet")
    asa.send()
    secret = asa.page.locator("code.secret").inner_text()
    assert secret.startswith("hjulet_")
    asa.check("api-keys-new")
    answer = asa.page.request.get(asa.url("/api/v1/units"), headers={"Authorization": f"Bearer {secret}"})
    assert answer.status == 200 and answer.json()["total"] > 3
    asa.page.get_by_role("link", name="Så används API:et").click()
    asa.page.locator("#list_cases summary").click()
    asa.check("api-docs")
    juno = phone("juno")
    juno.go("/konto/api-nycklar/")
    juno.check("api-keys-phone")
    juno.go("/api/v1/docs")
    juno.check("api-docs-phone")
    asa.go("/konto/api-nycklar/")
    asa.page.get_by_role("button", name="Återkalla Lönesystemet").click()
    assert "Nyckeln är återkallad" in asa.main()
    refused = asa.page.request.get(asa.url("/api/v1/units"), headers={"Authorization": f"Bearer {secret}"})
    assert refused.status == 401
