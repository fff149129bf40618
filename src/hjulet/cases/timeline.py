"""A case's story, told from its events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.cases.dossier import FLOWS
from hjulet.cases.entries import ENTRIES
from hjulet.cases.models import Case
from hjulet.core.models import Event
from hjulet.core.prepared import Given, Prepared

LATEST = 40
WORDS = {
    "case.reported": gettext_lazy("Rapporten kom in"),
    "case.suggested": gettext_lazy("Förslaget kom in"),
    "case.lesson": gettext_lazy("En lärdom skrevs, utan koppling till ärendet"),
    "case.came-in": gettext_lazy("Kom in utifrån"),
    "case.disclosed": gettext_lazy("Uppgifter kom över väggen, efter beslut"),
    "case.split": gettext_lazy("Ärendet skapades ur en händelse som gäller flera lagar"),
    "case.opened-licensed": gettext_lazy("Ärendet öppnades"),
    "case.note": gettext_lazy("En anteckning skrevs"),
    "case.own-stage": gettext_lazy("Ett av kommunens egna steg gjordes"),
    "case.cause": gettext_lazy("En orsak beskrevs"),
    "case.no-measure": gettext_lazy("Varför ingen åtgärd behövs motiverades"),
    "case.measure": gettext_lazy("En åtgärd lades till"),
    "case.activity": gettext_lazy("Steget där det hände valdes"),
    "case.informed": gettext_lazy("Uppgift om den enskilde ändrades"),
    "case.question": gettext_lazy("En fråga skickades till den som rapporterade"),
    "case.read-by-code": gettext_lazy("Den som rapporterade utan namn läste svaren"),
    "case.late-answer": gettext_lazy("Svaret dröjde, och närmaste chef fick veta det"),
    "case.reply": gettext_lazy("Den som rapporterade svarade"),
    "case.file": gettext_lazy("En fil lades till"),
    "case.imported": gettext_lazy("Ärendet lästes in från ett annat system"),
    "case.dossier": gettext_lazy("Handlingar till IVO hämtades"),
    "case.copy": gettext_lazy("En maskad kopia lämnades ut"),
    "case.measure-changed": gettext_lazy("En åtgärd ändrades"),
}


def verb_words() -> dict[str, Any]:
    """What every verb of a case says was done; the log uses the same words as the case."""
    steps = {f"case.{step.name}": step.done for flow in FLOWS.values() for step in flow.steps}
    entries = {f"case.entry-{entry.code}"[:60]: entry.label for entry in ENTRIES}
    return {**entries, **steps, **WORDS}


@dataclass(frozen=True)
class Moment:
    at: datetime
    who: str
    what: str
    verb: str


def history(case: Case) -> QuerySet[Event]:
    """Every write in a case that has been let through its door, newest first."""
    return _history(case.pk)


def _history(case_id: Any) -> QuerySet[Event]:
    return Event.objects.filter(object_type="case", object_id=case_id, kind=Event.Kind.WRITE).order_by("-id")


NEWEST = Prepared(lambda: _history(Given("case"))[:LATEST])


def timeline(case: Case) -> list[Moment]:
    """The latest events, newest first."""
    return [moment_of(case, event) for event in NEWEST(case=case.pk)]


def what_changed(case: Case, *, since_version: int) -> list[Moment]:
    """The writes that raised the version since a form was shown, newest first."""
    raised = max(1, case.version - since_version)
    steps = [f"case.{step.name}" for step in FLOWS[case.kind].steps] + ["case.informed", "case.activity"]
    events = Event.objects.filter(object_type="case", object_id=case.pk, verb__in=steps).select_related("value")
    return [moment_of(case, event, values=True) for event in events.order_by("-id")[: min(raised, 10)]]


def moment_of(case: Case, event: Event, *, values: bool = False) -> Moment:
    name = event.verb.removeprefix("case.")
    words: Any = WORDS.get(event.verb)
    if words is None:
        flows = (FLOWS[case.kind], *FLOWS.values())  # a case that changed kind has steps of another flow behind it
        words = next((step.done for flow in flows for step in flow.steps if step.name == name), None)
    if words is None:
        words = verb_words().get(event.verb, event.verb)
    told = str(words)
    reason = getattr(event, "value", None).values.get("reason") if values and hasattr(event, "value") else ""  # type: ignore[union-attr]
    if reason:
        told += _(": %(reason)s") % {"reason": reason}
    return Moment(event.at, event.actor_label or _("Systemet"), told, event.verb)
