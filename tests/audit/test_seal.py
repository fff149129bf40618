from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from tests.audit.conftest import World
from tests.conftest import AT

from hjulet.audit import guards
from hjulet.audit.anchor import NAME
from hjulet.audit.models import Seal
from hjulet.audit.seal import COLUMNS, FORMAT, seal, verify
from hjulet.core import jobs
from hjulet.core.events import log_read, record
from hjulet.core.models import Event, EventValue


def _write(count: int) -> list[int]:
    return [
        record(
            "case.noted",
            actor=None,
            at=AT,
            about=("case", n),
            principal_id=1,
            values={"text": f"Åt {n}", "n": [n, 1.5]},
        ).pk
        for n in range(count)
    ]


@pytest.fixture
def sealed(empty_log: None) -> list[int]:
    """Nine events in three seals."""
    ids: list[int] = []
    for part in range(3):
        ids += _write(3)
        assert seal(AT + timedelta(minutes=part)) == 3
    return ids


Owner = Callable[[], Any]


def test_a_whole_log_is_whole(sealed: list[int], world: World, folder: Path) -> None:
    log_read("list", actor=world.actor(world.pia), at=AT, about="case", ids=[1, 2, 3])
    report = verify()
    assert (report.ok, report.checked, report.sealed, report.unsealed, report.first_broken) == (
        True,
        10,
        9,
        1,
        None,
    )
    lines = (folder / NAME).read_text().splitlines()
    links = list(Seal.objects.all())
    assert [line.split()[:3] for line in lines] == [[str(s.pk), str(s.last_id), s.digest] for s in links]
    assert [s.previous for s in links] == ["", links[0].digest, links[1].digest]


def test_an_empty_log_is_whole(empty_log: None) -> None:
    assert seal(AT) == 0
    assert verify().ok


def test_every_column_of_an_event_is_sealed() -> None:
    assert {field.attname for field in Event._meta.concrete_fields} == set(COLUMNS[FORMAT])


