"""What one may do with a case now, why not, and doing it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Body, Path, Router
from pydantic.alias_generators import to_camel

from hjulet.cases import actions
from hjulet.cases.api.shapes import (
    Choice,
    Ref,
    StepDone,
    StepField,
    StepIn,
    StepName,
    StepOut,
    StepsOut,
    cases_out,
)
from hjulet.cases.choices import State
from hjulet.cases.dossier import Dossier, may_take
from hjulet.cases.exports import HANDLERS
from hjulet.cases.forms import AssessForm
from hjulet.cases.models import Case
from hjulet.cases.steps import case_of, step_form
from hjulet.core.access import ActorRequest, access
from hjulet.core.actor import Actor
from hjulet.core.events import log_read
from hjulet.core.flow import Step
from hjulet.core.now import now
from hjulet.core.problem import FieldError, Problem
from hjulet.law.rules import codes_on
from hjulet.org.models import Unit
from hjulet.rest.answers import cleaned, refuse
from hjulet.rest.conditions import conditional, seen_version, tag

router = Router(by_alias=True, tags=["Steg"])
TAKEN_BY_MEASURE = "effect-failed"


@router.get(
    "/cases/{ref}/steps",
    response=StepsOut,
    summary="Vad jag kan göra nu",
    description="Varje steg härifrån: om du kan ta det, varför inte, och vilka fält det frågar efter.",
)
@access(*HANDLERS)
def list_steps(request: ActorRequest, response: HttpResponse, ref: Path[Ref]) -> StepsOut:
    actor, at = request.actor, now()
    case = case_of(actor, ref)
    dossier = Dossier.of(case, actor)
    log_read("read", actor=actor, at=at, about="case", ids=[case.pk], unit_id=case.unit_id)
    response["ETag"] = tag(case.version)
    offered = {offer.step.name: [missing.reason for missing in offer.missing] for offer in dossier.offers(actor)}
    steps = [step for step in dossier.flow.steps_from(case.state) if step.name != TAKEN_BY_MEASURE]
    laws = codes_on({step.basis for step in steps}, case.reported_on)
    told = [replace(step, basis=laws[step.basis]) for step in steps]
    items = [_told(step, offered.get(step.name), step_form(step, case, None, actor, at), case, actor) for step in told]
    return StepsOut(ref=case.ref, state=State(case.state), version=case.version, items=items)


def _told(step: Step, missing: list[str] | None, form: forms.Form | None, case: Case, actor: Actor) -> StepOut:
    why_not = list(missing) if missing is not None else [_not_offered(step, case, actor)]
    if step.reauth and not _decides(actor):
        why_not.append(_cannot_decide())
    return StepOut(
        name=StepName(step.name),
        label=str(step.label),
        open=not why_not,
        why_not=why_not,
        main=step.main,
        final=step.final,
        decision=step.reauth,
        basis=step.basis or None,
        fields=_fields(form),
    )


def _not_offered(step: Step, case: Case, actor: Actor) -> str:
    if not may_take(case, step, actor):
        return _("Du har inte det uppdrag som krävs för steget.")
    return _("Klockan går inte att pausa eller starta nu.")


def _fields(form: forms.Form | None) -> list[StepField]:
    return [
        StepField(
            name=to_camel(name), label=str(field.label), required=bool(field.required), choices=_choices(name, field)
        )
        for name, field in (form.fields.items() if form else ())
        if name != "personal_number_ok"
    ]


def _choices(name: str, field: Any) -> list[Choice]:
    """The codes to choose from. People and units are not listed here: they are in /people and /units."""
    if name == "category":
        return [Choice(value=row.code, label=str(row)) for row in field.queryset]
    if name in {"handler", "unit"}:
        return []
    return [Choice(value=str(value), label=str(label)) for value, label in getattr(field, "choices", ())]


def _decides(actor: Actor) -> bool:
    return actor.key is None or actor.key.decides


def _cannot_decide() -> str:
    return _("Nyckeln får inte ta beslut. Skapa en som får det, under Mitt konto.")


@router.post(
    "/cases/{ref}/steps",
    response=StepDone,
    summary="Ta ett steg",
    description="Samma regler som på sidan. Vad steget frågar efter står i GET.",
)
@access(*HANDLERS)
@conditional
def take_step(request: ActorRequest, response: HttpResponse, ref: Path[Ref], given: Body[StepIn]) -> StepDone:
    actor, at = request.actor, now()
    case = case_of(actor, ref)
    version = seen_version(request, case.version)
    step = Dossier.of(case, actor).flow.asked_for(given.step)
    if step.reauth and not _decides(actor):
        raise Problem(403, _cannot_decide())
    data = _values(step_form(step, case, _form_data(given, case), actor, at), given)
    after = actions.perform(case, step.name, actor=actor, at=at, version=version, data=data)
    seen = Case.objects.visible_to(actor).filter(pk=after.pk).for_list().with_step().first()
    if seen is not None:
        response["ETag"] = tag(seen.version)
    shown = cases_out([seen], actor, at, alone=True)[0] if seen else None
    return StepDone(step=given.step, done=str(step.done), case=shown)


def _form_data(given: StepIn, case: Case) -> dict[str, Any]:
    """The body as a form posts it. A category goes by code here and by row there."""
    data = given.model_dump(exclude={"step"}, exclude_none=True)
    if given.unit is not None:
        unit = Unit.objects.of(case.principal_id).filter(code=given.unit).first()
        if unit is None:
            raise refuse("unit", _("Enheten finns inte. De som finns står i /units."))
        data["unit"] = unit.pk
    if given.category is not None:
        rows = AssessForm(None, case=case, at=case.reported_at).fields["category"].queryset  # type: ignore[attr-defined]
        row = rows.filter(code=given.category).first()
        if row is None:
            raise refuse("category", _("Kategorin finns inte. De som finns står i GET på samma adress."))
        data["category"] = row.pk
    return data


def _values(form: forms.Form | None, given: StepIn) -> dict[str, Any]:
    known = set(form.fields) if form else set()
    extra = set(given.model_dump(exclude={"step", "personal_number_ok"}, exclude_none=True)) - known
    if extra:
        errors = tuple(FieldError(to_camel(name), _("Steget frågar inte efter det här.")) for name in sorted(extra))
        raise Problem(422, _("Rätta det som står i errors och skicka igen."), errors=errors)
    if form is None:
        return {}
    values = cleaned(form)
    return form.data_for_step() if isinstance(form, AssessForm) else values
