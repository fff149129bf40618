"""A back-up while people write, put back elsewhere; and copies that must not be put back at all."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from hjulet.operations import package
from hjulet.operations.backup import opened, read_through
from hjulet.org.models import Person
from tests.operations.installation import KEY, Installation
from tests.operations.writer import TEXT

pytestmark = [pytest.mark.capability("PLT-4"), pytest.mark.e2e, pytest.mark.both]

WHOLE = """
from collections import Counter
from django.contrib.sessions.models import Session
from hjulet.cases.models import Case
from hjulet.core.models import Event
from hjulet.files.models import StoredFile
cases = Case.objects.unscoped(reason="test")
kinds = Counter(Event.objects.values_list("verb", flat=True))
print(__import__("json").dumps({
    "cases": list(cases.order_by("pk").values_list("pk", flat=True)),
    "unfinished": cases.filter(clocks__isnull=True).count(),
    "files": StoredFile.objects.count(),
    "stored": kinds["file.stored"] - kinds["file.removed"],
    "gone": [f.pk for f in StoredFile.objects.all() if not f.path.exists()],
    "sessions": Session.objects.count(),
    "events": sum(kinds.values()), "restored": kinds["installation.restored"],
}))
"""

NEWEST = """
from hjulet.cases.models import Case
print(Case.objects.unscoped(reason="test").order_by("-pk").values_list("pk", flat=True)[0])
"""


def what_is_there(place: Installation) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(place.ask(WHOLE))
    return found


def read_keys(writer: subprocess.Popen[str], count: int) -> list[int]:
    assert writer.stdout is not None
    return [int(writer.stdout.readline()) for _ in range(count)]


def key_above(newest: int, writer: subprocess.Popen[str]) -> int:
    """The writer's first case after that one: what it said before that waits in the pipe."""
    assert writer.stdout is not None
    return next(key for key in map(int, writer.stdout) if key > newest)


def rest_of(writer: subprocess.Popen[str]) -> list[int]:
    assert writer.stdout is not None
    with writer:
        said = [int(line) for line in writer.stdout]
    assert writer.returncode == 0
    return said


def test_a_copy_made_while_people_write_is_whole_elsewhere(
    town: Installation, elsewhere: Installation, tmp_path: Path
) -> None:
    target = tmp_path / "under-load.hjulet"
    writers = [town.start("tests/operations/writer.py") for _ in range(2)]
    try:
        before = [key for writer in writers for key in read_keys(writer, 5)]
        said = town.manage("backup", str(target), HJULET_BACKUP_KEY=KEY)
        newest = int(town.ask(NEWEST))
        later = [key_above(newest, writer) for writer in writers]
    finally:
        (town.folder / "stop").touch()
        later += [key for writer in writers for key in rest_of(writer)]
    assert target.stat().st_mode & 0o777 == 0o600
    assert TEXT not in said and b"Rapport" not in target.read_bytes()
    assert not list(town.folder.glob(".backup-*"))

    told = elsewhere.manage("restore", str(target), HJULET_BACKUP_KEY=KEY)
    assert told.count("stämmer.") == 3 and "Återläst." in told
    assert "Loggen är hel" in elsewhere.manage("verify-log")
    assert "Statistiken stämmer" in elsewhere.manage("verify-stats")
    there = what_is_there(elsewhere)
    assert set(before) <= set(there["cases"])
    assert not set(later) & set(there["cases"])  # they went on writing after the snapshot
    assert (there["unfinished"], there["gone"], there["restored"]) == (0, [], 2)
    assert there["files"] == there["stored"] > 0
    manifest = read_through(target, KEY)
    rows = {table: told["rows"] for table, told in manifest["tables"].items()}
    assert rows["cases_case"] == len(there["cases"])
    assert rows["core_event"] == there["events"] - there["restored"]
    assert manifest["missing_files"] == [] and manifest["last_seal"]["digest"] in said
    for path in elsewhere.folder.rglob("*"):
        if path.is_file() and "static" not in path.parts:
            assert path.stat().st_mode & 0o077 == 0, path
    numbers_go_on(elsewhere, max(there["cases"]))


