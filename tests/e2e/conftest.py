"""A real server, a real mail server and a real browser. Nothing here touches Django's own test database."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default as mail_policy
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Response, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from tests import kept

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "build" / "test-assets" / "axe.min.js"
PICTURES = ROOT / "docs" / "handbok" / "bilder"
CLOCK = "2026-11-12T10:00"  # a Thursday, by day: mail goes out at once
PASSWORD = "hjulet"  # noqa: S105  the demo's
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESK: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@dataclass
class Post:
    """What the mail server was given."""

    mails: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        self.mails.append(BytesParser(_class=EmailMessage, policy=mail_policy).parsebytes(envelope.content))
        return "250 OK"

    def to(self, login: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if mail["To"] == f"{login}@lovdala.example"]

    def anyone_about(self, word: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if word in f"{mail['Subject']} {mail.get_content()}"]

    def about(self, login: str, word: str, *, within: float = 20) -> list[EmailMessage]:
        """The mails to someone that hold a word. Waits for the first: the worker may have one in its hands."""
        until = time.monotonic() + within
        while True:
            found = [mail for mail in self.to(login) if word in f"{mail['Subject']} {mail.get_content()}"]
            if found or time.monotonic() > until:
                return found
            time.sleep(0.2)


@dataclass
class Server:
    """A running Hjulet: its address, what its children need, its mail and the cases to open pages on."""

    url: str
    environment: dict[str, str]
    post: Post
    refs: dict[str, Any] = field(default_factory=dict)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *command], env=self.environment, cwd=ROOT, text=True, capture_output=True, timeout=300
        )

    def manage(self, *command: str) -> str:
        done = self.run("-m", "django", *command)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def ask(self, code: str) -> str:
        return self.manage("shell", "--verbosity", "0", "-c", code).strip()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _environment(folder: Path, port: int, mail_port: int) -> dict[str, str]:
    mine = {name: value for name, value in os.environ.items() if not name.startswith(("HJULET_", "DJANGO_", "PYTEST_"))}
    database = os.environ.get("HJULET_DATABASE_URL")
    return {
        **mine,
        **({"HJULET_DATABASE_URL": database} if database else {}),
        "DJANGO_SETTINGS_MODULE": "hjulet.config.settings",
        "PYTHONPATH": str(ROOT / "src"),
        "PYTHONUTF8": "1",
        "HJULET_DATA_DIR": str(folder),
        "HJULET_DEMO": "1",
        "HJULET_CLOCK": CLOCK,
        "HJULET_BASE_URL": f"http://127.0.0.1:{port}",
        "HJULET_EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
    }


def _gunicorn(port: int) -> list[str]:
    return [
        *("-m", "gunicorn", "hjulet.config.wsgi:application", "--bind", f"127.0.0.1:{port}"),
        *("--worker-class", "gthread", "--workers", "1", "--threads", "4", "--timeout", "60"),
        *("--no-control-socket", "--log-level", "warning", "--graceful-timeout", "3"),
    ]


@pytest.fixture(scope="session")
def post() -> Iterator[tuple[Post, int]]:
    received, port = Post(), _free_port()
    loop = asyncio.new_event_loop()
    controller = Controller(received, hostname="127.0.0.1", port=port, loop=loop)
    controller.start()
    yield received, port
    controller.stop()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, post: tuple[Post, int]) -> Iterator[Server]:
    """The whole of Hjulet as child processes, with people and five cases."""
    received, mail_port = post
    folder, port = tmp_path_factory.mktemp("hjulet"), _free_port()
    it = Server(f"http://127.0.0.1:{port}", _environment(folder, port, mail_port), received)
    kept.tables(it.environment, lambda: it.manage("migrate", "--verbosity", "0"))
    built = it.run("tests/e2e/world.py")
    assert built.returncode == 0, built.stderr
    it.refs = json.loads(built.stdout)
    with _running(it, folder):
        yield it


@contextlib.contextmanager
def _running(it: Server, folder: Path) -> Iterator[None]:
    port = int(it.url.rsplit(":", 1)[1])
    with (folder / "log").open("w") as log:
        children = [
            subprocess.Popen([sys.executable, *command], env=it.environment, cwd=ROOT, stdout=log, stderr=log)
            for command in (_gunicorn(port), ["-m", "django", "jobs"])
        ]
        try:
            _wait(it.url, folder / "log")
            yield
        finally:
            for child in children:
                child.terminate()
            for child in children:
                child.wait(20)


@pytest.fixture
def at_another_time(
    server: Server, tmp_path_factory: pytest.TempPathFactory, post: tuple[Post, int]
) -> Callable[[str], contextlib.AbstractContextManager[Server]]:
    """The same municipality at another time, on a copy of its SQLite database: `with at_another_time("…T22:40")`."""
    received, mail_port = post

    @contextlib.contextmanager
    def moved(clock: str) -> Iterator[Server]:
        folder, port = tmp_path_factory.mktemp("hjulet"), _free_port()
        source = Path(server.environment["HJULET_DATA_DIR"])
        for one in source.iterdir():  # the secret key among them: who was logged in still is
            if one.is_file() and "sqlite3" not in one.name:
                shutil.copy(one, folder)
        here, there = source / "hjulet.sqlite3", folder / "hjulet.sqlite3"
        with contextlib.closing(sqlite3.connect(here)) as old, contextlib.closing(sqlite3.connect(there)) as new:
            old.backup(new)
        environment = {**_environment(folder, port, mail_port), "HJULET_CLOCK": clock}
        it = Server(f"http://127.0.0.1:{port}", environment, received, server.refs)
        with _running(it, folder):
            yield it

    return moved


def _wait(url: str, log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            with urlopen(f"{url}/readyz", timeout=5) as answer:  # noqa: S310  our own address
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.3)
    raise AssertionError(f"the server did not become ready: {log.read_text()}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        program = os.environ.get("HJULET_CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


class Visitor:
    """One browser of one person. `checked` holds the pages whose accessibility has been looked at."""

    def __init__(self, server: Server, context: BrowserContext, trouble: list[str], checked: set[str]) -> None:
        self.server, self.context, self.trouble, self.checked = server, context, trouble, checked
        self.page: Page = context.new_page()
        self.narrow = self._width() < 500
        for page in context.pages:
            self.listen(page)
        context.on("page", self.listen)

    def listen(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.trouble.append(f"{page.url}: {error}"))
        page.on("console", self._console)

    def _console(self, message: ConsoleMessage) -> None:
        # Chromium also writes a line for each 4xx answer and each request made without a network.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.trouble.append(f"{message.location.get('url')}: {message.text}")

    def _width(self) -> int:
        size = self.page.viewport_size
        return size["width"] if size else 0

    def url(self, path: str) -> str:
        return path if path.startswith("http") else self.server.url + path

    def go(self, path: str, status: int = 200) -> Response:
        answer = self.page.goto(self.url(path))
        assert answer is not None and answer.status == status, f"{path}: {answer and answer.status}"
        return answer

    def status(self, path: str) -> int:
        answer = self.page.goto(self.url(path))
        assert answer is not None
        return answer.status

    def login(self, login: str, password: str = PASSWORD) -> Visitor:
        if "/konto/logga-in/" not in self.page.url:
            self.go("/konto/logga-in/")
        return self.login_here(login, password)

    def login_here(self, login: str, password: str = PASSWORD) -> Visitor:
        """The login form on the page one is at, which may hold a text that was kept."""
        self.page.fill("#login", login)
        self.page.fill("#password", password)
        with self.page.expect_navigation():
            self.page.click("main button[type=submit]")
        return self

    def pick(self, name: str, value: str) -> None:
        self.page.locator(f'input[name="{name}"][value="{value}"]').check()

    @property
    def send_button(self) -> Locator:
        return self.page.locator("main form button.btn-primary[type=submit]")

    def send(self) -> None:
        """Presses the page's button and waits for the page that answers, however busy the machine is."""
        with self.page.expect_navigation():
            self.send_button.click()

    def main(self) -> str:
        return self.page.locator("main").inner_text()

    def report(self, text: str, *, harm: str = "yes", when: str = "now") -> None:
        """Fills in the report form; does not send."""
        if not re.search(r"/rapportera/$", self.page.url):
            self.go("/rapportera/")
        self.page.fill("#id_description", text)
        self.pick("when", when)
        self.pick("reported_harm", harm)

    def sent_ref(self) -> str:
        self.page.wait_for_url("**/rapportera/tack/**")
        return self.page.url.rstrip("/").rsplit("/", 1)[1]

    def check(self, name: str = "") -> None:
        """Axe in light and dark, and no sideways scrolling; once for each kind of page and width."""
        key = f"{self.narrow}:{name or re.sub(r'[0-9][0-9-]*', '#', self.page.url)}"
        if key in self.checked:
            return
        self.checked.add(key)
        before = self.page.viewport_size
        assert before is not None
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            wrong = axe(self.page)
            self.trouble += [f"{key} ({scheme}) {one}" for one in wrong]
        self.page.emulate_media(color_scheme="light")
        for width in {before["width"], 390, 320}:
            self.page.set_viewport_size({"width": width, "height": before["height"]})
            over = self.page.evaluate(OVERFLOW)
            if over:
                self.trouble.append(f"{key} is wider than {width}: {over}")
        self.page.set_viewport_size(before)

    def picture(self, name: str, *, whole: bool = False) -> None:
        if os.environ.get("HJULET_PICTURES") == "1":
            PICTURES.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=PICTURES / f"{name}.png", full_page=whole, animations="disabled")