def test_a_seal_from_before_a_column_came_still_holds(
    empty_log: None, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _write(2)
    monkeypatch.setattr("hjulet.audit.seal.FORMAT", 1)
    seal(AT)
    monkeypatch.undo()
    second = _write(2)
    seal(AT)
    assert list(Seal.objects.order_by("id").values_list("format", flat=True)) == [1, 2]
    assert verify().ok
    with owner():
        Event.objects.filter(pk=second[0]).update(actor_unit_id=7)
    assert verify().first_broken == f"Händelse {second[0]} är ändrad." and first


@pytest.mark.parametrize(
    "change",
    [
        {"verb": "case.closed"},
        {"at": AT + timedelta(microseconds=1)},
        {"actor_label": "Någon annan"},
        {"actor_id": 7},
        {"actor_unit_id": 7},
        {"unit_id": 7},
        {"object_id": 99},
        {"refs": [1]},
        {"purpose": "x"},
        {"digests": {}},
        {"kind": "read"},
        {"principal_id": None},
        {"object_type": "measure"},
    ],
)
def test_an_edited_event_is_named(sealed: list[int], owner: Owner, change: dict[str, Any]) -> None:
    with owner():
        assert Event.objects.filter(pk=sealed[4]).update(**change) == 1
    assert verify().first_broken == f"Händelse {sealed[4]} är ändrad."


@pytest.mark.parametrize("place", [0, 4, 8])
def test_a_deleted_event_is_named(sealed: list[int], owner: Owner, place: int) -> None:
    with owner():
        EventValue.objects.filter(pk=sealed[place]).delete()
        Event.objects.filter(pk=sealed[place]).delete()
    assert verify().first_broken == f"Händelse {sealed[place]} är borttagen."


def _swap(first: int, second: int) -> None:
    EventValue.objects.filter(pk__in=[first, second]).delete()
    for old, new in [(first, -1), (second, first), (-1, second)]:
        Event.objects.filter(pk=old).update(id=new)


@pytest.mark.parametrize(("first", "second"), [(3, 4), (0, 8)])
def test_reordered_events_are_found(sealed: list[int], owner: Owner, first: int, second: int) -> None:
    with owner():
        _swap(sealed[first], sealed[second])
    assert verify().first_broken == f"Händelse {sealed[first]} är ändrad."


def test_an_event_put_in_between_is_named(empty_log: None, owner: Owner) -> None:
    ids = _write(3)
    with owner():
        EventValue.objects.filter(pk=ids[1]).delete()
        Event.objects.filter(pk=ids[1]).delete()
    seal(AT)
    assert verify().ok
    Event.objects.create(pk=ids[1], kind="write", verb="x", at=AT, object_type="case", object_id=1)
    assert verify().first_broken == f"Händelse {ids[1]} är inlagd i efterhand."


def test_an_event_put_before_all_others_is_named(sealed: list[int]) -> None:
    Event.objects.create(pk=-5, kind="write", verb="x", at=AT, object_type="case", object_id=1)
    assert verify().first_broken is not None


def test_a_cut_end_is_found_by_the_file_outside(sealed: list[int], owner: Owner) -> None:
    last = Seal.objects.latest("id")
    with owner():
        EventValue.objects.filter(pk__gte=last.first_id).delete()
        Event.objects.filter(pk__gte=last.first_id).delete()
        Seal.objects.filter(pk=last.pk).delete()
    assert verify().first_broken == f"Försegling {last.pk} står i {NAME} men är borttagen ur loggen."


def test_a_cut_end_with_events_only(sealed: list[int], owner: Owner) -> None:
    with owner():
        EventValue.objects.filter(pk__in=sealed[6:]).delete()
        Event.objects.filter(pk__in=sealed[6:]).delete()
    assert verify().first_broken == f"Händelse {sealed[6]} är borttagen."


def test_a_log_emptied_altogether(sealed: list[int], owner: Owner) -> None:
    with owner():
        EventValue.objects.all().delete()
        Event.objects.all().delete()
        Seal.objects.all().delete()
    assert not verify().ok


def test_a_chain_made_anew_is_not_the_anchored_one(sealed: list[int], owner: Owner, folder: Path) -> None:
    """Someone edits an event, removes the seals and seals again."""
    first = Seal.objects.earliest("id").pk
    with owner():
        Event.objects.filter(pk=sealed[4]).update(actor_label="Någon annan")
        links = list(Seal.objects.values())
        Seal.objects.all().delete()
    anchors = (folder / NAME).read_text()
    seal(AT + timedelta(minutes=9))
    with owner():
        made = Seal.objects.latest("id")
        Seal.objects.filter(pk=made.pk).update(id=first)
    (folder / NAME).write_text(anchors)
    report = verify()
    assert len(links) == 3
    assert report.first_broken == f"Försegling {first} är inte den som står i {NAME}."


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"digest": "0" * 64}, "Försegling"),
        ({"previous": "0" * 64}, "hänger inte ihop"),
        ({"count": 2}, "Försegling"),
        ({"sealed_at": AT}, "är ändrad"),
        ({"first_id": 1}, "är ändrad"),
        ({"format": 9}, "hänger inte ihop"),
    ],
)
def test_an_edited_seal_is_found(sealed: list[int], owner: Owner, change: dict[str, Any], says: str) -> None:
    middle = Seal.objects.order_by("id")[1]
    with owner():
        Seal.objects.filter(pk=middle.pk).update(**change)
    report = verify()
    assert not report.ok and says in str(report.first_broken)


def test_a_seal_taken_out_of_the_middle_is_found(sealed: list[int], owner: Owner) -> None:
    with owner():
        Seal.objects.filter(pk=Seal.objects.order_by("id")[1].pk).delete()
    assert "hänger inte ihop" in str(verify().first_broken)


@pytest.mark.owner
def test_erased_values_are_lawful_changed_ones_are_not(sealed: list[int]) -> None:
    EventValue.objects.filter(pk=sealed[1]).delete()
    assert verify().ok
    for change in ({"values": {"text": "Något annat", "n": [4, 1.5]}}, {"values": {}}, {"salt": "0" * 16}):
        with transaction.atomic():
            EventValue.objects.filter(pk=sealed[4]).update(**change)
            assert verify().first_broken == f"Uppgifterna i händelse {sealed[4]} är ändrade."
            transaction.set_rollback(True)
    assert verify().ok


@pytest.mark.owner
def test_changed_values_of_an_unsealed_event_are_found(empty_log: None) -> None:
    (pk,) = _write(1)
    EventValue.objects.filter(pk=pk).update(values={"text": "Något annat"})
    assert verify().first_broken == f"Uppgifterna i händelse {pk} är ändrade."


def test_a_file_that_is_gone_is_told_and_not_made_anew(sealed: list[int], folder: Path) -> None:
    (folder / NAME).unlink()
    assert verify().first_broken == f"Filen {NAME} saknas, så det går inte att se om slutet av loggen är kvar."
    _write(1)
    with pytest.raises(FileNotFoundError):
        seal(AT + timedelta(hours=1))
    assert not verify().ok
    assert Seal.objects.count() == 4


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [("\n", " x\n", f"Rad 1 i {NAME} är ändrad."), ("", "0 0 x y\n", "Försegling 0 står i")],
)
def test_an_edited_file_is_found(sealed: list[int], folder: Path, old: str, new: str, says: str) -> None:
    path = folder / NAME
    path.write_text(path.read_text().replace(old, new, 1))
    assert says in str(verify().first_broken)


