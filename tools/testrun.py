"""./hjulet test: installs what the tests need, then runs them on SQLite and PostgreSQL. Nothing is skipped in silence."""

import contextlib
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

import machine
import setup
import testdb

NO_TESTS = 5
PATIENCE = 40  # seconds that a pass may take to put its servers and browsers away when it is told to stop
SUMMARY = setup.BUILD / "test-summary.txt"
PROGRESS = re.compile(r"[.FEsxX]+ *\[ *\d+%\]$")


@dataclass(frozen=True)
class Pass:
    """One run of pytest: its name, what it picks, on which database, and whether in parallel."""

    name: str
    marks: str
    postgres: bool
    parallel: bool
    may_be_none: bool = False

    @property
    def title(self) -> str:
        return f"{self.name} på {'PostgreSQL' if self.postgres else 'SQLite'}"


FAST = [Pass("fast", "not e2e and not scale", False, True), Pass("fast", "not e2e and not scale", True, True)]
E2E = [Pass("e2e", "e2e", False, False), Pass("e2e", "e2e and both", True, False, may_be_none=True)]
SCALE = [Pass("scale", "scale", False, False), Pass("scale", "scale", True, False)]
# Passes in the same list run at the same time: e2e goes one test at a time and so keeps one core busy.
PLANS = {
    "fast": [[this] for this in FAST],
    "e2e": [E2E],
    "scale": [[this] for this in SCALE],
    "all": [*([this] for this in FAST), E2E],
}


@dataclass
class Result:
    """What one pass came to. Seconds of wall time."""

    title: str
    failed: bool
    counts: dict[str, int]
    seconds: float

    @property
    def line(self) -> str:
        words = ", ".join(f"{number} {word}" for word, number in self.counts.items() if number) or "no tests ran"
        verdict = " (MISSLYCKADES)" if self.failed else ""
        return f"=== {self.title}: {words} in {self.seconds:.1f}s{verdict} ==="


