"""Processes in the demo: five published ones, one of them twice, and one that waits for the quality group."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from hjulet.core.actor import Actor
from hjulet.notify.models import Notice
from hjulet.org.models import Person, Principal
from hjulet.processes import actions
from hjulet.processes.bpmn import editing
from hjulet.processes.bpmn.model import Diagram
from hjulet.processes.choices import LinkKind
from hjulet.processes.content import load_processes
from hjulet.processes.models import Process

ActorOf = Callable[[str, datetime], Actor]
GRANTED = "Skriv att beställningen kvitteras. I våras visste ingen om den hade kommit fram."
WAITS = "Lägg till att nyckeln kvitteras när den lämnas tillbaka också, inte bara när vi får den."
LOOKED_OVER = {"residential-care": 335, "lss-housing": 200, "needs-assessment": 372, "municipal-hsl": 100}  # days ago
PUBLISHED = ("home-care", "residential-care", "lss-housing", "needs-assessment", "municipal-hsl")


def begin_processes(principal: Principal, people: dict[str, Person], actor: ActorOf, at: datetime) -> None:
    """Those that come with Hjulet, approved by the director the day the demo begins."""
    load_processes(principal, at)
    Process.objects.filter(principal=principal).update(owner=people["mona"])
    for code in PUBLISHED:
        _publish(Process.objects.get(principal=principal, code=code), actor, at)
    Notice.objects.filter(kind__startswith="process.").delete()  # the demo begins with nothing waiting


def live_with_processes(principal: Principal, actor: ActorOf, at: datetime) -> None:
    """Home care has learnt from a late order, which an employee asked for and is answered; another waits for an answer.
    Municipal health care has a draft on its way."""
    for code, days in LOOKED_OVER.items():
        _look_over(Process.objects.get(principal=principal, code=code), actor, at - timedelta(days=days))
    home = Process.objects.get(principal=principal, code="home-care")
    hang = {LinkKind.DOCUMENT: ["rutin-vid-utebliven-hemtjanstinsats"], LinkKind.LAW: ["sosfs-2011-9-4"]}
    actions.hang(home, "ht_receive_order", hang, actor=actor("mona", at), at=at)
    day = at - timedelta(days=40)
    _grant(home, actor, day)
    _revise(home, _acknowledge, "Nytt steg: beställningen kvitteras samma dag, efter avvikelser i våras.", actor, day)
    _publish(home, actor, day + timedelta(days=6))
    home = Process.objects.select_related("unit", "owner", "current").get(pk=home.pk)
    day = at - timedelta(days=5)
    actions.ask_change(home, text=WAITS, element="ht_assess_keys", actor=actor("juno", day), at=day)
    health = Process.objects.get(principal=principal, code="municipal-hsl")
    day = at - timedelta(days=3)
    _revise(health, _handover_call, "Nytt steg: samtal med slutenvården före hemgång.", actor, day)
    actions.ask(health.drawings.get(state="draft"), actor=actor("mona", day), at=day)


def _look_over(process: Process, actor: ActorOf, at: datetime) -> None:
    actions.look_over(
        process, reason="Genomgången på kvalitetsrådet. Inget i arbetet har ändrats.", actor=actor("mona", at), at=at
    )


def _grant(process: Process, actor: ActorOf, at: datetime) -> None:
    """Asked for by someone who works by it, and on its way into the next version."""
    process = Process.objects.select_related("unit", "owner", "current").get(pk=process.pk)
    day = at - timedelta(days=2)
    asked = actions.ask_change(process, text=GRANTED, element="ht_receive_order", actor=actor("juno", day), at=day)
    actions.accept_request(asked, text="Det gör vi. Tack för att du sa till.", actor=actor("mona", at), at=at)


def _publish(process: Process, actor: ActorOf, at: datetime) -> None:
    drawing = process.drawings.select_related("process__unit").get(state="draft")
    drawing = actions.ask(drawing, actor=actor("mona", at), at=at)
    actions.publish(drawing, actor=actor("klara", at), at=at)


def _revise(process: Process, change: Callable[[Diagram], object], told: str, actor: ActorOf, at: datetime) -> None:
    process = Process.objects.select_related("unit", "current").get(pk=process.pk)
    drawing = actions.begin_version(process, actor=actor("mona", at), at=at)
    drawing = actions.edit(drawing, change, revision=drawing.revision, actor=actor("mona", at), at=at)
    actions.save_changes(drawing, told, actor=actor("mona", at), at=at)
    actions.lay_down_pen(drawing, actor=actor("mona", at))


def _acknowledge(diagram: Diagram) -> None:
    made = editing.add_step(
        diagram, after="ht_receive_order", type="task", name="Kvittera beställningen", lane="Planerare"
    )
    facts = {"purpose": "Den som beställde vet att vi har den", "documented": "Kvittens, klockslag"}
    editing.set_facts(diagram, made, stage="intake", role="planner", **facts)


def _handover_call(diagram: Diagram) -> None:
    name, lane = "Ring slutenvården före hemgång", "Sjuksköterska"
    made = editing.add_step(diagram, after="hsl_receive_patient", type="task", name=name, lane=lane)
    editing.set_facts(diagram, made, stage="intake", role="nurse", purpose="Inget glöms när någon kommer hem")
