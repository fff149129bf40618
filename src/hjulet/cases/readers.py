"""Who will read a report: told honestly before it is sent (NEW-3), from the same rules that decide who sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from hjulet.cases.actions import receiving_duty
from hjulet.org.choices import Duty, Track
from hjulet.org.models import Person, Unit
from hjulet.org.reach import Holders


@dataclass(frozen=True)
class Reader:
    who: str
    when: str
    sees_name: bool
    sees_text: bool
    name_struck: bool = False


def readers_of(unit: Unit, *, track: str, misconduct: bool, at: datetime) -> list[Reader]:
    """Who reads a report from this unit first, and who may later, by today's holders of the duties."""
    duty = receiving_duty(unit.principal_id, track if track in Track.values else Track.UNSURE, misconduct)
    known = Holders(unit.path or "", (duty, Duty.ANNUL, Duty.ON_CALL), at=at)
    first = known.of(duty)[:1]
    rows = [
        Reader(
            _names(first) or _("Ingen är utsedd än. Den som sköter organisationen får veta det genast."),
            _("läser rapporten först"),
            True,
            True,
        )
    ]
    for track_code, condition in (
        (Track.HSL, _("om det gäller hälso- och sjukvård")),
        (Track.SOL, _("om det gäller socialtjänst eller LSS")),
    ):
        experts = [p for p in known.of(Duty.ANNUL, track_code) if p not in first][:1]
        if experts:
            rows.append(Reader(_names(experts), condition, True, True))
    on_call = [p for p in known.of(Duty.ON_CALL) if p not in first][:1]
    if on_call:
        rows.append(Reader(_names(on_call), _("har jour och läser om du kryssar att någon är i fara nu"), True, True))
    rows += [
        Reader(_("Den som utses att utreda"), _("om chefen lämnar över utredningen"), True, True),
        Reader(
            _("Den som saken gäller"),
            _("om hen begär att få läsa, efter sekretessprövning"),
            False,
            True,
            name_struck=True,
        ),
        Reader(_("Dina kollegor"), "", False, False),
        Reader(_("Nämnden"), _("ser antal, aldrig texter"), False, False),
    ]
    return rows


def _names(people: list[Person]) -> str:
    return ", ".join(f"{person.name}, {person.title}".rstrip(", ") for person in people)
