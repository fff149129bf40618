"""A case in the diary (OSL 5 kap. 1–2 §§; CMP-3): its matter with a subject fit for the public, and each document."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from hjulet.cases.entries import Entry
from hjulet.cases.models import Case
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.diary import actions as diary
from hjulet.diary.choices import Direction
from hjulet.org.choices import Track

IVO = "IVO"


def enter_matter(case: Case, *, actor: Actor, at: datetime, subject: str = "", counterpart: str = "") -> None:
    """Gives a case its diary number, once. The first document is what came in, marked as secret."""
    matter = diary.matter_of(("case", case.pk))
    if matter is None:
        matter = diary.register(
            principal=case.principal,
            unit=case.unit,
            subject=subject or default_subject(case),
            counterpart=counterpart,
            about=("case", case.pk),
            secrecy=provision_of(case),
            entered_on=local_date(case.reported_at),
            actor=actor,
            at=at,
        )
    case.diary_number = matter.number or None


def enter_document(
    case: Case, direction: Direction, subject: str, *, actor: Actor, at: datetime, counterpart: str = ""
) -> None:
    """One more document of a case that is in the diary; of any other nothing is kept."""
    matter = diary.matter_of(("case", case.pk))
    if matter is not None:
        diary.add_document(
            matter,
            direction=direction,
            counterpart=counterpart,
            subject=subject,
            secrecy=provision_of(case),
            actor=actor,
            at=at,
        )


def enter_arrived(case: Case, entry: Entry, *, actor: Actor, at: datetime) -> None:
    """What an entry tells has come in, IVO's decision say, is a document of its own however it was written down."""
    if entry.arrives:
        enter_document(case, Direction.IN, str(entry.arrives), actor=actor, at=at, counterpart=entry.sender)


def default_subject(case: Case) -> str:
    """Says what kind of matter it is and where, and nothing of what happened or to whom (rulebook 10.5)."""
    if case.is_restricted:
        return _("Ärende enligt patientsäkerhetslagen")
    place = _("enheten") if case.protected_identity else case.unit.name
    return _("%(kind)s, %(place)s") % {"kind": case.get_kind_display(), "place": place}


def provision_of(case: Case) -> str:
    return "osl-25-1" if case.track == Track.HSL else "osl-26-1"