def _counts(report: Path) -> dict[str, int]:
    counts = {"failed": 0, "passed": 0, "skipped": 0, "errors": 0}
    if not report.exists():
        return counts
    for suite in ElementTree.parse(report).getroot().iter("testsuite"):  # noqa: S314 - pytest wrote it just now
        number = {key: int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped")}
        counts["failed"] += number["failures"]
        counts["errors"] += number["errors"]
        counts["skipped"] += number["skipped"]
        counts["passed"] += number["tests"] - number["failures"] - number["errors"] - number["skipped"]
    return counts


@dataclass
class Run:
    """A pass under way: its process, its folder and, when it is not alone, what it has said and not yet shown."""

    this: Pass
    data: Path
    process: subprocess.Popen[str]
    start: float = field(default_factory=time.monotonic)
    kept: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()

    def _listen(self) -> None:
        for line in self.process.stdout or ():
            if PROGRESS.search(line):
                print(f"{self.this.title}: {line}", end="", flush=True)
            else:
                self.kept.append(line)

    def watch(self, ended: "queue.Queue[Run]") -> None:
        self.process.wait()
        ended.put(self)

    def tell(self) -> None:
        """What the pass said, in one piece. Its process has ended."""
        self.listener.join(5)  # a child that was left behind may hold the pipe open
        if self.kept:
            print(f"\n=== {self.this.title} ===", "".join(self.kept), sep="\n", end="", flush=True)
            self.kept.clear()

    def result(self) -> Result:
        code = self.process.returncode
        failed = code != 0 and not (code == NO_TESTS and self.this.may_be_none)
        return Result(self.this.title, failed, _counts(self.data / "report.xml"), time.monotonic() - self.start)

    def interrupt(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGINT)

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def _environment(this: Pass, data: Path, url: str, chromium: str) -> dict[str, str]:
    environment = setup.clean_environment(data)
    if this.postgres:
        environment["HJULET_DATABASE_URL"] = url
        environment.pop("HJULET_PICTURES", None)  # the pass on SQLite, which has all the pages, draws them
    if chromium:
        # Playwright runs an event loop in the thread where the test talks to the database.
        environment.update(PYTHONUNBUFFERED="1", HJULET_CHROMIUM=chromium, DJANGO_ALLOW_ASYNC_UNSAFE="true")
    return environment


def _begin(this: Pass, url: str, chromium: str, extra: list[str], folder: Path, *, alone: bool) -> Run:
    data = Path(tempfile.mkdtemp(dir=folder))
    command = [sys.executable, "-m", "pytest", "-m", this.marks, f"--junitxml={data / 'report.xml'}"]
    command += ["-n", "2"] if this.parallel else ["-p", "no:xdist"]
    command += ["--durations=15"]  # what to make faster first
    command += extra if alone else ["-v", *extra]  # a line for each file, to see how far it has come
    process = subprocess.Popen(
        command,
        env=_environment(this, data, url, chromium),
        cwd=setup.ROOT,
        text=True,
        errors="replace",
        # A group of its own: Ctrl-C must reach pytest once, from us, and not its servers and browsers.
        process_group=None if "--pdb" in extra else 0,
        **({} if alone else {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}),
    )
    return Run(this, data, process)


def _together(passes: list[Pass], url: str, chromium: str, extra: list[str], folder: Path) -> Iterator[Result]:
    """Runs passes at the same time; the result of each as it ends. When stopped, all of them are."""
    print(f"\n=== {' och '.join(this.title for this in passes)} ===", flush=True)
    ended: queue.Queue[Run] = queue.Queue()
    runs: list[Run] = []
    try:
        for this in passes:
            runs.append(_begin(this, url, chromium, extra, folder, alone=len(passes) == 1))
            threading.Thread(target=runs[-1].watch, args=[ended], daemon=True).start()
        for _ in passes:
            run = ended.get()
            run.tell()
            yield run.result()
            shutil.rmtree(run.data, ignore_errors=True)
    except BaseException:
        try:
            _stop([run for run in runs if run.process.poll() is None])
        finally:  # `timeout` asks twice
            for run in runs:
                run.tell()
        raise


def _stop(runs: list[Run]) -> None:
    """As Ctrl-C, so that the tests put away what they have started; then by force, at once if one asks again."""
    for run in runs:
        run.interrupt()
    until = time.monotonic() + PATIENCE
    try:
        for run in runs:
            with contextlib.suppress(subprocess.TimeoutExpired):
                run.process.wait(max(0.0, until - time.monotonic()))
    finally:
        for run in runs:
            run.kill()


def _sum_up(results: list[Result], plan: list[list[Pass]], seconds: float) -> int:
    order = [this.title for passes in plan for this in passes]
    results = sorted(results, key=lambda result: order.index(result.title))
    total: dict[str, int] = {}
    for result in results:
        for word, number in result.counts.items():
            total[word] = total.get(word, 0) + number
    bad = len(results) < len(order) or any(result.failed for result in results)
    whole = Result("Allt" if len(results) == len(order) else "Avbrutet", bad, total, seconds)
    text = "\n".join([result.line for result in results] + [whole.line]) + "\n"
    SUMMARY.write_text(text)
    print(f"\n{text}", end="", flush=True)
    return 1 if bad else 0


def _on_signal(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _split(arguments: list[str]) -> tuple[str, list[str]]:
    before, extra = arguments, []
    if "--" in arguments:
        at = arguments.index("--")
        before, extra = arguments[:at], arguments[at + 1 :]
    kind = before[0] if before else "all"
    if len(before) > 1 or kind not in PLANS:
        raise setup.Stop("Skriv så här: ./hjulet test [fast|e2e|scale|all] [-- argument till pytest]")
    return kind, extra


def _prepare(plan: list[list[Pass]]) -> str:
    """Fetch everything the plan needs. Returns the path to Chromium, or an empty string when no browser is used."""
    setup.python_packages(dev=True)
    trouble = setup.browser_assets(dev=True)
    if trouble:
        raise setup.Stop(
            f"{trouble}\nTillgänglighetstestet axe och typsnitten gick inte att hämta. Kontrollera nätet, eller ange er "
            "spegel i npm_config_registry, och kör igen.",
            "Could not fetch axe and the fonts. Check the network, or name your mirror in npm_config_registry.",
        )
    setup.catalogues()
    names = {this.name for passes in plan for this in passes}
    if "fast" in names:
        machine.pgbouncer()
    return machine.chromium() if "e2e" in names else ""


def main(arguments: list[str]) -> int:
    """0 when every pass passed. Arguments after -- go to pytest."""
    kind, extra = _split(arguments)
    SUMMARY.unlink(missing_ok=True)
    # Ctrl-C among them: where we were started with it ignored, as by a shell in the background, pytest would ignore it.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _on_signal)
    plan = PLANS[kind] if "--pdb" not in extra else [[this] for passes in PLANS[kind] for this in passes]
    chromium = _prepare(plan)
    results: list[Result] = []
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="hjulet-test-") as folder, testdb.postgres() as url:
        try:
            for passes in plan:
                for result in _together(passes, url, chromium, extra, Path(folder)):
                    results.append(result)
        except KeyboardInterrupt:
            _sum_up(results, plan, time.monotonic() - start)
            return 130
    return _sum_up(results, plan, time.monotonic() - start)
