"""The real web server and the real worker: what they log, how they stop, and a database that goes and comes back."""

from __future__ import annotations

import contextlib
import http.cookiejar
import json
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tests.operations.installation import ROOT, Installation, environment

pytestmark = [pytest.mark.capability("PLT-4"), pytest.mark.e2e, pytest.mark.both]
TEXT = "Ramlade bredvid sangen medan Annastina Fagerlundh tittade pa."
TOKEN = "mattoken-for-testet"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Stay(urllib.request.HTTPRedirectHandler):
    """Takes the answer as it is, without going on to the next page."""

    def redirect_request(self, *_args: Any) -> None:
        return None


@dataclass
class Running:
    """A web server of an installation, as it runs in production but for the address."""

    place: Installation
    port: int
    log: Path
    process: subprocess.Popen[bytes]
    jar: http.cookiejar.CookieJar = field(default_factory=http.cookiejar.CookieJar)
    also: list[urllib.request.BaseHandler] = field(default_factory=list)

    def ask(self, path: str, fields: dict[str, str] | None = None, **headers: str) -> tuple[int, str, Any]:
        """Status, page and headers, after redirects."""
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar), *self.also)
        body = None
        if fields is not None:
            token = next((cookie.value for cookie in self.jar if cookie.name == "csrftoken"), "") or ""
            body = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": token}).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", body, headers)
        try:
            with opener.open(request, timeout=60) as answer:
                return answer.status, answer.read().decode(), answer.headers
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode(), refused.headers

    def log_in(self, login: str = "juno") -> str:
        """Returns the person's own unit, as the report form has it."""
        self.ask("/konto/logga-in/")
        self.ask("/konto/logga-in/", {"login": login, "password": "hjulet"})
        found = re.search(r'<option value="(\d+)" selected', self.ask("/rapportera/")[1])
        assert found is not None
        return found.group(1)

    def report(self, unit: str, text: str = TEXT) -> int:
        fields = {"description": text, "when": "now", "reported_harm": "yes", "unit": unit}
        return self.ask("/rapportera/", {**fields, "submission_key": str(uuid.uuid4())})[0]


@contextlib.contextmanager
def running(place: Installation, **changes: str) -> Iterator[Running]:
    port = free_port()
    log = place.folder / f"log-{port}"
    settings = {
        "HJULET_BASE_URL": f"http://127.0.0.1:{port}",
        "HJULET_BIND": f"127.0.0.1:{port}",
        "HJULET_WORKERS": "2",
        "HJULET_LOG_FORMAT": "json",
        **changes,
    }
    command = ["-m", "gunicorn", "--config", "python:hjulet.config.gunicorn", "hjulet.config.wsgi:application"]
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, *command], env={**place.environment, **settings}, cwd=ROOT, stdout=file, stderr=file
        )
    it = Running(place, port, log, process)
    try:
        wait(lambda: process.poll() is not None or answers(it, "/healthz") > 0, log)
        assert process.poll() is None, log.read_text()
        yield it
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(40)


def answers(it: Running, path: str) -> int:
    try:
        return it.ask(path)[0]
    except OSError:
        return 0


def wait(done: Callable[[], bool], log: Path, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.2)


def test_the_log_of_a_day_at_work_names_nobody(town: Installation) -> None:
    with running(town, HJULET_METRICS="1", HJULET_METRICS_TOKEN=TOKEN) as it:
        unit = it.log_in()
        assert it.report(unit) == 200
        it.ask(f"/arenden/?q={urllib.parse.quote('Annastina Fagerlundh')}")
        it.ask("/sok/", {"q": "Annastina"})
        it.ask("/finns/inte/Annastina-Fagerlundh/?namn=Fagerlundh")
        it.ask("/konto/logga-in/", {"login": "annastina", "password": "Fagerlundh-1212"})
        given = it.ask("/tillganglighet/")[2]["X-Request-ID"]
        with database_held(town):
            assert it.report(unit) == 503
        status, figures, _headers = it.ask("/metrics", Authorization=f"Bearer {TOKEN}")
        assert status == 200 and 'hjulet_requests_total{status="5xx"} 1' in figures
    said = it.log.read_text()
    for word in ("Annastina", "annastina", "Fagerlundh", "Ramlade", "juno", "Juno", "sangen", "/finns", "1212"):
        assert word not in said, word
    lines = [json.loads(line) for line in said.splitlines()]
    requests = [line for line in lines if line["logger"] == "hjulet.request"]
    seen = {(line["method"], line["route"], line["status"]) for line in requests}
    assert {("POST", "report", 302), ("POST", "report", 503), ("GET", "-", 404), ("POST", "login", 401)} <= seen
    assert all(isinstance(line["ms"], int) for line in requests)
    assert [line["route"] for line in requests if line["request_id"] == given] == ["accessibility"]
    reported = next(line for line in requests if line["route"] == "report" and line["status"] == 302)
    assert isinstance(reported["person"], int)


