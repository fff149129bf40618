"""Staff's suggestions, made in a minute and always answered (ACT-5); and praise, thanked with one click."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hjulet.cases import clocks
from hjulet.cases.actions.reporting import MOST_TOLD, due_days, first_words
from hjulet.cases.actions.telling import event, say
from hjulet.cases.choices import CaseKind, MessageKind, SourceType
from hjulet.cases.dossier import Dossier
from hjulet.cases.models import Case
from hjulet.cases.registry import facts_of, follow
from hjulet.cases.search import searchable
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.flow import Refused
from hjulet.notify.actions import tell
from hjulet.org.choices import Duty
from hjulet.org.models import Unit
from hjulet.org.reach import Holders

PROMISE = "suggestion.answer"


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """What an employee would like to be done in another way. Texts are kept to the letter."""

    unit: Unit
    text: str
    change: str = ""  # what it would change
    submission_key: uuid.UUID = field(default_factory=uuid.uuid4)

    @property
    def words(self) -> str:
        if not self.change.strip():
            return self.text
        return self.text + "\n\n" + _("Det skulle ändra: %(text)s") % {"text": self.change}


def suggest(told: Suggestion, *, actor: Actor, at: datetime) -> Case:
    """Takes in an employee's suggestion and tells whoever receives at the unit. The same submission key twice gives
    the first one back.

    The municipality's promise of an answer starts. Raises Refused when nothing is said, or the unit is not one to
    write to.
    """
    _check(told, actor, at)
    try:
        with transaction.atomic():
            return _take_in(told, actor, at)
    except IntegrityError:
        earlier: Case | None = Case.objects.reported_by(actor).filter(submission_key=told.submission_key).first()
        if earlier is None:
            raise
        return earlier


def _check(told: Suggestion, actor: Actor, at: datetime) -> None:
    ended = told.unit.valid_to is not None and told.unit.valid_to < local_date(at)
    if told.unit.principal_id != actor.principal_id or not actor.sees(told.unit.path) or ended:
        raise Refused(_("Enheten finns inte längre. Välj en annan plats."))
    if not told.text.strip():
        raise Refused(_("Skriv ditt förslag. En mening räcker."))


def _take_in(told: Suggestion, actor: Actor, at: datetime) -> Case:
    started = clocks.planned(told.unit.principal_id, (PROMISE,), at=at)
    case = Case.objects.create(
        principal_id=told.unit.principal_id,
        unit=told.unit,
        **due_days(started),
        ref_year=local_date(at).year,
        submission_key=told.submission_key,
        kind=CaseKind.SUGGESTION,
        receiving_duty=Duty.RECEIVE,
        source_type=SourceType.STAFF,
        reporter_id=actor.person_id,
        reporter_title=actor.title,
        title=first_words(told.text),
        description=told.words,
        occurred_time_known=False,
        reported_at=at,
        search_text=searchable(told.words),
    )
    clocks.keep(case, started)
    event("case.suggested", case, actor, at, {"description": told.words})
    follow(None, facts_of(case))
    _tell_receivers(case, at)
    return case


def _tell_receivers(case: Case, at: datetime) -> None:
    known = Holders(case.unit.path or "", at=at)
    receivers = known.of(Duty.RECEIVE)
    tell(people=receivers[:MOST_TOLD], kind="case.suggestion", link=case.get_absolute_url(), at=at, ref=case.ref)
    if not receivers:
        keepers = known.of(Duty.MANAGE_ORGANISATION)
        tell(people=keepers, kind="case.no_receiver", link=f"/organisation/enhet/{case.unit.code}/", at=at, urgent=True)


def thanks(case: Case) -> str:
    """Words to thank with, which the one who thanks changes as she likes."""
    return _("Tack för dina ord. Vi som arbetar på %(unit)s har läst dem.") % {"unit": case.unit.name}


def thank(dossier: Dossier, data: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    case = dossier.case
    case.take_on(actor.person_id, at)
    case.closed_at, case.feedback_at = at, case.feedback_at or at
    return say(case, MessageKind.ANSWER, data.get("message") or thanks(case), actor, at)


EFFECTS = {"thank": thank}
