"""The files in deploy/: read as their programs read them, and held to what a server should ask of them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
pytestmark = pytest.mark.capability("PLT-4")


def instructions(text: str) -> list[tuple[str, str]]:
    """A Containerfile's lines, continued ones joined, comments away."""
    whole = re.sub(r"\\\n\s*", "", "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#")))
    return [
        (word.upper(), rest) for word, _, rest in (line.strip().partition(" ") for line in whole.splitlines()) if word
    ]


@pytest.fixture(scope="module")
def container() -> list[tuple[str, str]]:
    return instructions((DEPLOY / "Containerfile").read_text())


def test_the_image_builds_on_one_base_that_can_be_chosen(container: list[tuple[str, str]]) -> None:
    assert container[0] == ("ARG", "BASE_IMAGE=python:3.13-slim")
    bases = [rest.split()[0] for word, rest in container if word == "FROM"]
    assert len(bases) == 2 and set(bases) == {"${BASE_IMAGE}"}
    known = {
        "FROM",
        "ARG",
        "RUN",
        "COPY",
        "ENV",
        "USER",
        "WORKDIR",
        "VOLUME",
        "EXPOSE",
        "STOPSIGNAL",
        "HEALTHCHECK",
        "CMD",
    }
    assert {word for word, _ in container} <= known  # ADD fetches and unpacks without being asked


def test_the_image_runs_as_nobody_in_particular(container: list[tuple[str, str]]) -> None:
    last = container[max(i for i, (word, _) in enumerate(container) if word == "FROM") :]
    words = [word for word, _ in last]
    assert [rest for word, rest in last if word == "USER"] == ["10001:10001"]
    assert words.index("USER") > max(i for i, word in enumerate(words) if word in {"RUN", "COPY"})
    assert all(int(rest) > 1024 for word, rest in last if word == "EXPOSE")
    command = json.loads(next(rest for word, rest in last if word == "CMD"))
    assert command[0] == "gunicorn" and "python:hjulet.config.gunicorn" in command
    health = next(rest for word, rest in last if word == "HEALTHCHECK")
    assert json.loads(health[health.index("CMD ") + 4 :])[-1] == "hjulet.operations.probe"


def test_the_image_takes_only_what_is_there_and_no_secret(container: list[tuple[str, str]]) -> None:
    for word, rest in container:
        if word == "COPY" and "--from" not in rest:
            for source in rest.split()[:-1]:
                assert (ROOT / source).exists(), source
                assert any(source == kept or source.startswith(f"{kept}/") for kept in kept_for_building()), source
        if word in {"ENV", "ARG"}:
            assert not re.search(r"(?i)password|secret|token|key", rest)
    fetched = [rest for word, rest in container if word == "RUN" and "pip install" in rest]
    assert fetched and all("--require-hashes" in rest for rest in fetched)


def kept_for_building() -> set[str]:
    """What .dockerignore lets through; it begins by shutting everything out."""
    lines = (ROOT / ".dockerignore").read_text().split()
    assert lines[0] == "*"
    return {line[1:] for line in lines if line.startswith("!")}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return found


def test_compose_names_only_what_it_has(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert {"db", "migrate", "web", "jobs", "backup", "mail"} == set(services)
    for name, service in services.items():
        for other, how in service.get("depends_on", {}).items():
            assert other in services, (name, other)
            assert how["condition"] != "service_healthy" or "healthcheck" in services[other]
        assert set(service.get("secrets", [])) <= set(compose["secrets"]), name
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            inside = source.startswith(("./", "${"))
            assert inside or source in compose["volumes"], (name, volume)
        for port in service.get("ports", []):
            assert port.startswith("127.0.0.1:"), (name, port)
    for secret in compose["secrets"].values():
        assert secret["file"].startswith("./secrets/")


def test_compose_runs_ours_with_as_little_as_can_be(compose: dict[str, Any]) -> None:
    for name in ("migrate", "web", "jobs", "backup"):
        service = compose["services"][name]
        assert service["read_only"] and service["cap_drop"] == ["ALL"] and service["user"] == "10001:10001"
        assert service["security_opt"] == ["no-new-privileges:true"] and "/tmp" in service["tmpfs"]
        for variable, value in service["environment"].items():
            assert not re.search(r"KEY$|DATABASE_URL$|PASSWORD$", variable), variable  # secrets come from files
            assert value
    assert (DEPLOY / compose["services"]["web"]["build"]["context"] / "deploy" / "Containerfile").exists()


def unit(path: Path) -> dict[str, dict[str, list[str]]]:
    sections: dict[str, dict[str, list[str]]] = {}
    current = ""
    for line in path.read_text().splitlines():
        if line.startswith("["):
            current = line.strip("[]")
            sections[current] = {}
        elif line and not line.startswith("#"):
            name, _, value = line.partition("=")
            sections[current].setdefault(name, []).append(value)
    return sections


@pytest.mark.parametrize("path", [path for path in UNITS if path.suffix == ".service"], ids=lambda path: path.name)
def test_services_are_shut_in(path: Path) -> None:
    service = unit(path)["Service"]
    for name, value in {
        "User": "hjulet",
        "NoNewPrivileges": "yes",
        "ProtectSystem": "strict",
        "ProtectHome": "yes",
        "PrivateTmp": "yes",
        "CapabilityBoundingSet": "",
        "StateDirectory": "hjulet",
        "UMask": "0077",
    }.items():
        assert service[name] == [value], name
    given = " ".join(service["Environment"])
    assert "HJULET_DATA_DIR=/var/lib/hjulet" in given and not re.search(r"KEY=|PASSWORD=|DATABASE_URL=", given)


def test_the_server_waits_longer_than_it_lets_requests_take() -> None:
    from hjulet.config import gunicorn

    stop = unit(DEPLOY / "systemd" / "hjulet-web.service")["Service"]["TimeoutStopSec"]
    assert int(stop[0]) > gunicorn.graceful_timeout
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    assert int(compose["services"]["web"]["stop_grace_period"].removesuffix("s")) > gunicorn.graceful_timeout


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not on this machine")
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    """With programs that exist: it complains of a program that is not installed."""
    for path in UNITS:
        text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", path.read_text(), flags=re.MULTILINE)
        (tmp_path / path.name).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / path.name) for path in UNITS)], capture_output=True, text=True
    )
    ours = [line for line in done.stderr.splitlines() if "hjulet" in line]
    assert done.returncode == 0 and ours == []