def numbers_go_on(place: Installation, last: int) -> None:
    """A case reported after the restore gets a number of its own."""
    (place.folder / "stop").unlink(missing_ok=True)
    writer = place.start("tests/operations/writer.py")
    (key,) = read_keys(writer, 1)
    (place.folder / "stop").touch()
    rest_of(writer)
    assert key > last


def test_replacing_takes_everything_that_was_there_away(
    copy: Path, town: Installation, elsewhere: Installation
) -> None:
    elsewhere.manage("migrate", "--verbosity", "0")
    if not (elsewhere.folder / "files").exists():
        elsewhere.manage("restore", str(copy), HJULET_BACKUP_KEY=KEY)
    stray = elsewhere.folder / "files" / "ab" / ("ab" + "0" * 30)
    stray.parent.mkdir(parents=True, exist_ok=True)
    stray.write_bytes(b"x")
    said = elsewhere.manage("restore", str(copy), code=1, HJULET_BACKUP_KEY=KEY)
    assert "Här finns redan en installation" in said and stray.exists()
    elsewhere.manage("restore", str(copy), "--replace", HJULET_BACKUP_KEY=KEY)
    assert not stray.exists()
    rows = {table: told["rows"] for table, told in read_through(copy, KEY)["tables"].items()}
    there = what_is_there(elsewhere)
    assert (rows["cases_case"], rows["files_storedfile"]) == (len(there["cases"]), there["files"])
    assert rows["core_event"] + 2 == there["events"]
    assert there["sessions"] == 0

    broken = broken_inside(copy, elsewhere.folder / "broken")
    said = elsewhere.manage("restore", str(broken), "--replace", code=1)
    assert "Traceback" not in said
    assert what_is_there(elsewhere) == there


def broken_inside(copy: Path, target: Path) -> Path:
    """A copy whose checksums are right but whose database was bad when it was packed: a row short, a page torn."""
    room = target.with_suffix(".room")
    room.mkdir()
    with opened(copy, KEY) as stream:
        manifest = package.read(stream, room, lambda about: None)
    if manifest["engine"] == "sqlite":
        whole = bytearray(gzip.decompress((room / package.SQLITE).read_bytes()))
        whole[40_000:60_000] = bytes(20_000)
        (room / package.SQLITE).write_bytes(gzip.compress(whole))
    else:
        last = room / package.table_member("org_person")
        lines = gzip.decompress(last.read_bytes()).splitlines(keepends=True)
        last.write_bytes(gzip.compress(b"".join(lines[:-1])))
    with target.open("wb") as file:
        writer = package.Writer(file, {name: manifest[name] for name in ABOUT})
        for path in sorted(path for path in room.rglob("*") if path.is_file()):
            writer.add_path(str(path.relative_to(room)), path)
        writer.finish({name: manifest[name] for name in ("tables", "sequences", "last_seal", "missing_files")})
    shutil.rmtree(room)
    return target


ABOUT = ("format", "engine", "version", "made_at", "migrations")


def test_content_that_was_already_gone_is_told(town: Installation, tmp_path: Path) -> None:
    (town.folder / "stop").unlink(missing_ok=True)
    writer = town.start("tests/operations/writer.py")
    read_keys(writer, 3)
    (town.folder / "stop").touch()
    rest_of(writer)
    lost, changed = sorted((town.folder / "files").glob("*/*"))[:2]
    kept = {path: path.read_bytes() for path in (lost, changed)}
    lost.unlink()
    changed.write_bytes(b"?")
    try:
        said = town.manage("backup", str(tmp_path / "c"), code=3, HJULET_BACKUP_KEY=KEY)
        assert "1 fil saknades redan på disken" in said and "1 fil var redan ändrad på disken" in said
        assert "Kopian är hel." in town.manage("restore", str(tmp_path / "c"), "--check", HJULET_BACKUP_KEY=KEY)
    finally:
        for path, content in kept.items():
            path.write_bytes(content)


# Copies that are not put back. In this process, on the test's own database: nothing may change. ----------------


def refused(path: Path, settings: Any, key: str = KEY, **options: Any) -> str:
    before = Person.objects.count()
    settings.BACKUP_KEY = key
    with pytest.raises(CommandError) as stop:
        call_command("restore", str(path), **{"replace": True, **options})
    assert Person.objects.count() == before > 0
    folder = Path(settings.DATA_DIR)
    assert [path for path in folder.rglob("*") if path.name != "copy"] == []
    return str(stop.value)


