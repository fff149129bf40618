"""When the database stops and when a worker is killed: nothing half-written, nothing acknowledged is lost."""

from __future__ import annotations

import contextlib
import http.client
import http.cookiejar
import os
import re
import signal
import sqlite3
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import Server

TEXT = "Hon ramlade i duschen medan databasen var borta. Golvet var halt."


class Reporter:
    """Juno without a browser: logs in and sends reports."""

    def __init__(self, server: Server) -> None:
        self.url = server.url
        self.jar = http.cookiejar.CookieJar()
        self.open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar)).open
        self.get("/konto/logga-in/")
        self.post("/konto/logga-in/", {"login": "juno", "password": "hjulet"})
        self.unit = re.search(r'<option value="(\d+)" selected', self.get("/rapportera/")).group(1)  # type: ignore[union-attr]

    def get(self, path: str) -> str:
        with self.open(f"{self.url}{path}", timeout=60) as answer:
            return answer.read().decode()  # type: ignore[no-any-return]

    def post(self, path: str, fields: dict[str, str]) -> tuple[int, str, str]:
        """Status, address and page after redirects."""
        token = next(cookie.value for cookie in self.jar if cookie.name == "csrftoken") or ""
        body = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": token}).encode()
        try:
            with self.open(f"{self.url}{path}", body, timeout=90) as answer:
                return answer.status, answer.url, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, path, refused.read().decode()

    def report(self, key: str, text: str = TEXT) -> tuple[int, str, str]:
        fields = {"description": text, "when": "now", "reported_harm": "yes", "unit": self.unit, "submission_key": key}
        return self.post("/rapportera/", fields)


@contextlib.contextmanager
def database_stopped(server: Server) -> Iterator[None]:
    """PostgreSQL refuses every connection; SQLite is held by someone else."""
    address = server.environment.get("HJULET_DATABASE_URL", "")
    if not address:
        held = sqlite3.connect(Path(server.environment["HJULET_DATA_DIR"]) / "hjulet.sqlite3", isolation_level=None)
        held.execute("BEGIN EXCLUSIVE")
        try:
            yield
        finally:
            held.execute("ROLLBACK")
            held.close()
        return
    import psycopg

    base, name = address.rsplit("/", 1)
    name, _, options = name.partition("?")
    elsewhere = "template1" if name == "postgres" else "postgres"  # a database cannot be closed from within
    other = f"{base}/{elsewhere}{'?' + options if options else ''}"
    with psycopg.connect(other, autocommit=True) as keeper:
        keeper.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        keeper.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        try:
            yield
        finally:
            keeper.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


def count(server: Server, text: str) -> int:
    code = (
        "from hjulet.cases.models import Case;"
        f"print(Case.objects.unscoped(reason='test').filter(description={text!r}).count())"
    )
    return int(server.ask(code))


@pytest.mark.both
@pytest.mark.capability("DEV-1")
def test_a_stopped_database_gives_a_clear_page_and_writes_nothing(server: Server) -> None:
    juno, key = Reporter(server), str(uuid.uuid4())
    with database_stopped(server):
        status, _address, page = juno.report(key)
    assert status == 503
    assert "Databasen svarar inte just nu" in page and "Inget är halvt sparat" in page
    assert TEXT in page
    assert count(server, TEXT) == 0
    status, address, _page = juno.report(key)
    assert (status, "/rapportera/tack/" in address) == (200, True)
    assert count(server, TEXT) == 1


def worker_of(server: Server) -> int:
    """The worker process: a child of the server's master."""
    port = server.url.rsplit(":", 1)[1].encode()
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if b"gunicorn" in (line := (folder / "cmdline").read_bytes()) and b":" + port in line:
                found[int(folder.name)] = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
    return next(pid for pid, parent in found.items() if parent in found)


def _grown(some: list[str], *, by: int, within: float = 60) -> bool:
    """Waits until there are more, as long as a busy machine may take to start a worker."""
    wanted, until = len(some) + by, time.monotonic() + within
    while len(some) < wanted and time.monotonic() < until:
        time.sleep(0.1)
    return len(some) >= wanted


@pytest.mark.both
@pytest.mark.capability("PLT-4")
def test_a_killed_worker_loses_no_acknowledged_case(server: Server) -> None:
    text = "Rapport mitt i ett avbrott."
    reporters = [Reporter(server) for _ in range(3)]
    acknowledged: list[str] = []
    stop = threading.Event()

    def send(juno: Reporter) -> None:
        while not stop.is_set():
            with contextlib.suppress(OSError, http.client.HTTPException):  # an answer may be cut off half-way
                status, address, _page = juno.report(str(uuid.uuid4()), text)
                if status == 200 and "/rapportera/tack/" in address:
                    acknowledged.append(address.rstrip("/").rsplit("-", 1)[1])

    senders = [threading.Thread(target=send, args=(juno,)) for juno in reporters]
    for sender in senders:
        sender.start()
    for _ in range(2):
        assert _grown(acknowledged, by=5)  # three may have been on their way at the last kill
        os.kill(worker_of(server), signal.SIGKILL)
    assert _grown(acknowledged, by=5)  # the one that took its place answers
    stop.set()
    for sender in senders:
        sender.join(60)
    code = (
        "from hjulet.cases.models import Case;"
        f"print(Case.objects.unscoped(reason='test').filter(pk__in={[int(n) for n in acknowledged]}).count())"
    )
    assert int(server.ask(code)) == len(set(acknowledged)) == len(acknowledged)
    unfinished = (
        "from hjulet.cases.models import Case;"
        f"print(Case.objects.unscoped(reason='test').filter(description={text!r}, clocks__isnull=True).count())"
    )
    assert int(server.ask(unfinished)) == 0
    server.manage("verify-log")
    server.manage("verify-stats")