def test_a_line_cut_in_two_by_a_crash_is_mended(sealed: list[int], folder: Path) -> None:
    path = folder / NAME
    path.write_text(path.read_text()[:-20])
    assert verify().ok  # the newest seal may be on its way to the file
    _write(1)
    seal(AT + timedelta(hours=1))
    assert verify().ok
    assert len(path.read_text().splitlines()) == 4


def test_two_seals_that_never_reached_the_file_are_told(sealed: list[int], folder: Path) -> None:
    path = folder / NAME
    path.write_text(path.read_text().split("\n")[0] + "\n")
    assert "saknas i" in str(verify().first_broken)


def test_a_large_log_is_sealed_in_several_links(empty_log: None) -> None:
    Event.objects.bulk_create(
        Event(kind="read", verb="list", at=AT, object_type="case", object_id=n) for n in range(12_000)
    )
    assert seal(AT) == 12_000
    assert list(Seal.objects.values_list("count", flat=True)) == [5_000, 5_000, 2_000]
    assert verify().checked == 12_000


def test_the_job_seals_each_minute(empty_log: None) -> None:
    _write(2)
    assert "seal-log" in jobs.run_due(AT)
    assert Seal.objects.get().count == 2
    assert jobs.JobRun.objects.get(name="seal-log").error == ""
    assert jobs.JOBS["seal-log"].every == timedelta(minutes=1)


def test_verify_log_from_the_command_line(sealed: list[int], owner: Owner, capsys: Any) -> None:
    call_command("verify-log")
    assert capsys.readouterr().out == "Loggen är hel. 9 händelser: 9 förseglade, 0 väntar.\n"
    with owner():
        Event.objects.filter(pk=sealed[4]).update(verb="x")
    with pytest.raises(SystemExit) as stop:
        call_command("verify-log")
    assert stop.value.code == 1
    assert capsys.readouterr().err == f"Händelse {sealed[4]} är ändrad.\n"


@pytest.mark.owner
def test_triggers_refuse_every_way_in(sealed: list[int]) -> None:
    Event.objects.create(kind="write", verb="x", at=AT, object_type="case", object_id=1)
    connection.check_constraints()
    ways: list[Callable[[], Any]] = [
        lambda: Event.objects.filter(pk=sealed[0]).update(verb="x"),
        lambda: Event.objects.latest("id").delete(),
        lambda: Event.objects.latest("id").save(),
        lambda: Seal.objects.update(digest="x"),
        lambda: Seal.objects.all().delete(),
        lambda: connection.cursor().execute("DELETE FROM core_event"),
        lambda: connection.cursor().execute("UPDATE audit_seal SET count = 0"),
    ]
    if connection.vendor == "postgresql":
        ways.append(lambda: connection.cursor().execute("TRUNCATE core_event CASCADE"))
        ways.append(lambda: connection.cursor().execute("TRUNCATE audit_seal"))
    for way in ways:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            way()
    assert verify().ok


@pytest.mark.owner
def test_missing_triggers_are_told(sealed: list[int]) -> None:
    connection.check_constraints()
    assert guards.missing(connection) == []
    with connection.cursor() as cursor:
        cursor.execute(
            "DROP TRIGGER core_event_no_update" + (" ON core_event" if connection.vendor == "postgresql" else "")
        )
    assert verify().first_broken == "Spärren mot ändringar i loggen är borta: core_event_no_update."
    call_command("migrate", verbosity=0)
    assert verify().ok


def _writing() -> None:
    try:
        for _ in range(40):
            with transaction.atomic():
                _write(1)
    finally:
        connection.close()


def _sealing(done: threading.Event) -> None:
    try:
        while not done.is_set():
            seal(AT)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_nothing_slips_in_behind_a_seal() -> None:
    """Writers and a sealer at once on PostgreSQL. SQLite lets one connection write at a time, and takes turns here."""
    done = threading.Event()
    if connection.vendor == "postgresql":
        writers = [threading.Thread(target=_writing) for _ in range(4)]
        sealer = threading.Thread(target=_sealing, args=[done])
        for thread in [*writers, sealer]:
            thread.start()
        for thread in writers:
            thread.join()
        done.set()
        sealer.join()
    else:
        for _ in range(4):
            _write(40)
            seal(AT)
    seal(AT)
    report = verify()
    assert report.ok, report.first_broken
    assert (report.sealed, report.unsealed) == (Event.objects.count(), 0)
