"""Fills one database and measures. Run by `./hjulet bench`, which chooses the database."""

from __future__ import annotations

import argparse
import http.client
import itertools
import os
import statistics
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection

WARM = 3
BUSY_CLIENTS, BUSY_SECONDS = 8, 6


@dataclass(frozen=True)
class Figure:
    """One line of the report. Milliseconds, but for `queries`; `ratio` is to the one SQL beside."""

    name: str
    goal: float | None
    p50: float
    p95: float
    queries: int
    cpu: float
    sql: float
    ratio: float

    @property
    def verdict(self) -> str:
        if self.goal is None:
            return ""
        return "reached" if self.p50 <= self.goal and self.p95 <= 3 * self.p50 else "NOT REACHED"


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--texts", type=int, default=0, help="how many documents, when not as many as cases")
    parser.add_argument("--only", default="", help="measure only tasks whose name has this in it")
    parser.add_argument("--load", action="store_true", help="fill the database and stop, to look into it by hand")
    parser.add_argument("--filled", action="store_true", help="measure a database that --load has filled")
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=0, help="let people work this long instead of measuring")
    options = parser.parse_args()
    django.setup()
    from bench.town import find_town

    if settings.TESTING or settings.DEMO:
        raise SystemExit("The bench measures what is run for real: HJULET_TESTING and HJULET_DEMO must be off.")
    town = find_town() if options.filled else fill(options.rows, options.texts or options.rows)
    if options.minutes:
        return workday(town, options.people, options.minutes)
    if not options.load:
        report(town, options.only)
    return 0


def fill(rows: int, texts: int) -> Any:
    """The made municipality with its cases, in a database that was empty."""
    from bench.checks import plan_checks
    from bench.documents import load_documents
    from bench.load import load
    from bench.processes import publish_processes
    from bench.town import build_town
    from bench.wheel import decide_wheel
    from hjulet.core.now import now

    call_command("migrate", verbosity=0, interactive=False)
    town = build_town()
    publish_processes(town, now())
    decide_wheel(town, now())
    plan_checks(town, now())
    began = time.perf_counter()
    load(town, rows, now())
    load_documents(town, texts, now())
    say(f"\n{connection.vendor}, {rows} cases and {texts} documents, loaded in {time.perf_counter() - began:.0f} s")
    return town


def report(town: Any, only: str) -> None:
    from bench.server import server
    from bench.tasks import tasks
    from hjulet.core.now import now

    everything = tasks(town, now(), connection.vendor)
    with server(dict(os.environ)) as serving:
        say(f"this machine counts to three million in {timed(lambda: sum(range(3_000_000))):.0f} ms")
        say(f"server answered after {serving.started_in:.2f} s (goal 1.5)")
        say(f"{'':42}{'goal':>6}{'p50':>8}{'p95':>8}{'cpu':>7}{'queries':>8}{'sql':>8}{'ratio':>7}")
        for task in everything:
            if only in task.name:
                tell(measure(task, serving))
        for name, index, goal in (("creates", 0, 250), ("lists", 2, 120)):
            rate = busy(everything[index], serving)
            say(f"eight clients: {rate:.0f} {name}/s (goal {goal})")
        say(f"largest worker {serving.memory():.0f} MB (goal 85)")


def workday(town: Any, people: int, minutes: float) -> int:
    """0 when nobody met an error and every acknowledged report is there."""
    from bench.server import server
    from bench.tasks import report_body
    from bench.workday import lines, lost, work
    from hjulet.core.now import now

    with server(dict(os.environ)) as serving:
        diary = work(
            town,
            serving,
            people=people,
            minutes=minutes,
            report=lambda person: report_body(person, now()),
            come=session_of,
        )
    for line in lines(diary, minutes):
        say(line)
    missing = lost(diary)
    say(f"acknowledged and not there: {len(missing)} {', '.join(missing[:10])}")
    return 1 if diary.errors or missing else 0


def say(line: str) -> None:
    print(line, flush=True)