def test_every_program_that_a_unit_starts_is_ours_or_made_by_prepare() -> None:
    for path in UNITS:
        for command in unit(path).get("Service", {}).get("ExecStart", []):
            program = command.split()[0]
            assert program == "/opt/hjulet/.venv/bin/python" or os.access(
                ROOT / program.removeprefix("/opt/hjulet/"), os.X_OK
            )


def test_the_example_settings_are_ones_that_hjulet_reads() -> None:
    read = (ROOT / "src/hjulet/config/settings.py").read_text() + (ROOT / "src/hjulet/config/gunicorn.py").read_text()
    for path in (DEPLOY / "hjulet.env", DEPLOY / "compose.yaml", DEPLOY / "Containerfile", ROOT / "docs/drift.md"):
        for name in set(re.findall(r"HJULET_[A-Z_]+[A-Z]", path.read_text())):
            bare = name.removesuffix("_FILE")
            assert f'"{bare}"' in read or bare in OF_THE_SCRIPTS, (path.name, name)


OF_THE_SCRIPTS = {"HJULET_BACKUP_DIR", "HJULET_BACKUP_KEEP_DAYS", "HJULET_ENV", "HJULET_OWNER_ENV", "HJULET_USER"}


def test_the_services_log_in_as_the_role_that_owns_nothing(compose: dict[str, Any]) -> None:
    """Only what makes tables and copies has the owner's address."""
    owners = {name for name, service in compose["services"].items() if "owner-url" in service.get("secrets", [])}
    assert owners == {"migrate", "backup"}
    for name in ("migrate", "backup"):
        assert compose["services"][name]["environment"]["HJULET_DATABASE_URL_FILE"] == "/run/secrets/owner-url"
    for name in ("web", "jobs"):
        assert compose["services"][name]["environment"]["HJULET_DATABASE_URL_FILE"] == "/run/secrets/database-url"
    for path in UNITS:
        given = unit(path).get("Service", {}).get("EnvironmentFile", [])
        assert ("-/etc/hjulet/owner.env" in given) == (path.name == "hjulet-backup.service"), path.name


@pytest.mark.parametrize(
    ("command", "chosen", "address"),
    [
        ("migrate", {}, "owner"),
        ("backup", {}, "owner"),
        ("verify-log", {}, "app"),
        ("restore", {"HJULET_ENV": "exercise.env"}, "exercise"),
    ],
)
def test_commands_run_as_the_role_they_need(tmp_path: Path, command: str, chosen: dict[str, str], address: str) -> None:
    """An exercise's own settings are never mixed with the owner of what is in use."""
    for name in ("owner", "app", "exercise"):
        (tmp_path / f"{name}.env").write_text(f"HJULET_DATABASE_URL={name}\n")
    script = (DEPLOY / "manage").read_text().replace("/etc/hjulet/hjulet.env", f"{tmp_path}/app.env")
    script = script.replace("/etc/hjulet/owner.env", f"{tmp_path}/owner.env")
    (tmp_path / "manage").write_text(re.sub(r"^exec .*", 'echo "$HJULET_DATABASE_URL"', script, flags=re.MULTILINE))
    given = {name: str(tmp_path / value) for name, value in chosen.items()}
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HJULET_")}
    done = subprocess.run(["sh", tmp_path / "manage", command], env={**clean, **given}, capture_output=True, text=True)
    assert done.stdout.strip() == address, done.stderr


@pytest.mark.parametrize("script", ["nightly-backup", "manage"])
def test_scripts_are_plain_shell(script: str) -> None:
    assert os.access(DEPLOY / script, os.X_OK)
    assert subprocess.run(["sh", "-n", DEPLOY / script]).returncode == 0


@pytest.mark.parametrize("code", [0, 3, 1])
def test_old_copies_go_only_when_a_new_one_was_made(tmp_path: Path, code: int) -> None:
    """A stand-in for Python tells how the back-up went; what is tried here is the script."""
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\n[ {code} -eq 1 ] || : > "$4"\nexit {code}\n')
    python.chmod(0o755)
    folder = tmp_path / "copies"
    folder.mkdir()
    for name, days in (("hjulet-old.hjulet", 40), ("hjulet-new.hjulet", 2), ("other.txt", 40)):
        (folder / name).touch()
        when = (folder / name).stat().st_mtime - days * 86400
        os.utime(folder / name, (when, when))
    done = subprocess.run([DEPLOY / "nightly-backup", folder], env={**os.environ, "PYTHON": str(python)})
    assert done.returncode == code
    names = {path.name for path in folder.iterdir()}
    assert {"hjulet-new.hjulet", "other.txt"} <= names
    assert len(names - {"other.txt"}) == 2 and ("hjulet-old.hjulet" in names) == (code == 1)
