"""A known weakness in a package stops the check; a service out of reach is told about and does not."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
LOCK = "django==5.2.19\nasgiref==3.8.1\n"
WEAK = {
    "vulns": [
        {
            "id": "PYSEC-2026-1",
            "schema_version": "1.4.0",
            "summary": "A weakness for the test.",
            "affected": [
                {
                    "package": {"name": "django", "ecosystem": "PyPI"},
                    "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "5.2.99"}]}],
                }
            ],
        }
    ]
}
Serve = Callable[[Callable[[dict[str, Any]], tuple[int, bytes]]], str]


@pytest.fixture
def audit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import advisories

    environment = {**os.environ, "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    for name in ("setup", "advisories"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    lock = tmp_path / "requirements.lock"
    lock.write_text(LOCK)
    return lambda given=lock: advisories.audit(environment, given)


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """A service that answers each question as the test says; its address is set for the check."""
    servers: list[ThreadingHTTPServer] = []

    def start(answer: Callable[[dict[str, Any]], tuple[int, bytes]]) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:  # noqa: N802 - the base class names it
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status, body = answer(asked)
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_said: Any) -> None:
                """Nothing in the tests' output."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/v1/query"
        monkeypatch.setenv("HJULET_ADVISORY_URL", url)
        return url

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_known_weakness_fails_and_is_named(audit: Any, serve: Serve, capsys: pytest.CaptureFixture[str]) -> None:
    serve(lambda asked: (200, json.dumps(WEAK if asked["package"]["name"] == "django" else {}).encode()))
    assert audit() == 1
    told = capsys.readouterr().out
    assert "django 5.2.19: PYSEC-2026-1, rättat i 5.2.99" in told and "asgiref" not in told


def test_every_package_of_the_real_lock_file_is_asked_about(audit: Any, serve: Serve, capsys: Any) -> None:
    asked: set[str] = set()
    serve(lambda question: (asked.add(question["package"]["name"]), (200, b"{}"))[1])
    lock = ROOT / "requirements.lock"
    began = time.monotonic()
    assert audit(lock) == 0
    assert time.monotonic() - began < 30
    assert {"django", "gunicorn", "pillow", "argon2-cffi", "psycopg"} <= asked
    assert f"{len(asked)} paket, inga kända brister." in capsys.readouterr().out


@pytest.mark.parametrize(
    "answer", [(500, b"broken"), (403, b"no"), (200, b"<html>log in to the hotel's network</html>")]
)
def test_a_service_that_answers_something_else_is_a_warning(
    answer: tuple[int, bytes], audit: Any, serve: Serve, capsys: Any
) -> None:
    serve(lambda asked: answer)
    assert audit() == 0
    assert "VARNING" in capsys.readouterr().out


def test_a_service_out_of_reach_is_a_warning(audit: Any, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setenv("HJULET_ADVISORY_URL", "http://127.0.0.1:9/v1/query")
    assert audit() == 0
    assert "inte kontrollerade i dag" in capsys.readouterr().out


def test_a_service_that_never_answers_is_not_waited_for(audit: Any, serve: Serve, capsys: Any) -> None:
    serve(lambda asked: (time.sleep(8), (200, b"{}"))[1])
    began = time.monotonic()
    assert audit() == 0
    assert time.monotonic() - began < 28
    assert "VARNING" in capsys.readouterr().out


def test_a_lock_file_that_cannot_be_read_is_a_failure_not_a_warning(audit: Any, tmp_path: Path, capsys: Any) -> None:
    broken = tmp_path / "broken.lock"
    broken.write_text("django>=5\n")
    assert audit(broken) == 1
    assert "VARNING" not in capsys.readouterr().out