def tell(figure: Figure) -> None:
    goal = f"{figure.goal:.0f}" if figure.goal else ""
    say(
        f"{figure.name:42}{goal:>6}{figure.p50:8.1f}{figure.p95:8.1f}{figure.cpu:7.1f}"
        f"{figure.queries:8}{figure.sql:8.2f}{figure.ratio:7.1f}  {figure.verdict}"
    )


def session_of(person: Any) -> str:
    """A session as logging in makes it."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from hjulet.core.now import now

    store = SessionStore()
    store[SESSION_KEY], store[BACKEND_SESSION_KEY] = str(person.pk), settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store["seen"] = store["authenticated_at"] = now().isoformat()
    store.save()
    return store.session_key or ""


class Visitors:
    """Everyone's sessions, made beforehand, over a few connections: logging in is no part of what is measured."""

    def __init__(self, port: int, connections: int = 4) -> None:
        self.connections = itertools.cycle(
            [http.client.HTTPConnection("127.0.0.1", port, timeout=120) for _ in range(connections)]
        )
        self.known: dict[int, Any] = {}

    def of(self, person: Any) -> Any:
        from bench.server import Visitor

        if person.pk not in self.known:
            self.known[person.pk] = Visitor(next(self.connections), session_of(person))
        return self.known[person.pk]


def measure(task: Any, serving: Any) -> Figure:
    visitors = Visitors(serving.port)
    prepared = [
        (visitors.of(task.who(n)), task.path(n), task.body(n) if task.body else None) for n in range(task.times)
    ]
    for visitor, path, body in {id(one[0]): one for one in prepared}.values():
        visitor.ask(path, None if task.writes else body)
    for visitor, path, body in prepared[:WARM]:
        visitor.ask(path, None if task.writes else body)
    before = serving.cpu()
    took = [timed(lambda one=one: expect(one[0].ask(*one[1:]), task)) for one in prepared]  # type: ignore[misc]
    cpu = (serving.cpu() - before) * 1000 / len(took)
    beside = [timed(lambda n=n: run_sql(task.sql, task.params(n))) for n in range(task.times)]  # type: ignore[misc]
    p50, sql = statistics.median(took), statistics.median(beside)
    return Figure(task.name, task.goal, p50, quantile(took), count_queries(task), cpu, sql, p50 / sql)


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def quantile(values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.95))]


def expect(answer: tuple[int, bytes], task: Any) -> None:
    status, content = answer
    if status != task.expect:
        raise SystemExit(f"{task.name}: {status} instead of {task.expect}\n{content[-3000:].decode(errors='replace')}")


def run_sql(sql: str, params: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        if cursor.description:
            cursor.fetchall()


def count_queries(task: Any) -> int:
    """How many questions the same request asks in this process, of someone who is there already."""
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session_of(task.who(task.times))
    settings.ALLOWED_HOSTS.append("testserver")
    path, form = task.path(task.times), "application/x-www-form-urlencoded"
    client.get("/hjalp/" if task.body else path)  # what is remembered has been asked for
    with CaptureQueriesContext(connection) as captured:
        answer = client.post(path, task.body(task.times), content_type=form) if task.body else client.get(path)
        if answer.status_code != task.expect:
            raise SystemExit(f"{task.name}: {answer.status_code} in this process")
        b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    settings.ALLOWED_HOSTS.remove("testserver")
    ours = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    return sum(1 for query in captured if not query["sql"].startswith(ours))


def busy(task: Any, serving: Any) -> float:
    """Requests a second with eight people at it at once, each on her own connection."""
    done: list[int] = []
    people = [Visitors(serving.port, 1) for _ in range(BUSY_CLIENTS)]
    for number, visitors in enumerate(people):
        visitors.of(task.who(number)).ask("/")
    until = time.perf_counter() + BUSY_SECONDS

    def work(number: int) -> None:
        visitor, turns = people[number].of(task.who(number)), 0
        while time.perf_counter() < until:
            expect(visitor.ask(task.path(number), task.body(number) if task.body else None), task)
            turns += 1
        done.append(turns)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(BUSY_CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / BUSY_SECONDS


if __name__ == "__main__":
    sys.exit(main())
