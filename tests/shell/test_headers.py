"""What the answers say to the browser, on one's own computer and as a municipality runs it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.django_db, pytest.mark.capability("ACC-1")]
PUBLISHED = {"HJULET_BASE_URL": "https://hjulet.example.se", "HJULET_SECRET_KEY": "k" * 20 + "0123456789abcdef"}
ASK = """
import json, django; django.setup()
from django.conf import settings
from django.test import Client
def ask(path, **how):
    answer = Client(headers={"host": "hjulet.example.se"}).get(path, **how)
    cookies = {n: {k: v for k, v in m.items() if v} for n, m in answer.cookies.items()}
    return {"status": answer.status_code, "headers": dict(answer.items()), "cookies": cookies}
print(json.dumps({
    "login": ask("/konto/logga-in/", secure=True), "plain": ask("/konto/logga-in/"), "health": ask("/healthz"),
    "api": ask("/api/v1/cases"), "api_secure": ask("/api/v1/cases", secure=True), "api_docs": ask("/api/v1/docs"),
    "session": settings.SESSION_COOKIE_NAME, "mail": [settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL],
    "old": settings.SECRET_KEY_FALLBACKS,
    "hashers": settings.PASSWORD_HASHERS, "debug": settings.DEBUG, "hosts": settings.ALLOWED_HOSTS,
}))
"""


def as_published(folder: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    mine = {name: value for name, value in os.environ.items() if not name.startswith(("HJULET_", "DJANGO_"))}
    environment = {
        **mine,
        "PYTHONPATH": str(ROOT / "src"),
        "DJANGO_SETTINGS_MODULE": "hjulet.config.settings",
        "HJULET_DATA_DIR": str(folder),
        **PUBLISHED,
        **changes,
    }
    return subprocess.run([sys.executable, "-c", ASK], env=environment, text=True, capture_output=True, timeout=60)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Any:
    changes = {
        "HJULET_EMAIL_URL": "smtp+ssl://n:l@mail.example.se:465",
        "HJULET_OLD_SECRET_KEYS": f"{'a' * 40} {'b' * 40}",
    }
    done = as_published(tmp_path_factory.mktemp("published"), **changes)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_published_cookies_are_for_this_host_over_https_and_for_no_script(published: Any) -> None:
    assert published["session"] == "__Host-hjulet_session"
    assert list(published["login"]["cookies"]) == ["__Host-hjulet_csrf"]
    csrf = published["login"]["cookies"]["__Host-hjulet_csrf"]
    assert csrf["secure"] and csrf["httponly"] and csrf["samesite"] == "Lax" and csrf["path"] == "/"
    assert "domain" not in csrf


def test_published_pages_are_https_only(published: Any) -> None:
    assert published["login"]["headers"]["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert published["plain"]["status"] == 301
    assert published["plain"]["headers"]["Location"] == "https://hjulet.example.se/konto/logga-in/"
    assert published["health"]["status"] == 200


def test_a_program_that_sends_its_key_in_the_open_is_told_so_and_not_led_on(published: Any) -> None:
    assert published["api"]["status"] == 403
    assert published["api"]["headers"]["Content-Type"] == "application/problem+json"
    assert published["api_secure"]["status"] == 401
    assert published["api_docs"]["status"] == 301


def test_published_settings_are_the_strong_ones(published: Any) -> None:
    assert published["mail"] == [False, True]
    assert published["hashers"] == ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    assert published["debug"] is False and published["hosts"] == ["hjulet.example.se"]
    assert published["old"] == ["a" * 40, "b" * 40]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"HJULET_BASE_URL": "http://hjulet.example.se"}, "https://"),
        ({"HJULET_SECRET_KEY": ""}, "HJULET_SECRET_KEY saknas"),
        ({"HJULET_SECRET_KEY": "kort"}, "för kort"),
        ({"HJULET_OLD_SECRET_KEYS": "kort"}, "HJULET_OLD_SECRET_KEYS"),
        ({"HJULET_DEMO": "1"}, "HJULET_DEMO=1"),
        ({"HJULET_TESTING": "1"}, "HJULET_TESTING"),
        ({"HJULET_CLOCK": "2026-11-12T09:00"}, "HJULET_CLOCK"),
    ],
)
def test_what_is_weak_does_not_start(changes: dict[str, str], told: str, tmp_path: Path) -> None:
    done = as_published(tmp_path, **changes)
    assert done.returncode != 0 and told in done.stderr.splitlines()[-1]


PATHS = [
    "/",
    "/konto/logga-in/",
    "/arenden/",
    "/finns-inte/",
    "/static/css/hjulet.css",
    "/static/img/hjulet.svg",
    "/healthz",
    "/robots.txt",
]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_tells_the_browser_what_it_may_not_do(path: str, browse: Callable[[str], Client]) -> None:
    answer = browse("asa").get(path)
    if answer.streaming:
        b"".join(answer.streaming_content)
    policy = answer["Content-Security-Policy"]
    for part in (
        "default-src 'none'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "script-src 'self'",
        "worker-src 'self'",
    ):
        assert part in policy
    assert "unsafe" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in answer
    assert "charset" in answer["Content-Type"] or answer["Content-Type"] == "image/svg+xml"
    assert not {"Server", "X-Powered-By"} & set(answer.headers)


@pytest.mark.parametrize(
    "path", ["/", "/arenden/", "/arenden/export/", "/organisation/personer/", "/finns-inte/", "/rapportera/"]
)
def test_nothing_about_people_is_kept_by_a_browser_or_a_proxy(path: str, browse: Callable[[str], Client]) -> None:
    answer = browse("asa").get(path)
    assert answer["Cache-Control"] == "no-store"
    if answer.streaming:
        b"".join(answer.streaming_content)


def test_a_text_given_back_to_someone_logged_out_is_not_kept_either(client: Client) -> None:
    answer = client.post("/rapportera/", {"description": "Hon ramlade i duschen. Golvet var halt."})
    assert answer.status_code == 401 and answer["Cache-Control"] == "no-store"


def test_a_file_keeps_its_own_stricter_policy(browse, assessed, actor, at) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    case = assessed("sol")
    asa = browse("asa")
    content = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"
    asa.post(f"/arenden/{case.ref}/fil/", {"file": SimpleUploadedFile("x.pdf", content)})
    answer = asa.get(re.findall(r'/arenden/[^"]+/fil/\d+/', asa.get(f"/arenden/{case.ref}/").content.decode())[0])
    assert answer.status_code == 200
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Content-Disposition"].startswith("attachment") and "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "127.0.0.1\r\nX: y"])
def test_a_strange_host_gets_nothing(host: str, client: Client) -> None:
    answer = client.get("/konto/logga-in/", headers={"host": host})
    assert answer.status_code == 400 and "evil" not in answer.content.decode()


@pytest.mark.parametrize("verb", ["TRACE", "TRACK", "CONNECT"])
def test_verbs_that_only_help_a_listener_are_refused(verb: str, browse: Callable[[str], Client]) -> None:
    answer = browse("asa").generic(verb, "/konto/", headers={"x-secret": "abc"})
    assert answer.status_code == 405 and b"abc" not in answer.content


def test_messages_are_kept_on_the_server(browse: Callable[[str], Client]) -> None:
    asa = browse("asa")
    answer = asa.post("/aviseringar/lasta/")
    assert "messages" not in answer.cookies
    assert "Alla aviseringar är lästa" in asa.get("/aviseringar/").content.decode()


def test_forms_need_their_token(browse: Callable[[str], Client], person: Any) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = browse("asa").cookies
    assert strict.post("/sprak/", {"language": "en"}).status_code == 403
    assert strict.post("/konto/losenord/", {"current": "hjulet", "new": "tre grodor på taket"}).status_code == 403
    assert person("asa").language == "sv"


def test_more_files_than_anyone_sends_are_refused_before_they_are_read(browse: Callable[[str], Client]) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    files = [SimpleUploadedFile(f"{n}.pdf", b"x") for n in range(21)]
    assert browse("juno").post("/rapportera/", {"files": files}).status_code == 400
