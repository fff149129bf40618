"""./hjulet check: every step is named and run, also after one has failed."""

import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import advisories
import setup

# Put together here, so that this file does not hold what it looks for.
HOSTS = [f"{name}.{end}" for name in ("pypi", "pythonhosted", "npmjs", "yarnpkg", "pypi.python") for end in ("org", "com")]
TEMPLATE_RULES = {
    r"<img\b(?![^>]*\balt=)": "bild utan alt",
    r"<html\b(?![^>]*\blang=)": "html utan lang",
    r"<[^>]*\sstyle=": "stil i taggen",
    r"<style\b": "stilblad i sidan",
    r"<script\b(?![^>]*\bsrc=)(?![^>]*\btype=\"application/json\")": "skript i sidan",
    r"<[^>]*\son(?:click|change|input|submit|load)=": "händelse i taggen",
    r"\btabindex=\"[1-9]": "tabindex över noll",
    r"<button\b(?![^>]*\btype=)": "knapp utan type",
    r"<th\b(?![^>]*\bscope=)": "rubrikcell utan scope",
    r"<iframe\b(?![^>]*\btitle=)": "ram utan title",
    r"<(?:blink|marquee|center|font)\b": "föråldrad tagg",
}


def _files() -> list[Path]:
    """What belongs to the project: tracked and not ignored; without git, everything outside the ignored folders."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=setup.ROOT,
        capture_output=True,
        text=True,
    )
    if listed.returncode == 0:
        paths = [setup.ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        hidden = {".venv", "build", "var", "node_modules", ".git", "__pycache__"}
        paths = [p for p in setup.ROOT.rglob("*") if not hidden.intersection(p.relative_to(setup.ROOT).parts)]
    return [path for path in paths if path.is_file()]


def _no_registry_hosts(_environment: dict[str, str]) -> int:
    bad = 0
    for path in _files():
        text = path.read_text(errors="ignore")
        for host in HOSTS:
            if host in text:
                print(f"{path.relative_to(setup.ROOT)}: {host}")
                bad = 1
    return bad


def _templates(_environment: dict[str, str]) -> int:
    bad = 0
    for path in _files():
        if path.suffix != ".html" or "templates" not in path.parts:
            continue
        text = path.read_text()
        # Django's own marks may hold quotes and angle brackets; they are not HTML.
        html = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", lambda found: "x" * len(found[0]), text)
        for pattern, name in TEMPLATE_RULES.items():
            for found in re.finditer(pattern, html, re.IGNORECASE):
                print(f"{path.relative_to(setup.ROOT)}:{html.count(chr(10), 0, found.start()) + 1}: {name}")
                bad = 1
    return bad


def _command(*command: str) -> Callable[[dict[str, str]], int]:
    return lambda environment: subprocess.call(command, env=environment, cwd=setup.ROOT)


def _python(*arguments: str) -> Callable[[dict[str, str]], int]:
    return _command(sys.executable, "-m", *arguments)


STEPS: dict[str, Callable[[dict[str, str]], int]] = {
    "kodregler (ruff check)": _python("ruff", "check", "."),
    "kodens form (ruff format --check)": _python("ruff", "format", "--check", "."),
    "typer (mypy)": _python("mypy"),
    "rummens ordning (lint-imports)": _command(str(setup.ROOT / ".venv" / "bin" / "lint-imports")),
    "migreringar (makemigrations --check)": _python("django", "makemigrations", "--check", "--dry-run"),
    "översättningar (messages --check)": _python("django", "messages", "--check"),
    "sidmallar (tillgänglighet)": _templates,
    "inga registeradresser i filerna": _no_registry_hosts,
    "kända brister i paketen (pip-audit)": advisories.audit,
}


def main(arguments: list[str]) -> int:
    """0 when every step passed, else 1."""
    if arguments:
        raise setup.Stop("Skriv så här: ./hjulet check")
    setup.python_packages(dev=True)
    setup.folders()
    setup.catalogues()
    results: dict[str, int] = {}
    with tempfile.TemporaryDirectory(prefix="hjulet-check-") as data:
        environment = setup.clean_environment(Path(data))
        for name, step in STEPS.items():
            print(f"\n=== {name} ===", flush=True)
            results[name] = step(environment)
    print()
    for name, code in results.items():
        print(f"{'MISSLYCKADES' if code else 'ok':<13}{name}")
    return 1 if any(results.values()) else 0