OVERFLOW = """() => { const wide = document.documentElement.clientWidth;
 if (document.documentElement.scrollWidth <= wide) return [];
 return [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > wide + 1)
  .map(e => `${e.tagName}.${e.className?.baseVal ?? e.className} ${Math.round(e.getBoundingClientRect().right)}`).slice(0, 8); }"""


def axe(page: Page) -> list[str]:
    """What breaks WCAG 2.2 A or AA on the page as it is now: rule, help, and the places."""
    try:
        found = _examined(page)
    except PlaywrightError:  # a click's next page took the place of the one that was being looked at
        page.wait_for_load_state()
        found = _examined(page)
    return [
        f"{one['id']}: {one['help']}: "
        + "; ".join(
            f"{node['target']} {node['html'][:120]} {node['failureSummary'][-200:]}" for node in one["nodes"][:4]
        )
        for one in found["violations"]
    ]


def _examined(page: Page) -> dict[str, Any]:
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(AXE.read_text())
    found: dict[str, Any] = page.evaluate(
        "tags => axe.run({runOnly: {type: 'tag', values: tags}, preload: false, resultTypes: ['violations']})", TAGS
    )
    return found


@pytest.fixture(scope="session")
def checked() -> set[str]:
    return set()


@pytest.fixture
def visit(server: Server, browser: Browser, checked: set[str]) -> Iterator[Callable[..., Visitor]]:
    """Opens a browser of one's own: `visit(PHONE)`. A JavaScript error or a CSP violation in it fails the test."""
    contexts: list[BrowserContext] = []
    trouble: list[str] = []

    def open_one(kind: dict[str, Any], login: str = "", at: Server | None = None) -> Visitor:
        context = browser.new_context(locale="sv-SE", timezone_id="Europe/Stockholm", **kind)
        context.set_default_timeout(60_000)
        contexts.append(context)
        visitor = Visitor(at or server, context, trouble, checked)
        return visitor.login(login) if login else visitor

    yield open_one
    for context in contexts:
        context.close()
    assert not trouble, "\n".join(trouble)


@pytest.fixture
def phone(visit: Callable[..., Visitor]) -> Callable[..., Visitor]:
    return lambda login="", at=None: visit(PHONE, login, at)


@pytest.fixture
def desk(visit: Callable[..., Visitor]) -> Callable[..., Visitor]:
    return lambda login="", at=None: visit(DESK, login, at)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.failed and os.environ.get("HJULET_E2E_LIVE"):
        print(f"\n!! {report.nodeid} {report.when} {str(report.longrepr)[-2500:]}", flush=True)
