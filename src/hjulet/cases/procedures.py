"""A principal's own stages in a procedure: from a day, each to be passed before a certain step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _

from hjulet.cases.dossier import FLOWS
from hjulet.cases.models import LocalProcedure
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.flow import Refused, Step
from hjulet.org import dated

Stage = dict[str, str]
MOST = 5  # of one kind of case
LONGEST = 120  # characters of a label
LONGEST_CODE = 30  # an entry's code is "stage-" and this


def own_procedures(principal_id: int, kind: str) -> QuerySet[LocalProcedure]:
    return LocalProcedure.objects.filter(principal_id=principal_id, kind=kind)


def places(kind: str) -> list[Step]:
    """The steps that a stage may stand before: those of the way forward, and decisions.

    Never the one that takes the matter in, nor a report to IVO: what the law wants at once waits for no one's routine
    (SoL 27 kap. 6 §, PSL 3 kap. 5 §).
    """
    flow = FLOWS[kind]
    return [
        step
        for step in flow.steps
        if (step.main or step.writes == "decision") and flow.start not in step.frm and not step.writes.startswith("ivo")
    ]


def step_words(kind: str, name: str) -> str:
    """What a step is called, or its code when the procedure no longer has it."""
    return next((str(step.label) for step in FLOWS[kind].steps if step.name == name), name)


def held_on(principal_id: int, kind: str, day: date) -> list[Stage]:
    held: LocalProcedure | None = dated.holding(own_procedures(principal_id, kind), day)
    return list(held.stages) if held else []


def set_stages(
    *,
    kind: str,
    stages: Iterable[Mapping[str, str]],
    source: str,
    day: date,
    seen: str | None = None,
    actor: Actor,
    at: datetime,
) -> LocalProcedure:
    """From a day to come these are the own stages of a kind of case, all of them; none takes every stage away.

    Each is {"label", "before", "code"}: a code of today's keeps the stage when it gets a new label, an empty one makes
    a new stage. Holds for cases that come in from that day. Raises Refused, Stale.
    """
    held = held_on(actor.principal_id, kind, local_date(at))
    new = _coded([_checked(kind, stage) for stage in stages], {stage["code"] for stage in held})
    if len(new) > MOST:
        raise Refused(_("Ett ärende kan ha högst %(most)s egna steg.") % {"most": MOST})
    if new == held:
        raise Refused(_("Inget är ändrat. Lägg till, byt namn på eller ta bort ett steg."))
    row = LocalProcedure(principal_id=actor.principal_id, kind=kind, stages=new, source=source, valid_from=day)
    changes = {"kind": kind, "stages": [held, new], "source": source}
    return dated.begin(row, own_procedures(actor.principal_id, kind), changes, seen=seen, actor=actor, at=at)


def _checked(kind: str, stage: Mapping[str, str]) -> Stage:
    label = " ".join(stage["label"].split())
    if not 1 <= len(label) <= LONGEST:
        raise Refused(_("Skriv vad steget heter, med högst %(most)s tecken.") % {"most": LONGEST})
    if stage["before"] not in {step.name for step in places(kind)}:
        raise Refused(_("Välj före vilket steg ”%(label)s” ska vara klart.") % {"label": label})
    return {"code": stage.get("code", ""), "label": label, "before": stage["before"]}


def _coded(stages: list[Stage], known: set[str]) -> list[Stage]:
    labels = [stage["label"].casefold() for stage in stages]
    if len(set(labels)) < len(labels):
        raise Refused(_("Två steg heter likadant. Ge dem olika namn."))
    taken = {stage["code"] for stage in stages if stage["code"] in known}
    found = []
    for stage in stages:
        code = stage["code"] if stage["code"] in known else _free(stage["label"], taken | known)
        taken.add(code)
        found.append({**stage, "code": code})
    return found


def _free(label: str, taken: set[str]) -> str:
    """A code made from the label that none of `taken` has."""
    base = slugify(label)[: LONGEST_CODE - 3].strip("-") or "steg"
    tried = [base, *(f"{base}-{number}" for number in range(2, len(taken) + 3))]
    return next(code for code in tried if code not in taken)
