"""The page of who owns or writes processes; the yearly review, also among the documents (DOC-5)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from hjulet.core.actor import Actor
from hjulet.core.flow import Refused, Stale
from hjulet.core.models import Event
from hjulet.documents.work_lists import waits_on
from hjulet.notify.models import Notice
from hjulet.org.models import Person
from hjulet.processes import actions
from hjulet.processes.jobs import remind
from hjulet.processes.models import Process, ProcessReviewed
from tests.cases.test_query_counts import asked as questions
from tests.processes.conftest import Written, draft, publish

pytestmark = [pytest.mark.django_db, pytest.mark.capability("DOC-5")]

ActorOf = Callable[..., Actor]
Browse = Callable[[str], Client]
PAGE = "/processer/mina/"


@pytest.fixture
def process(written: Written, actor: ActorOf, at: datetime) -> Process:
    return publish(written(), actor("asa"), at)


def due(process: Process, day: date) -> Process:
    Process.objects.filter(pk=process.pk).update(review_on=day)
    return Process.objects.select_related("unit", "current").get(pk=process.pk)


def page(client: Client, address: str = PAGE) -> str:
    return client.get(address).content.decode()


def test_each_thing_that_waits_has_its_next_step(
    process: Process, actor: ActorOf, browse: Browse, at: datetime
) -> None:
    asa, url = actor("asa"), process.get_absolute_url()
    quiet = page(browse("asa"))
    assert process.name in quiet and "Inget väntar just nu." in quiet and f"{url}oversyn/" not in quiet
    due(process, at.date() + timedelta(days=50))
    actions.ask_change(process, text="x", actor=actor("juno"), at=at)
    actions.begin_version(process, actor=asa, at=at)
    said = page(browse("asa"))
    assert "Ses över senast" in said and f"{url}oversyn/" in said
    assert "Version 2 är ett utkast" in said and f"{url}utkast/" in said
    assert "1 önskemål väntar på svar" in said and f"/processer/onskemal/?val=vantar&amp;process={process.code}" in said
    due(process, at.date() - timedelta(days=1))
    actions.save_changes(draft(process), "Nytt.", actor=asa, at=at)
    actions.ask(draft(process), actor=asa, at=at)
    said = page(browse("asa"))
    assert "Skulle ha setts över" in said and "Version 2 väntar på att kvalitetsgruppen godkänner den" in said
    actions.send_back(draft(process), reason="Säg vem.", actor=actor("lars"), at=at)
    assert "Version 2 kom tillbaka och behöver ändras" in page(browse("asa"))


def test_what_has_come_in_since_it_was_published(process: Process, reported: Any, browse: Browse, at: datetime) -> None:
    step = f"{process.code}/steg_1"
    assert "avvikelse" not in page(browse("asa"))
    for _n in range(2):
        reported(process_step=step)
    said = page(browse("asa"))
    assert "2 avvikelser från och med november 2026" in said
    assert f"steg={process.code}&amp;from=2026-11-01" in said
    # whoever sees masked figures is told of whole quarters only, and of no small numbers
    Process.objects.filter(pk=process.pk).update(owner=Person.objects.get(login="mona"))
    assert "avvikelse" not in page(browse("mona"))


def test_a_process_that_has_never_held_leads_to_its_draft(written: Written, browse: Browse) -> None:
    made = written("Ny väg")
    said = page(browse("asa"))
    assert "Ny väg" in said and "gäller inte än" in said and f"{made.get_absolute_url()}utkast/" in said


def test_who_owns_nothing_reads_so_and_sees_nothing(process: Process, browse: Browse) -> None:
    for login in ("juno", "sara"):
        said = page(browse(login))
        assert "Du äger ingen process" in said and process.name not in said
    assert PAGE not in page(browse("juno"), "/processer/")
    assert PAGE in page(browse("asa"), "/processer/")


def test_who_writes_sees_what_others_own(process: Process, browse: Browse, person: Any) -> None:
    Process.objects.filter(pk=process.pk).update(owner=person("juno"))
    assert process.name in page(browse("juno"))  # she owns it now
    said = page(browse("asa"))
    assert process.name in said and "Du äger ingen process. Det här är de som du får skriva i." in said


def test_the_page_asks_a_fixed_number_of_questions(
    written: Written, actor: ActorOf, browse: Browse, at: datetime
) -> None:
    asa, few = browse("asa"), 0
    for number in range(2):
        for turn in range(1 + 7 * number):
            made = publish(written(f"Väg {number} {turn}"), actor("asa"), at)
            actions.ask_change(made, text="x", actor=actor("juno"), at=at)
            actions.begin_version(made, actor=actor("asa"), at=at)
        asa.get(PAGE)
        found = questions(asa, PAGE)
        few = few or len(found)
    assert len(found) == few <= 12
    assert len(questions(asa, f"{made.get_absolute_url()}oversyn/")) <= 12


def progress(client: Client) -> tuple[int, int]:
    """How many are looked over this year, and of how many."""
    found = re.search(r"(\d+) av (\d+) är översedda", page(client, "/dokument/oversyn/"))
    return (int(found[1]), int(found[2])) if found else (0, 0)


# The yearly review -----------------------------------------------------------------


def test_looked_over_moves_the_day_and_stays_to_be_read(
    process: Process, actor: ActorOf, browse: Browse, at: datetime
) -> None:
    late, asa = due(process, at.date() - timedelta(days=9)), browse("asa")
    address = f"{process.get_absolute_url()}oversyn/"
    assert "Översynen är gjord, ingen ändring behövs" in page(asa, address)
    answer = asa.post(address, {"reason": " ", "version": late.version})
    assert answer.status_code == 422 and "Skriv varför inget ändras" in answer.content.decode()
    answer = asa.post(address, {"reason": "Vi gick igenom den på mötet.", "version": late.version})
    assert answer["Location"] == PAGE
    done = ProcessReviewed.objects.get()
    assert (done.due_on, done.next_on.year, done.drawing_id) == (late.review_on, at.year + 1, process.current_id)
    process.refresh_from_db()
    assert process.review_on == done.next_on
    assert "Vi gick igenom den på mötet." in page(browse("juno"), process.get_absolute_url())
    assert Event.objects.filter(verb="process.looked-over", object_id=process.pk).count() == 1


def test_two_who_look_over_at_once_and_those_who_do_not_write(
    process: Process, written: Written, actor: ActorOf, browse: Browse, at: datetime
) -> None:
    address = f"{process.get_absolute_url()}oversyn/"
    actions.look_over(process, reason="x", actor=actor("asa"), at=at)
    answer = browse("asa").post(address, {"reason": "Min", "version": process.version})
    assert answer.status_code == 409 and "Min" in answer.content.decode()
    with pytest.raises(Stale):
        actions.look_over(process, reason="x", seen=process.version, actor=actor("asa"), at=at)
    assert browse("juno").get(address).status_code == 404
    with pytest.raises(Refused, match="bara de som skriver"):
        actions.look_over(process, reason="x", actor=actor("juno"), at=at)
    never = written("Aldrig gällt")
    assert browse("asa").get(f"{never.get_absolute_url()}oversyn/").status_code == 404
    with pytest.raises(Refused, match="gäller inte"):
        actions.look_over(never, reason="x", actor=actor("asa"), at=at)


def test_processes_stand_in_the_yearly_review_with_the_documents(
    process: Process, actor: ActorOf, browse: Browse, at: datetime
) -> None:
    address, mine = "/dokument/oversyn/", f"{process.get_absolute_url()}oversyn/"
    asa, (done, everything) = browse("asa"), progress(browse("asa"))
    assert process.name not in page(asa, address) and process.name in page(asa, f"{address}?val=nasta")
    due(process, at.date() - timedelta(days=9))
    said = page(asa, address)
    assert process.name in said and mine in said and progress(asa) == (done, everything + 1)
    assert mine not in page(browse("juno"), address) and process.name in page(browse("juno"), address)
    assert process.name not in page(browse("sara"), address)
    assert process.name in page(asa, f"{address}?min=1") and process.name not in page(browse("dag"), f"{address}?min=1")
    assert process.name in page(asa, f"{address}?agare=asa&unit={process.unit.code}")
    assert process.name not in page(asa, f"{address}?slag=routine")
    actions.look_over(process, reason="x", actor=actor("asa"), at=at)
    assert process.name in page(asa, f"{address}?val=gjorda") and progress(asa) == (done + 1, everything + 1)


def test_it_waits_on_the_owner_when_the_day_comes_near(
    process: Process, actor: ActorOf, browse: Browse, at: datetime
) -> None:
    due(process, at.date() - timedelta(days=1))
    actions.ask_change(process, text="x", actor=actor("juno"), at=at)
    found = {(row["sort"], row["named"], row["waits"]) for row in waits_on(actor("asa"), at.date())}
    assert found >= {("process-review", process.name, "late"), ("process-request", process.name, "new")}
    assert process.name not in {row["named"] for row in waits_on(actor("juno"), at.date())}
    start = page(browse("asa"), "/")
    assert f"{process.get_absolute_url()}oversyn/" in start and "Process att se över" in start


def test_the_owner_is_reminded_once_for_each_day(process: Process, at: datetime) -> None:
    remind(at)  # of what was there before
    assert not Notice.objects.filter(kind="process.due", person__login="asa").exists()
    due(process, at.date() + timedelta(days=20))
    assert (remind(at), remind(at)) == (1, 0)
    assert Notice.objects.filter(kind="process.due", person__login="asa").count() == 1
