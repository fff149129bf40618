"""Known weaknesses in the packages that Hjulet runs with, asked of an advisory service (OSV) through pip-audit."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import setup

LONGEST = 25  # seconds in all; the check as a whole must not wait for a network that is slow
EACH = 5  # seconds for one answer
AWAY = re.compile(r"ConnectionError|ConnectTimeout|ReadTimeout|ServiceError|ProxyError|SSLError|JSONDecodeError|HTTPError")
NOT_ASKED = "VARNING: rådgivningstjänsten svarade inte, så kända brister i paketen är inte kontrollerade i dag."


def audit(environment: dict[str, str], lock: Path = setup.RUNTIME_LOCK) -> int:
    """1 when a package in the lock file has a known weakness or cannot be asked about, else 0.

    HJULET_ADVISORY_URL names another service than the public one. A service that does not answer is told
    about and is not a failure: the computer may stand without a network.
    """
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(lock), "--no-deps", "--disable-pip"]
    command += ["--vulnerability-service", "osv", "--format", "json", "--progress-spinner", "off", "--timeout", str(EACH)]
    if url := os.environ.get("HJULET_ADVISORY_URL"):
        command += ["--osv-url", url]
    try:
        done = subprocess.run(command, env=environment, cwd=setup.ROOT, text=True, capture_output=True, timeout=LONGEST)
    except subprocess.TimeoutExpired:
        print(NOT_ASKED)
        return 0
    try:
        answers = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return _no_answer(done.stderr)
    return _tell(answers)


def _no_answer(said: str) -> int:
    last = said.strip().splitlines()[-1:] or ["inget svar"]
    if AWAY.search(said):
        print(f"{NOT_ASKED}\n({last[0][:200]})")
        return 0
    print(said.strip())
    return 1


def _tell(answers: list[dict[str, object]]) -> int:
    """Prints each weakness with the versions where it is mended, and each package that could not be asked about."""
    bad = 0
    for one in answers:
        if reason := one.get("skip_reason"):
            print(f"{one['name']}: {reason}")
            bad = 1
        for found in one.get("vulns") or []:
            mended = ", ".join(found["fix_versions"]) or "ingen version ännu"
            print(f"{one['name']} {one['version']}: {found['id']}, rättat i {mended}. {found['description'][:200]}")
            bad = 1
    if not bad:
        print(f"{len(answers)} paket, inga kända brister.")
    return bad