def test_a_container_asks_its_own_server_by_the_right_name(town: Installation) -> None:
    """As in production: another host name, https only, no demo."""
    away = {
        "HJULET_BASE_URL": "https://hjulet.example.se",
        "HJULET_SECRET_KEY": "0123456789abcdef" * 3,
        **dict.fromkeys(("HJULET_DEMO", "HJULET_TESTING"), "0"),
        "HJULET_CLOCK": "",
    }
    with running(town, **away) as it:
        assert it.ask("/healthz")[0] == 400
        asked = {**away, "HJULET_BIND": f"0.0.0.0:{it.port}"}
        done = town.run("-m", "hjulet.operations.probe", **asked)
        assert (done.returncode, done.stdout) == (0, "ok\n"), done.stderr
        town.ask("from hjulet.core.models import JobRun; JobRun.objects.all().delete()")
        done = town.run("-m", "hjulet.operations.probe", "/readyz", **asked)
        assert done.returncode == 1 and "schemalagt arbete" in done.stdout
    assert town.run("-m", "hjulet.operations.probe", **asked).returncode == 1


@contextlib.contextmanager
def database_held(place: Installation) -> Iterator[None]:
    """PostgreSQL refuses every connection; SQLite is held by someone else for longer than a request waits."""
    address = place.environment.get("HJULET_DATABASE_URL", "")
    if not address:
        with held(place):
            yield
        return
    import psycopg

    base, _, name = address.rpartition("/")
    name = name.partition("?")[0]
    with psycopg.connect(f"{base}/postgres", autocommit=True) as keeper:
        keeper.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        keeper.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        try:
            yield
        finally:
            keeper.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


@contextlib.contextmanager
def held(place: Installation) -> Iterator[None]:
    """A lock that a report has to wait for."""
    address = place.environment.get("HJULET_DATABASE_URL", "")
    if address:
        import psycopg

        with psycopg.connect(address) as keeper:
            keeper.execute("LOCK TABLE cases_case IN ACCESS EXCLUSIVE MODE")
            yield
            keeper.rollback()
        return
    keeper = sqlite3.connect(place.folder / "hjulet.sqlite3", isolation_level=None)
    keeper.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        keeper.execute("ROLLBACK")
        keeper.close()


def test_a_request_under_way_is_answered_before_the_server_stops(town: Installation) -> None:
    text = "Skickades just nar servern skulle stanna."
    answered: list[int] = []
    with running(town) as it:
        unit = it.log_in()
        it.also.append(Stay())
        sender = threading.Thread(target=lambda: answered.append(it.report(unit, text)))
        with held(town):
            sender.start()
            time.sleep(1.5)
            it.process.send_signal(signal.SIGTERM)
            time.sleep(1.5)
            assert it.process.poll() is None and not answered
        sender.join(40)
        assert it.process.wait(40) == 0
        assert answered == [302] and answers(it, "/healthz") == 0
    code = f"from hjulet.cases.models import Case; print(Case.objects.unscoped(reason='t').filter(description={text!r}).count())"
    assert town.ask(code) == "1"


class SlowPost:
    """A mail server that takes its time, and says when it has been given something."""

    def __init__(self) -> None:
        self.given, self.go_on, self.received = threading.Event(), threading.Event(), 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        import asyncio

        self.given.set()
        while not self.go_on.is_set():
            await asyncio.sleep(0.05)
        self.received += 1
        return "250 OK"


