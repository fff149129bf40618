"""Fetches what Hjulet needs, into this folder: Python packages, fonts, editors, schemas, test assets, translations.

Each part is done once and marked with a stamp that holds the checksum of what it was made from, so that a later start only
compares checksums. Downloads go through the ordinary clients (pip, uv, npm), so their mirror settings apply.
"""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build"
STAMPS = BUILD / "stamps"
RUNTIME_LOCK = ROOT / "requirements.lock"
DEV_LOCK = ROOT / "requirements-dev.lock"
NODE_LOCK = ROOT / "requirements-node.lock"
EDITOR = ROOT / "src" / "hjulet" / "shell" / "editor"
MODELER = ROOT / "src" / "hjulet" / "shell" / "modeler"
FONT_FILES = "node_modules/@fontsource-variable/source-sans-3/files"
FONTS = ("source-sans-3-latin-wght-normal.woff2", "source-sans-3-latin-ext-wght-normal.woff2")
# What OMG says a BPMN file looks like. Read by the server, so outside what is served.
SCHEMA_FILES = "node_modules/bpmn-moddle/resources/bpmn/xsd"
SCHEMAS = BUILD / "schemas" / "bpmn"
SCHEMA_NAMES = ("BPMN20.xsd", "BPMNDI.xsd", "DC.xsd", "DI.xsd", "Semantic.xsd")
BUILT = ("js/editor.js", "js/modeler.js", "css/modeler.css", "fonts/bpmn.woff2")
SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
# Seconds. Without this, each start behind a closed network would wait for the fonts anew.
RETRY_AFTER = 3600
LOCAL_HOSTS = {"127.0.0.1", "localhost", "::1"}


class Stop(Exception):  # noqa: N818
    """Hjulet cannot go on. Arguments: why and what to do, in Swedish and in English."""


def say(*lines: str) -> None:
    """Tell the person at the terminal, Swedish first."""
    for line in lines:
        print(line, file=sys.stderr, flush=True)


def checksum(*paths: Path) -> str:
    """One SHA-256 for the files' contents and for this Python."""
    digest = hashlib.sha256(sys.version.encode())
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _stamped(name: str, value: str) -> bool:
    path = STAMPS / name
    return path.exists() and path.read_text() == value


def _stamp(name: str, value: str) -> None:
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / name).write_text(value)


@contextmanager
def _alone() -> Iterator[None]:
    """Two commands started at the same time must not install over each other."""
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def folders() -> None:
    """The folders that the settings look for at import."""
    for path in (BUILD / "assets" / "fonts", BUILD / "static", BUILD / "test-assets", SCHEMAS):
        path.mkdir(parents=True, exist_ok=True)


def client_environment() -> dict[str, str]:
    """The environment for pip, uv and npm: the caller's mirrors and certificates, and caches that can be written."""
    environment = dict(os.environ)
    environment.update(PIP_DISABLE_PIP_VERSION_CHECK="1", UV_NO_PROGRESS="1", UV_PYTHON_DOWNLOADS="never")
    for theirs, ours in (
        ("PIP_INDEX_URL", "UV_DEFAULT_INDEX"),
        ("PIP_EXTRA_INDEX_URL", "UV_INDEX"),
        ("PIP_TRUSTED_HOST", "UV_INSECURE_HOST"),
        ("PIP_CERT", "SSL_CERT_FILE"),
    ):
        if environment.get(theirs) and not (environment.get(ours) or environment.get(_OLD_NAMES.get(ours, ""))):
            environment[ours] = environment[theirs]
    if SYSTEM_CERTIFICATES.exists():
        # uv and Node bring their own lists, which do not hold the certificate of a proxy that reads the traffic.
        environment.setdefault("UV_SYSTEM_CERTS", "1")
    certificates = environment.get("PIP_CERT") or str(SYSTEM_CERTIFICATES)
    if Path(certificates).exists():
        environment.setdefault("NODE_EXTRA_CA_CERTS", certificates)
    home = environment.get("HOME", "")
    if not home or not os.access(home, os.W_OK | os.X_OK):
        caches = BUILD / "cache"
        caches.mkdir(parents=True, exist_ok=True)
        environment["HOME"] = str(caches)
        for name in ("PIP_CACHE_DIR", "UV_CACHE_DIR", "npm_config_cache"):
            environment.setdefault(name, str(caches / name.split("_")[0].lower()))
    return environment


_OLD_NAMES = {"UV_DEFAULT_INDEX": "UV_INDEX_URL", "UV_INDEX": "UV_EXTRA_INDEX_URL"}


