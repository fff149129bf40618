"""Who the whole is for, and who does what (SOSFS 2011:9 2 kap., 3 kap. 2–3 §§)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from hjulet.management_system.content import More, Note, Paragraph, Piece, table
from hjulet.management_system.registry import Asked
from hjulet.org.choices import Mandate, Track, UnitKind
from hjulet.org.models import Delegation, Person, Principal, Unit, in_force
from hjulet.org.register import Line, register

NAMED = 8  # names in one cell; of more only how many is told
TOP = (UnitKind.PRINCIPAL, UnitKind.COMMITTEE, UnitKind.ADMINISTRATION)


def scope(asked: Asked) -> Iterator[Piece]:
    principal = Principal.objects.get(pk=asked.principal_id)
    units = Unit.objects.of(asked.principal_id).alive(asked.day).filter(path__isnull=False)
    yield Paragraph(_("Huvudman är %(name)s.") % {"name": principal.name})
    caregivers = list(units.filter(is_caregiver=True).order_by("path").values_list("name", flat=True))
    if caregivers:
        yield Paragraph(_("Vårdgivare: %(names)s.") % {"names": ", ".join(caregivers)})
    found = units.filter(kind__in=TOP) if asked.for_providers else units
    yield table(
        _("Verksamheten i dag"),
        (_("Slag"), _("Antal"), _("Lagar"), _("Vilka")),
        ((row, "") for row in _kinds(list(found))),
    )
    if not asked.for_providers:
        yield More(_("Organisationen"), reverse("organisation"))


def _kinds(units: list[Unit]) -> Iterator[tuple[str, ...]]:
    order = {kind: place for place, kind in enumerate(UnitKind.values)}
    rows = sorted(units, key=lambda unit: (order.get(unit.kind, len(order)), unit.path or ""))
    for kind, some in groupby(rows, key=lambda unit: unit.kind):
        group = list(some)
        tracks = {track for unit in group for track in unit.tracks}
        laws = [str(label) for code, label in Track.choices if code in tracks]
        names = ", ".join(unit.name for unit in group) if len(group) <= NAMED else ""
        yield str(UnitKind(kind).label), str(len(group)), ", ".join(laws) or "–", names or "–"


def responsibility(asked: Asked) -> Iterator[Piece]:
    lines = sorted(register(asked.principal_id, asked.day), key=lambda line: line.row.pk)
    if not lines:
        yield Note(_("Registret över ansvar är tomt."), gap=True)
    elif asked.for_providers:
        heads = (_("Uppgift"), _("Lagrum"), _("Roll"))
        yield table(_("Vem som har vilken uppgift"), heads, ((_told(line), "") for line in lines), swedish=(1, 2))
    else:
        yield from _register(lines)
        yield from _delegations(asked)


def _told(line: Line) -> tuple[str, str, str]:
    english = (get_language() or "sv").startswith("en")
    label = (line.row.label_en if english else "") or line.row.label
    return label, line.row.basis, line.row.role.label


def _register(lines: Iterable[Line]) -> Iterator[Piece]:
    lines = list(lines)
    heads = (_("Uppgift"), _("Lagrum"), _("Roll"), _("I dag"))
    rows = (((*_told(line), _holders(line)), reverse("responsibility", args=[line.row.duty])) for line in lines)
    yield table(_("Vem som har vilken uppgift"), heads, rows, swedish=(1, 2))
    lacking = sum(line.has_gap for line in lines)
    if lacking:
        told = ngettext(
            "%(n)s uppgift saknar någon som har den i dag, på minst ett ställe.",
            "%(n)s uppgifter saknar någon som har dem i dag, på minst ett ställe.",
            lacking,
        )
        yield Note(told % {"n": lacking}, gap=True)
    yield More(_("Ansvar, enhet för enhet"), reverse("responsibilities"))


def _holders(line: Line) -> str:
    people = _answering(line)
    shown = _named(people) if len(people) <= NAMED else ""
    who = shown or (_("%(n)s personer") % {"n": len(people)} if people else _("Ingen"))
    places = [place.unit.name for place in line.gaps]
    if not places:
        return who
    where = ", ".join(places) if len(places) <= NAMED else _("%(n)s enheter") % {"n": len(places)}
    return _("%(who)s. Saknas på: %(where)s") % {"who": who, "where": where}


def _answering(line: Line) -> list[Person]:
    """Those who have it today: who holds it, or the deputies of who is away."""
    found: dict[int, Person] = {}
    for holder in (holder for place in line.places for holder in place.holders):
        here = holder.person.is_active and not holder.absent
        for person in (holder.person,) if here else holder.deputies:
            found[person.pk] = person
    return sorted(found.values(), key=lambda person: person.name)


def _named(people: Iterable[Person]) -> str:
    return ", ".join(_("skyddade uppgifter") if person.protected_identity else person.name for person in people)


def _delegations(asked: Asked) -> Iterator[Piece]:
    held = Delegation.objects.filter(in_force(asked.day), unit__principal_id=asked.principal_id)
    rows = list(held.select_related("person", "unit"))
    lacking = [str(label) for code, label in Mandate.choices if code not in {row.mandate for row in rows}]
    if rows:
        heads = (_("Person"), _("Får"), _("Gäller för"), _("Beslut"), _("Till och med"))
        told = ((_delegation(row), reverse("delegations")) for row in rows)
        yield table(_("Delegationer"), heads, told, swedish=(3,))
    for mandate in lacking:
        yield Note(_("Ingen har delegation i dag: %(mandate)s.") % {"mandate": mandate}, gap=True)
    yield More(_("Delegationer"), reverse("delegations"))


def _delegation(row: Any) -> tuple[str, ...]:
    until = row.valid_to.isoformat() if row.valid_to else _("tills vidare")
    return _named([row.person]), row.get_mandate_display(), row.unit.name, str(row), until
