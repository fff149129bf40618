"""What the procedures hang on provisions: steps, entries, what papers hold, rules that propose. All delivered."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hjulet.cases.dossier import FLOWS
from hjulet.cases.entries import ENTRIES
from hjulet.cases.exports import HANDLERS
from hjulet.cases.papers.content import ASKED, BASIS
from hjulet.cases.triage import Proposal, table
from hjulet.core.access import admits
from hjulet.core.actor import Actor
from hjulet.core.flow import Text
from hjulet.law.registry import Hanging

KINDS: dict[str, Text] = {
    "step": _("Steg i handläggningen"),
    "entry": _("Uppgift i ett ärende"),
    "paper": _("Punkt i handlingar till IVO"),
    "rule": _("Regel för förslag"),
}


def hanging(codes: Collection[str], principal_id: int | None, actor: Actor, at: datetime) -> Iterator[Hanging]:
    """Each thing once for each provision it names, in the reader's language."""
    page = reverse("triage") if admits(frozenset(HANDLERS), actor) else ""
    for kind, code, label in _named():
        if code in codes:
            yield Hanging(code=code, kind=kind, label=label, url=page if kind == "rule" else "", delivered=True)


def _named() -> Iterator[tuple[str, str, str]]:
    """(kind, provision's code, label) of everything in the tables that names one."""
    for flow in {flow.name: flow for flow in FLOWS.values()}.values():
        yield from (("step", step.basis, f"{flow.label}: {step.label}") for step in flow.steps if step.basis)
    yield from (("entry", entry.basis, str(entry.label)) for entry in ENTRIES if entry.basis)
    for asked in ASKED:
        bases = [asked.basis] if asked.basis else [BASIS[kind] for kind in sorted(asked.kinds) if kind in BASIS]
        yield from (("paper", basis, str(asked.label)) for basis in bases)
    for rule in table()[1]:
        yield "rule", rule.law, f"{Proposal(rule.proposes).label}: {rule.why}"


def codes_named() -> set[str]:
    """Every provision that the tables name, so that a missing one is found before anybody looks for it."""
    return {code for _kind, code, _label in _named()}
