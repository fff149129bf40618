"""What a step asks for, the same on the pages and in the API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms

from hjulet.cases.forms import AssessForm, AssignForm, CloseForm, DecideForm, HandOverForm, ReasonForm
from hjulet.cases.handlers import possible_handlers
from hjulet.cases.models import Case, ExpertRule
from hjulet.cases.triage import TRACKS, Proposal, proposed_for
from hjulet.core.actor import Actor
from hjulet.core.flow import Step
from hjulet.org.choices import Track


def case_of(actor: Actor, ref: str) -> Case:
    """The case, if the actor may see it. Raises Case.DoesNotExist for what is not hers and what does not exist."""
    found: Case = (
        Case.objects.visible_to(actor)
        .by_ref(ref)
        .annotate(expert_rule=ExpertRule.with_case())
        .select_related("unit", "category__parent", "handler", "reporter")
        .get()
    )
    return found


def step_form(step: Step, case: Case, data: Any, actor: Actor, at: datetime) -> forms.Form | None:
    """The form a step needs, filled with `data` (None: not filled in), or None when it needs nothing but a yes."""
    makers: dict[str, Callable[[], forms.Form]] = {
        "assess": lambda: AssessForm(data, case=case, at=at, initial=assess_initial(case)),
        "reclassify": lambda: AssessForm(data, case=case, at=at, initial=assess_initial(case)),
        "assign": lambda: AssignForm(data, people=possible_handlers(case, actor, at)),
        "decide": lambda: DecideForm(data),
        "close": lambda: CloseForm(data),
        "pause": lambda: ReasonForm(data),
        "resume": lambda: ReasonForm(data),
        "annul": lambda: ReasonForm(data),
        "reopen": lambda: ReasonForm(data),
        "hand-over": lambda: HandOverForm(data),
    }
    return makers[step.name]() if step.name in makers else None


def assess_initial(case: Case) -> dict[str, Any]:
    proposals: set[Proposal] = set() if case.track_set_at else {row.proposal for row in proposed_for(case)}
    kind = {"yes": "adverse-event", "near": "near-miss"}.get(case.reported_harm, "")
    return {
        "title": case.title,
        "tracks": _tracks(case, proposals),
        "event_kind": case.event_kind or kind,
        "category": case.category_id,
        "harm": case.harm,
        "severity": case.severity,
        "likelihood": case.likelihood,
        "misconduct": case.misconduct or ("yes" if Proposal.LEX_SARAH in proposals else ""),
        "care_injury": case.care_injury or ("yes" if Proposal.LEX_MARIA in proposals else ""),
    }


def _tracks(case: Case, proposals: set[Proposal]) -> list[str]:
    """The law that is set; else the one the reporter guessed with those of what should be tried."""
    known = case.track if case.track_set_at else case.guessed_track
    laws = [known] if known in {Track.SOL, Track.LSS, Track.HSL, Track.NONE} else []
    serious = proposals & {Proposal.LEX_SARAH, Proposal.LEX_MARIA}
    for proposal in serious if laws else proposals:
        law = TRACKS.get(proposal)
        if law and law not in laws and not (law == Track.SOL and Track.LSS in laws):
            laws.append(law)
    return laws
