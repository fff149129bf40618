"""./hjulet test: installs what the tests need, then runs them on SQLite and PostgreSQL. Nothing is skipped in silence."""

import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import machine
import setup
import testdb

NO_TESTS = 5
SUMMARY = setup.BUILD / "test-summary.txt"


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
PLANS = {"fast": FAST, "e2e": E2E, "scale": SCALE, "all": FAST + E2E}


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


def _run(this: Pass, url: str, chromium: str, extra: list[str], folder: Path) -> Result:
    data = Path(tempfile.mkdtemp(dir=folder))
    report = data / "report.xml"
    environment = setup.clean_environment(data)
    if this.postgres:
        environment["HJULET_DATABASE_URL"] = url
    if chromium:
        # Playwright runs an event loop in the thread where the test talks to the database.
        environment.update(HJULET_CHROMIUM=chromium, DJANGO_ALLOW_ASYNC_UNSAFE="true")
    command = [sys.executable, "-m", "pytest", "-m", this.marks, f"--junitxml={report}"]
    command += ["-n", "2"] if this.parallel else ["-p", "no:xdist"]
    print(f"\n=== {this.title} ===", flush=True)
    start = time.monotonic()
    code = subprocess.call([*command, *extra], env=environment, cwd=setup.ROOT)
    failed = code != 0 and not (code == NO_TESTS and this.may_be_none)
    result = Result(this.title, failed, _counts(report), time.monotonic() - start)
    shutil.rmtree(data, ignore_errors=True)
    return result


def _sum_up(results: list[Result], planned: int) -> int:
    total: dict[str, int] = {}
    for result in results:
        for word, number in result.counts.items():
            total[word] = total.get(word, 0) + number
    bad = len(results) < planned or any(result.failed for result in results)
    whole = Result("Allt" if len(results) == planned else "Avbrutet", bad, total, sum(result.seconds for result in results))
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


def _prepare(plan: list[Pass]) -> str:
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
    if any(this.name == "fast" and this.postgres for this in plan):
        machine.pgbouncer()
    return machine.chromium() if any(this.name == "e2e" for this in plan) else ""


def main(arguments: list[str]) -> int:
    """0 when every pass passed. Arguments after -- go to pytest."""
    kind, extra = _split(arguments)
    SUMMARY.unlink(missing_ok=True)
    signal.signal(signal.SIGTERM, _on_signal)
    plan = PLANS[kind]
    chromium = _prepare(plan)
    results: list[Result] = []
    with tempfile.TemporaryDirectory(prefix="hjulet-test-") as folder, testdb.postgres() as url:
        try:
            for this in plan:
                results.append(_run(this, url, chromium, extra, Path(folder)))
        except KeyboardInterrupt:
            _sum_up(results, len(plan))
            return 130
    return _sum_up(results, len(plan))