def _quiet(command: list[str | Path], environment: dict[str, str], cwd: Path = ROOT) -> str | None:
    """Run; None when it went well, else the tail of what it said."""
    try:
        done = subprocess.run(command, env=environment, cwd=cwd, text=True, capture_output=True, errors="replace")
    except OSError as error:
        return str(error)
    if done.returncode == 0:
        return None
    return "\n".join((done.stdout + done.stderr).strip().splitlines()[-8:]) or f"exit {done.returncode}"


# Python packages


def _pip(environment: dict[str, str]) -> list[str | Path]:
    if _quiet([sys.executable, "-m", "pip", "--version"], environment) is not None:
        _quiet([sys.executable, "-m", "ensurepip"], environment)
    return [sys.executable, "-m", "pip"]


def _uv(environment: dict[str, str]) -> str | None:
    """The uv program: on PATH, else fetched once into build/uv; None when it cannot be had."""
    found = shutil.which("uv")
    # A shim can be on PATH without a program behind it.
    if found and _quiet([found, "--version"], environment) is None:
        return found
    own = BUILD / "uv" / "bin" / "uv"
    if not own.exists():
        command = [*_pip(environment), "install", "--quiet", "--target", BUILD / "uv", "--upgrade", "uv"]
        if _quiet(command, environment) is not None:
            return None
    return str(own) if _quiet([own, "--version"], environment) is None else None


def _configured_index(environment: dict[str, str]) -> dict[str, str]:
    """uv does not read pip's configuration file; a mirror named there is passed on."""
    if environment.get("UV_DEFAULT_INDEX") or environment.get("UV_INDEX_URL"):
        return environment
    command = [*_pip(environment), "config", "get", "global.index-url"]
    done = subprocess.run(command, env=environment, text=True, capture_output=True)
    if done.returncode == 0 and done.stdout.strip():
        return {**environment, "UV_DEFAULT_INDEX": done.stdout.strip()}
    return environment


def _install(lock: Path, python: str) -> None:
    environment = client_environment()
    uv = _uv(environment)
    trouble: str | None = "uv saknas"
    if uv:
        command: list[str | Path] = [uv, "pip", "sync", "--quiet", "--require-hashes", "--python", python, lock]
        trouble = _quiet(command, _configured_index(environment))
    if trouble is not None:
        command = [*_pip(environment), "--python", python, "install", "--quiet", "--require-hashes", "-r", lock]
        trouble = _quiet(command, environment)
    if trouble is not None:
        raise Stop(
            f"{trouble}\nPythonpaketen i {lock.name} gick inte att hämta. Kontrollera nätet, eller ange er spegel i "
            "PIP_INDEX_URL (och certifikat i PIP_CERT), och kör samma kommando igen.",
            f"Could not fetch the Python packages in {lock.name}. Check the network, or name your mirror in "
            "PIP_INDEX_URL (and certificates in PIP_CERT), then run the same command again.",
        )


def python_packages(*, dev: bool) -> None:
    """Make .venv hold exactly one lock file. An environment for development is never reduced to the smaller lock."""
    dev = dev or importlib.util.find_spec("pytest") is not None
    lock, name = (DEV_LOCK, "python-dev") if dev else (RUNTIME_LOCK, "python")
    # The stamp lives outside .venv, so it also holds when that folder was made.
    wanted = checksum(lock) + str((ROOT / ".venv" / "pyvenv.cfg").stat().st_mtime_ns)
    if _stamped(name, wanted):
        return
    with _alone():
        if not _stamped(name, wanted):
            say("Hämtar Pythonpaket …")
            _install(lock, sys.executable)
            _stamp(name, wanted)
    importlib.invalidate_caches()


# Browser assets


def _npm(environment: dict[str, str]) -> list[str | Path] | str:
    """The npm command: the machine's when Node is 20 or later, else a private one. A string says why there is none."""
    try:
        version = subprocess.run(["node", "--version"], text=True, capture_output=True, env=environment).stdout
        major = int(version.strip().lstrip("v").split(".")[0])
    except (OSError, ValueError):
        major = 0
    if major >= 20 and shutil.which("npm") and _quiet(["npm", "--version"], environment) is None:
        return ["npm"]
    python = BUILD / "node" / "bin" / "python"
    wanted = checksum(NODE_LOCK)
    if not _stamped("node", wanted) or not python.exists():
        say("Hämtar Node …")
        trouble = _quiet([sys.executable, "-m", "venv", "--without-pip", "--clear", BUILD / "node"], environment)
        if trouble:
            return trouble
        try:
            _install(NODE_LOCK, str(python))
        except Stop as stop:
            return str(stop.args[0])
        _stamp("node", wanted)
    return [python, ROOT / "tools" / "npm.py"]


