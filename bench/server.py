"""A real gunicorn with two workers, and what it uses: time, processor and memory, read from the system."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

WORKERS = 2
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Server:
    process: subprocess.Popen[bytes]
    port: int
    started_in: float  # seconds until the first answer

    def workers(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def cpu(self) -> float:
        """Seconds of processor the workers have used since they started."""
        total = 0
        for pid in self.workers():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
        return total / TICKS

    def memory(self) -> float:
        """The largest worker's own memory (PSS: what is shared is split), in MB."""
        sizes = []
        for pid in self.workers():
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            sizes.append(sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")))
        return max(sizes) / 1024


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(environment: dict[str, str]) -> Iterator[Server]:
    """As it is run for real, on a port of its own; stopped at the end."""
    port = free_port()
    command = [
        *(sys.executable, "-m", "gunicorn", "--config", "python:hjulet.config.gunicorn"),
        *("hjulet.config.wsgi:application", "--bind", f"127.0.0.1:{port}", "--workers", str(WORKERS)),
        *("--keep-alive", "30"),
    ]
    began = time.perf_counter()
    process = subprocess.Popen(command, env=environment)  # noqa: S603  this very Python
    try:
        yield Server(process, port, _wait(process, port, began))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _wait(process: subprocess.Popen[bytes], port: int, began: float) -> float:
    while time.perf_counter() - began < 60 and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return time.perf_counter() - began
        except OSError:
            time.sleep(0.02)
        finally:
            connection.close()
    raise SystemExit("The server did not start.")


class Visitor:
    """One person's browser: her session, over a connection that is kept."""

    def __init__(self, connection: http.client.HTTPConnection, session: str) -> None:
        self.connection = connection
        self.location = ""  # where the last answer sent her
        token = "b" * 32
        self.headers = {"Cookie": f"hjulet_session={session}; csrftoken={token}", "X-CSRFToken": token}

    def ask(self, path: str, body: str | None = None) -> tuple[int, bytes]:
        headers = self.headers | ({"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {})
        self.connection.request("GET" if body is None else "POST", path, body=body, headers=headers)
        response = self.connection.getresponse()
        self.location = response.headers.get("Location", "")
        return response.status, response.read()
