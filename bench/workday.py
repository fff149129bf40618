"""People at work for a while, as in a municipality: what they meet, how long they wait, and whether anything is lost or
grows.
"""

from __future__ import annotations

import http.client
import re
import statistics
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode

from bench.server import Server, Visitor
from bench.town import Town
from bench.words import COMMON, MIDDLING, RARE

SEED = 9
STAFF, MANAGERS, HEADS = 0.6, 0.3, 0.1  # of all who are at work
THINKS = (2.0, 8.0)  # seconds between two pages
CASE = re.compile(rb'href="(/arenden/\d{4}-\d+/)"')
HIDDEN = re.compile(rb'<input type="hidden" name="(\w+)" value="([^"]*)"')
RECEIPT = re.compile(r"/rapportera/tack/([\d-]+)/")


@dataclass
class Diary:
    """What everyone met: milliseconds by page, what went wrong, the numbers of the cases that were acknowledged."""

    waits: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)  # the largest worker and the jobs, MB, each minute


@dataclass
class Worker:
    """One person with her browser, going from page to page."""

    visitor: Visitor
    diary: Diary
    pick: Random
    report: Callable[[], str]

    def ask(self, name: str, path: str, body: str | None = None, *, well: tuple[int, ...] = (200,)) -> bytes:
        time.sleep(self.pick.uniform(*THINKS))
        began = time.perf_counter()
        status, content = self.visitor.ask(path, body)
        self.diary.waits[name].append((time.perf_counter() - began) * 1000)
        if status not in well:
            self.diary.errors.append(f"{name} {path}: {status}")
        return content

    def staff(self) -> None:
        self.ask("report form", "/rapportera/")
        self.ask("create", "/rapportera/", self.report(), well=(302,))
        if found := RECEIPT.search(self.visitor.location):
            self.diary.acknowledged.append(found[1])
            self.ask("receipt", self.visitor.location)
        self.ask("my reports", "/rapportera/mina/")

    def manager(self) -> None:
        self.ask("start page", "/")
        found = CASE.findall(self.ask("list", "/arenden/"))
        if not found:
            return
        path = self.pick.choice(found).decode()
        self.ask("case", path)
        self._receive(f"{path}steg/receive/")
        self.ask("measures", "/atgarder/")

    def _receive(self, path: str) -> None:
        """Takes the case on, if it waits for that; somebody else may have done it meanwhile (409)."""
        page = self.ask("step form", path, well=(200, 302, 404, 409))
        hidden = {name.decode(): value.decode() for name, value in HIDDEN.findall(page)}
        if "version" in hidden:
            self.ask("step", path, urlencode(hidden), well=(302, 404, 409))

    def head(self) -> None:
        self.ask("start page", "/")
        self.ask("statistics", "/statistik/?by=quarter,category,unit")
        self.ask("search", "/sok/", urlencode({"q": self.pick.choice((RARE, MIDDLING, COMMON))}))
        self.ask("list", "/arenden/?val=alla")
        self.ask("development", "/statistik/utveckling/")


def work(town: Town, serving: Server, *, people: int, minutes: float, report: Callable[[Any], str], come: Any) -> Diary:
    """Lets `people` work for `minutes`. `come` gives a person's session; `report` the form she sends."""
    diary, pick = Diary(), Random(SEED)  # noqa: S311  who does what, the same each time
    until = time.monotonic() + minutes * 60
    with _jobs() as jobs:
        threads = [
            threading.Thread(target=_day, args=(worker, part, until))
            for worker, part in _crew(town, serving, people, diary, pick, report, come)
        ]
        for thread in threads:
            thread.start()
        while (left := until - time.monotonic()) > 0:
            diary.memory.append((serving.memory(), _memory_of(jobs.pid)))
            time.sleep(min(60, left))
        for thread in threads:
            thread.join()
        diary.memory.append((serving.memory(), _memory_of(jobs.pid)))
    return diary


def _crew(
    town: Town, serving: Server, people: int, diary: Diary, pick: Random, report: Callable[[Any], str], come: Any
) -> Iterator[tuple[Worker, str]]:
    heads = [town.head, town.reader]
    for number in range(people):
        share = number / people
        part = "staff" if share < STAFF else "manager" if share < STAFF + MANAGERS else "head"
        person = {"staff": town.staff, "manager": town.managers, "head": heads}[part]
        who = person[number * 7 % len(person)]
        line = http.client.HTTPConnection("127.0.0.1", serving.port, timeout=120)
        sends = lambda who=who: report(who)  # type: ignore[misc]  # noqa: E731
        yield Worker(Visitor(line, come(who)), diary, Random(pick.random()), sends), part  # noqa: S311


def _day(worker: Worker, part: str, until: float) -> None:
    while time.monotonic() < until:
        try:
            getattr(worker, part)()
        except (OSError, http.client.HTTPException) as problem:
            worker.diary.errors.append(f"{part}: {type(problem).__name__}")
            worker.visitor.connection.close()


@contextmanager
def _jobs() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-m", "django", "jobs"])  # noqa: S603  this very Python
    try:
        yield process
    finally:
        process.terminate()
        process.wait(120)  # it ends the job it is at


def _memory_of(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def lost(diary: Diary) -> list[str]:
    """Numbers that were acknowledged and are not in the database with their event."""
    from hjulet.cases.models import Case
    from hjulet.core.models import Event

    missing = []
    for ref in diary.acknowledged:
        case = Case.objects.unscoped(reason="the bench's own cases").by_ref(ref).first()
        told = case and Event.objects.filter(object_type="case", object_id=case.pk, verb="case.reported").exists()
        if not told:
            missing.append(ref)
    return missing


def lines(diary: Diary, minutes: float) -> Iterator[str]:
    total = sum(len(waits) for waits in diary.waits.values())
    yield f"{total} pages in {minutes:g} minutes, {len(diary.errors)} errors, {len(diary.acknowledged)} reports"
    yield f"{'':14}{'times':>7}{'p50':>8}{'p95':>8}{'worst':>8}"
    for name, waits in sorted(diary.waits.items()):
        low = sorted(waits)
        tail = low[min(len(low) - 1, int(len(low) * 0.95))]
        yield f"{name:14}{len(waits):7}{statistics.median(low):8.1f}{tail:8.1f}{low[-1]:8.1f}"
    told = ", ".join(f"{worker:.0f}/{jobs:.0f}" for worker, jobs in diary.memory)
    yield f"memory of the largest worker and the jobs each minute, MB: {told}"
    for error, count in _counted(diary.errors):
        yield f"{count} × {error}"


def _counted(errors: list[str]) -> list[tuple[str, int]]:
    found: dict[str, int] = defaultdict(int)
    for error in errors:
        found[re.sub(r"\d{4}-\d+", "…", error)] += 1
    return sorted(found.items(), key=lambda pair: -pair[1])[:20]
