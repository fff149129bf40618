"""A case about someone with a licence who may be a danger to patients (PSL 3 kap. 7 §): opened out of sight."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hjulet.cases import clocks
from hjulet.cases.actions.telling import event
from hjulet.cases.choices import CaseKind, SourceType, State
from hjulet.cases.diarying import enter_matter
from hjulet.cases.dossier import Dossier
from hjulet.cases.models import Case
from hjulet.cases.registry import facts_of, follow
from hjulet.cases.search import searchable
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.flow import Refused
from hjulet.org.choices import Duty, Track
from hjulet.org.models import Person
from hjulet.org.reach import actor_for


def may_open_licensed(case: Case, actor: Actor) -> bool:
    """Out of what she reads about health care, by whoever has the duty at the place."""
    care = case.track == Track.HSL and case.track_set_at is not None
    return care and not case.is_restricted and actor.holds_at(Duty.LICENSED, case.unit.path or "", Track.HSL)


def open_licensed(case: Case, *, text: str, actor: Actor, at: datetime) -> Case:
    """A case of its own with the actor as its handler. Nothing of it is left in the first one, nor its reporter's name.

    Raises Refused for one without the duty.
    """
    with transaction.atomic():
        seen = Case.objects.visible_to(actor).select_related("unit").get(pk=case.pk)
        if not may_open_licensed(seen, actor):
            raise Refused(_("Du har inte det uppdrag som krävs för att öppna ett sådant ärende."))
        opened = Case.objects.create(
            principal_id=seen.principal_id,
            unit=seen.unit,
            ref_year=local_date(at).year,
            submission_key=uuid.uuid4(),
            kind=CaseKind.LICENSED,
            state=State.OPENED,
            track=Track.HSL,
            track_set_at=at,
            receiving_duty=Duty.LICENSED,
            source_type=SourceType.STAFF,
            title=str(CaseKind.LICENSED.label),
            description=text,
            protected_identity=seen.protected_identity,
            handler_id=actor.person_id,
            reported_at=at,
            received_at=at,
            search_text=searchable(text),
            linked_ids=[seen.pk],
        )
        clocks.start(opened, ("licensed.notify",), at=at)
        enter_matter(opened, actor=actor, at=at)
        opened.save(update_fields=["diary_number"])
        event("case.opened-licensed", opened, actor, at, {"description": text})
        follow(None, facts_of(opened))
    return opened


def check_duty(case: Case, person: Person, at: datetime) -> None:
    """Raises Refused for one who may not read a restricted case."""
    if case.is_restricted and not actor_for(person, at=at).holds_at(Duty.LICENSED, case.unit.path or "", case.track):
        raise Refused(_("Bara någon med uppdraget för legitimerad personal får läsa ärendet. Välj någon annan."))


def end(dossier: Dossier, data: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    """Nobody is told: there is no reporter."""
    dossier.case.closed_at = at
    return {"reason": data["reason"]}


EFFECTS = {"no-danger": end, "end": end}
