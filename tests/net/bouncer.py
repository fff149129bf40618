"""A real pgbouncer in transaction mode with one connection to the server, for as long as a test lasts."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.conftest import APP_ROLE
from tests.net.town import PASSWORD, Town

PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}{os.pathsep}/usr/sbin")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def pooled(town: Town) -> Iterator[dict[str, Any]]:
    """Gives the host and port to connect to instead of the server's own."""
    assert PROGRAM, "pgbouncer is missing: ./hjulet test installs it (Debian: apt install pgbouncer)"
    port, at = free_port(), town.address()
    with tempfile.TemporaryDirectory(prefix="hjulet-pool-") as name:
        folder = Path(name)
        (folder / "users").write_text(f'"{APP_ROLE}" "{PASSWORD}"\n')
        (folder / "pool.ini").write_text(
            f"[databases]\n* = host={at['host']} port={at['port']}\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
            f"auth_type = scram-sha-256\nauth_file = {folder}/users\npool_mode = transaction\n"
            f"default_pool_size = 1\nmin_pool_size = 1\nmax_client_conn = 50\nlogfile = {folder}/log\n"
        )
        with _running(folder, port):
            yield {"host": "127.0.0.1", "port": port}


@contextmanager
def _running(folder: Path, port: int) -> Iterator[None]:
    account: dict[str, Any] = {}
    if os.geteuid() == 0:  # it refuses to run as root
        nobody = pwd.getpwnam("nobody")
        account = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        for path in (folder, *folder.iterdir()):
            os.chown(path, nobody.pw_uid, nobody.pw_gid)
    server = subprocess.Popen([str(PROGRAM), "-q", str(folder / "pool.ini")], cwd=folder, **account)
    try:
        until = time.monotonic() + 20
        while time.monotonic() < until and server.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield
    finally:
        server.terminate()
        server.wait(10)
