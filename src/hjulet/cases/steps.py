"""What a step asks for, the same on the pages and in the API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from hjulet.cases.actions.suggestions import thanks
from hjulet.cases.choices import GRADES, LIGHT, CaseKind, Grade
from hjulet.cases.entries import BY_CODE
from hjulet.cases.entry_forms import (
    AnswerForm,
    AppointForm,
    CommissionForm,
    DecisionForm,
    DiscloseForm,
    EarlyForm,
    EntryForm,
    MisconductForm,
    RegisterForm,
    SortForm,
    ThankForm,
    ToLexForm,
    parts_of,
)
from hjulet.cases.forms import (
    AssessForm,
    AssignForm,
    CloseForm,
    DecideForm,
    HandOverForm,
    MessageForm,
    ReasonForm,
    reportable_units,
)
from hjulet.cases.handlers import colleagues, possible_handlers
from hjulet.cases.models import CATEGORIES, Case, Note, key_of
from hjulet.cases.sight import Seen
from hjulet.cases.triage import TRACKS, Proposal, proposed_for
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.flow import Step
from hjulet.core.prepared import Given, Prepared
from hjulet.core.scope import ForActor
from hjulet.core.swedish_time import day_short
from hjulet.org.choices import Track
from hjulet.org.models import Unit
from hjulet.processes.activities import HEAVY as STEP_HEAVY
from hjulet.processes.models import Element


def _one(actor: Actor) -> Any:
    # By its key: where her cases can lie need not be known to find one.
    rows = Case.objects.whole().visible_to(actor).filter(pk=Given("case"), ref_year=Given("year"))
    return rows.select_related("unit", "handler", "reporter").order_by()


ONE = ForActor(_one, Seen)
STEP = Prepared(lambda: Element.objects.filter(pk=Given("step")).select_related("drawing__process").defer(*STEP_HEAVY))


def case_of(actor: Actor, ref: str) -> Case:
    """The case, if the actor may see it. Raises Case.DoesNotExist for what is not hers and what does not exist."""
    key = key_of(ref)
    found: Case | None = next(iter(ONE(actor, case=key[1], year=key[0])), None) if key else None
    if found is None:
        raise Case.DoesNotExist(ref)
    if found.category_id:
        found.category = CATEGORIES(found.principal_id).get(found.category_id) or found.category
    for step in STEP(step=found.activity_id) if found.activity_id else ():
        found.activity = step
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
        "delay": lambda: ReasonForm(data),
        "no-danger": lambda: ReasonForm(data),
        "end": lambda: ReasonForm(data),
        "hand-over": lambda: HandOverForm(data),
        "lex-sarah": lambda: ToLexForm(data, case=case, maria=False),
        "lex-maria": lambda: ToLexForm(data, case=case, maria=True),
        "appoint": lambda: AppointForm(data, people=possible_handlers(case, actor, at)),
        "grade": lambda: DecisionForm(data, grades=GRADES[CaseKind(case.kind)]),
        "not-misconduct": lambda: DecisionForm(data, grades=(Grade.NONE,)),
        "not-lex-maria": lambda: DecisionForm(data, grades=(Grade.NO_INJURY, Grade.INJURY)),
        "report-early": lambda: EarlyForm(data, case=case, at=at),
        "commission": lambda: CommissionForm(data, people=possible_handlers(case, actor, at), at=at),
        "register": lambda: _register_form(case, data, actor, at),
        "confirm": lambda: MessageForm(data, initial={"message": _confirmation(case)}),
        "answer": lambda: AnswerForm(data, care=case.track == Track.HSL and case.kind not in LIGHT),
        "thank": lambda: ThankForm(data, initial={"message": thanks(case)}),
        "sort": lambda: SortForm(data, case=case),
        "misconduct": lambda: MisconductForm(data),
        "disclose": lambda: DiscloseForm(data, case=case, parts=parts_of(case, notes_of(case, actor)), at=at),
    }
    if step.name in makers:
        return makers[step.name]()
    return EntryForm(data, entry=BY_CODE[step.writes], at=at) if step.writes else None


def notes_of(case: Case, actor: Actor) -> list[Note]:
    return list(Note.objects.visible_to(actor).filter(case=case))


def _register_form(case: Case, data: Any, actor: Actor, at: datetime) -> forms.Form:
    start = {
        "kind": case.kind,
        "unit": case.unit_id,
        "title": f"{case.get_kind_display()}, {case.unit.name}"[:120],
        "track": next(iter(case.unit.tracks), "") if len(case.unit.tracks) == 1 else "",
    }
    units = reportable_units(actor, local_date(at)) | Unit.objects.filter(pk=case.unit_id)
    return RegisterForm(data, units=units, people=colleagues(actor, at), initial=start)


def _confirmation(case: Case) -> str:
    """Words to begin with, which the one who confirms changes as she likes."""
    answer = next((c for c in case.clocks.all() if c.code == "complaint.answer" and c.stopped_at is None), None)
    told = _("Tack för att du skrev. %(name)s tar hand om det.") % {"name": case.handler.name if case.handler else ""}
    if answer is None or answer.due_on is None:
        return told
    return told + " " + _("Du får svar senast %(day)s.") % {"day": day_short(answer.due_on)}


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