def test_the_worker_finishes_its_job_before_it_stops(town: Installation) -> None:
    with running(town) as it:
        assert it.report(it.log_in(), "Något som någon ska få mejl om.") == 200
    slow, port = SlowPost(), free_port()
    controller = Controller(slow, hostname="127.0.0.1", port=port)
    controller.start()
    log = town.folder / "log-jobs"
    settings = {**town.environment, "HJULET_EMAIL_URL": f"smtp://127.0.0.1:{port}", "HJULET_LOG_FORMAT": "json"}
    # The clock stands still in this town, and mail was looked for just now.
    town.ask("from hjulet.core.models import JobRun; JobRun.objects.all().delete()")
    try:
        with log.open("wb") as file:
            worker = subprocess.Popen(
                [sys.executable, "-m", "django", "jobs"], env=settings, cwd=ROOT, stdout=file, stderr=file
            )
        assert slow.given.wait(60), log.read_text()
        worker.send_signal(signal.SIGTERM)
        time.sleep(1)
        assert worker.poll() is None
        slow.go_on.set()
        assert worker.wait(60) == 0
    finally:
        controller.stop()
    code = """
from hjulet.core.models import JobRun
from hjulet.notify.models import Outbox
run = JobRun.objects.get(name="send-mail")
from hjulet.core.jobs import JOBS
left = len(JOBS) - JobRun.objects.count()
print(bool(run.finished_at), run.error, Outbox.objects.exclude(state="sent").count(), left)
"""
    finished, waiting, left = town.ask(code).split()
    assert (finished, waiting) == ("True", "0") and slow.received >= 1
    assert int(left) > 0  # those that come after it were not begun
    assert "lovdala.example" not in log.read_text()


@contextlib.contextmanager
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Callable[..., None]]]:
    """A PostgreSQL of our own and a way to run pg_ctl on it."""
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import psycopg
    import testdb

    with testdb.postgres() as url:
        with psycopg.connect(url) as keeper:
            folder = keeper.execute("SHOW data_directory").fetchone()[0]  # type: ignore[index]
            programs = keeper.execute("SELECT setting FROM pg_config WHERE name = 'BINDIR'").fetchone()[0]  # type: ignore[index]
        options = (Path(folder) / "postmaster.opts").read_text().split(" ", 1)[1].strip().replace('"', "'")
        log = Path(folder) / "restarted.log"

        def control(*what: str) -> None:
            command = [f"{programs}/pg_ctl", "-D", folder, "-w", "-l", str(log), "-o", options, *what]
            done = subprocess.run(
                command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=folder, **testdb._account()
            )
            assert done.returncode == 0, done.stderr

        try:
            yield url, control
        finally:
            subprocess.run(
                [f"{programs}/pg_ctl", "-D", folder, "-m", "immediate", "stop"], **testdb._account(), cwd="/"
            )


def children_of(pid: int) -> set[int]:
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1]) == pid:
                found.add(int(folder.name))
    return found


def test_postgresql_is_restarted_under_a_running_hjulet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with cluster(monkeypatch) as (url, control):
        settings = environment(tmp_path, url)
        del settings["HJULET_CLOCK"]
        place = Installation(tmp_path, settings)
        place.manage("migrate", "--verbosity", "0")
        log = tmp_path / "log-jobs"
        with running(place, HJULET_WORKERS="1") as it, log.open("wb") as file:
            worker = subprocess.Popen(
                [sys.executable, "-m", "django", "jobs"], env=settings, cwd=ROOT, stdout=file, stderr=file
            )
            try:
                wait(lambda: answers(it, "/readyz") == 200, log)
                before = children_of(it.process.pid)
                control("-m", "fast", "stop")
                assert it.ask("/readyz")[:2] == (503, "databasen svarar inte\n")
                wait(lambda: "does not answer" in log.read_text(), log)
                control("start")
                assert it.ask("/readyz")[:2] == (200, "ok\n")  # at once, on the connection that had been lost
                assert it.ask("/konto/logga-in/")[0] == 200
                place.ask("from hjulet.core.models import JobRun; JobRun.objects.all().delete()")
                wait(lambda: place_has_run(place), log)
                assert children_of(it.process.pid) == before and worker.poll() is None
            finally:
                worker.terminate()
                assert worker.wait(30) == 0


def place_has_run(place: Installation) -> bool:
    return int(place.ask("from hjulet.core.models import JobRun; print(JobRun.objects.count())")) >= 6
