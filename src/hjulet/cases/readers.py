"""Who will read a report: told honestly before it is sent (NEW-3), from the same rules that decide who sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.utils.translation import gettext as _

from hjulet.cases.actions import receiving_duty
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
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


def readers_of(
    unit: Unit, *, track: str, misconduct: bool, about_manager: bool = False, actor: Actor, at: datetime
) -> list[Reader]:
    """Who reads a report from this unit first, and who may later, by today's holders of the duties.

    One whom the reporter may not know of by name is told by title.
    """
    law = track if track in Track.values else Track.UNSURE
    duty = receiving_duty(unit.principal_id, law, misconduct, about_manager)
    known = Holders(unit.path or "", at=at)
    names = partial(_told, actor=actor, at=at)
    first = known.of(duty)[:1]
    rows = [
        Reader(
            names(first) or _("Ingen är utsedd än. Den som sköter organisationen får veta det genast."),
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
            rows.append(Reader(names(experts), condition, True, True))
    on_call = [p for p in known.of(Duty.ON_CALL) if p not in first][:1]
    if on_call:
        rows.append(Reader(names(on_call), _("har jour och läser om du kryssar att någon är i fara nu"), True, True))
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


def _told(people: list[Person], *, actor: Actor, at: datetime) -> str:
    named = {person.pk for person in people}
    if actor.bounds is not None:
        seen = Person.objects.seen_by(actor, local_date(at)).filter(pk__in=named)
        named = set(seen.values_list("pk", flat=True))
    return ", ".join(
        f"{person.name}, {person.title}".rstrip(", ") if person.pk in named else _by_title(person, actor)
        for person in people
    )


def _by_title(person: Person, actor: Actor) -> str:
    words = {"title": person.title or _("den ansvariga"), "principal": actor.principal_name}
    return _("%(title)s hos %(principal)s") % words