def _npm_packages(*, dev: bool) -> str | None:
    environment = client_environment()
    npm = _npm(environment)
    if isinstance(npm, str):
        return npm
    say(f"Hämtar typsnitt, textredigerare{', ritverktyg och testverktyg' if dev else ' och ritverktyg'} …")
    command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    command += ["--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-timeout=30000"]
    trouble = _quiet(command if dev else [*command, "--omit=dev"], environment)
    for script in ("editor", "modeler"):
        trouble = trouble or _quiet([*npm, "run", "--silent", script], environment)
    return trouble


def browser_assets(*, dev: bool) -> str | None:
    """Put fonts, the editor, the drawing tool and BPMN's schemas (and, for tests, axe) into build/.

    Returns what went wrong, or None.
    """
    folders()
    dev = dev or (STAMPS / "assets-dev").exists()
    name = "assets-dev" if dev else "assets"
    sources = [path for folder in (EDITOR, MODELER) for path in sorted(folder.glob("*.*"))]
    wanted = checksum(ROOT / "package.json", ROOT / "package-lock.json", *sources)
    copies = {ROOT / FONT_FILES / font: BUILD / "assets" / "fonts" / font for font in FONTS}
    copies |= {ROOT / SCHEMA_FILES / schema: SCHEMAS / schema for schema in SCHEMA_NAMES}
    if dev:
        copies[ROOT / "node_modules" / "axe-core" / "axe.min.js"] = BUILD / "test-assets" / "axe.min.js"
    made = [*copies.values(), *(BUILD / "assets" / path for path in BUILT)]
    if _stamped(name, wanted) and all(path.exists() for path in made):
        return None
    failure = STAMPS / "assets-failed"
    if not dev and failure.exists() and time.time() - failure.stat().st_mtime < RETRY_AFTER:
        return failure.read_text()
    with _alone():
        trouble = _npm_packages(dev=dev)
        if trouble is not None:
            _stamp(failure.name, trouble)
            return trouble
        try:
            for source, target in copies.items():
                shutil.copyfile(source, target)
        except OSError as error:
            return str(error)
        _stamp(name, wanted)
        return None


# Translations


def catalogues() -> None:
    """Compile each django.po that is newer than its django.mo."""
    for source in sorted((ROOT / "src" / "hjulet" / "locale").glob("*/LC_MESSAGES/django.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        from babel.messages.mofile import write_mo
        from babel.messages.pofile import read_po

        with source.open("rb") as stream:
            catalogue = read_po(stream, locale=source.parts[-3])
        # Written beside and moved, so that a running server never reads half a file.
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as output:
            write_mo(output, catalogue)
        Path(output.name).chmod(0o644)
        Path(output.name).replace(target)


# The environment Django runs in


def django_environment(environment: dict[str, str]) -> dict[str, str]:
    """What every Django process needs to find the settings and the code."""
    return {
        **environment,
        "DJANGO_SETTINGS_MODULE": "hjulet.config.settings",
        "PYTHONPATH": str(ROOT / "src"),
        "PYTHONUTF8": "1",
        "PATH": f"{ROOT / '.venv' / 'bin'}{os.pathsep}{environment.get('PATH', os.defpath)}",
    }


def local_defaults(environment: dict[str, str], port: int = 8000) -> dict[str, str]:
    """On one's own computer Hjulet is a demo, unless told otherwise. Shared by run and manage."""
    environment.setdefault("HJULET_BASE_URL", f"http://127.0.0.1:{port}")
    if urlsplit(environment["HJULET_BASE_URL"]).hostname in LOCAL_HOSTS:
        environment.setdefault("HJULET_DEMO", "1")
    return environment


def clean_environment(data: Path) -> dict[str, str]:
    """For tests and checks: none of the caller's Hjulet settings but the wish for new pictures, and own data."""
    ours = ("HJULET_", "DJANGO_", "PYTEST_")
    mine = {n: value for n, value in os.environ.items() if not n.startswith(ours) or n == "HJULET_PICTURES"}
    return django_environment({**compiled_once(mine), "HJULET_TESTING": "1", "HJULET_DATA_DIR": str(data)})


def compile_code() -> None:
    """For a service that may not write here: else it would compile everything at each start. The packages' own code is
    compiled when they are installed.
    """
    python = str(ROOT / ".venv" / "bin" / "python")
    subprocess.run([python, "-m", "compileall", "-q", str(ROOT / "src")], check=True)


def compiled_once(environment: dict[str, str]) -> dict[str, str]:
    """Python keeps what it compiles in build/, as an installation has it compiled: that is most of a start."""
    kept = {name: value for name, value in environment.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(BUILD / "pycache")}