@pytest.mark.django_db
def test_the_wrong_key_and_none(copy: Path, settings: Any) -> None:
    assert "Nyckeln är inte den som kopian gjordes med" in refused(copy, settings, key="en-annan-nyckel-som-ar-lang")
    assert "Kopian är krypterad" in refused(copy, settings, key="")


@pytest.mark.django_db
@pytest.mark.parametrize("share", [0.0, 0.0001, 0.3, 0.999])
def test_a_cut_copy(copy: Path, settings: Any, folder: Path, share: float) -> None:
    cut = folder / "copy"
    cut.write_bytes(copy.read_bytes()[: int(copy.stat().st_size * share)])
    assert "avkortad eller skadad" in refused(cut, settings)


@pytest.mark.django_db
@pytest.mark.parametrize("share", [0.0005, 0.3, 0.7, 0.9999])
def test_a_flipped_bit(copy: Path, settings: Any, folder: Path, share: float) -> None:
    content = bytearray(copy.read_bytes())
    content[int(len(content) * share)] ^= 4
    (folder / "copy").write_bytes(content)
    assert "skada" in refused(folder / "copy", settings)


@pytest.mark.django_db
def test_no_copy_at_all(settings: Any, folder: Path) -> None:
    (folder / "copy").write_text("Det här är något annat.\n" * 1000)
    assert "ingen säkerhetskopia av Hjulet" in refused(folder / "copy", settings)
    assert "går inte att använda" in refused(folder / "finns-inte", settings)


@pytest.mark.django_db
def test_an_installation_in_use_is_not_overwritten(copy: Path, settings: Any) -> None:
    assert "Här finns redan en installation" in refused(copy, settings, replace=False)


def about(**changes: Any) -> dict[str, Any]:
    base = {"format": 1, "engine": connection.vendor, "version": "9.9.9", "made_at": "2030-01-01T00:00:00Z"}
    return {**base, "migrations": [], **changes}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"engine": "oracle"}, "går bara att återläsa där"),
        ({"format": 2}, "nyare version"),
        ({"migrations": [["org", "0999_from_the_future"]]}, "nyare version av Hjulet (9.9.9)"),
    ],
)
def test_another_kind_of_copy(settings: Any, folder: Path, changes: dict[str, Any], told: str) -> None:
    with (folder / "copy").open("wb") as file:
        package.Writer(file, about(**changes)).finish({"tables": {}, "sequences": {}, "last_seal": None})
    assert told in refused(folder / "copy", settings)


def test_a_copy_never_replaces_a_file_and_a_key_is_not_short(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("x")
    settings.BACKUP_KEY = KEY
    with pytest.raises(CommandError, match="finns redan"):
        call_command("backup", str(tmp_path / "mine"))
    settings.BACKUP_KEY = "kort"
    with pytest.raises(CommandError, match="för kort"):
        call_command("backup", str(tmp_path / "new"))
    assert [path.name for path in tmp_path.iterdir()] == ["mine"] and (tmp_path / "mine").read_text() == "x"


def test_what_a_killed_run_left_behind_goes(tmp_path: Path, settings: Any) -> None:
    from hjulet.operations.backup import staging

    settings.DATA_DIR = tmp_path
    ended = subprocess.Popen(["true"])
    ended.wait()
    left = tmp_path / f".backup-{ended.pid}-abc"
    left.mkdir()
    with staging(".backup-") as mine:
        assert mine.exists() and not left.exists()
        with staging(".backup-"):
            assert mine.exists()  # another run under way keeps its own
    assert not mine.exists()


def test_removals_wait_while_a_back_up_notes_what_there_is(tmp_path: Path, settings: Any) -> None:
    import threading

    from hjulet.files.keeping import nothing_is_removed, take_away

    settings.DATA_DIR = tmp_path
    (tmp_path / "content").write_text("x")
    remover = threading.Thread(target=take_away, args=[tmp_path / "content"])
    with nothing_is_removed():
        remover.start()
        time.sleep(0.3)
        assert (tmp_path / "content").exists()
    remover.join(10)
    assert not (tmp_path / "content").exists()
