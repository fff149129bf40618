"""The lists of the organisation as files: units, people, delegations and the register of responsibilities."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.core.access import LOGGED_IN
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.exports import Export, Listing, Params, among, in_order, offer
from hjulet.core.spreadsheet import Value
from hjulet.org.choices import Mandate, UnitKind
from hjulet.org.listing import delegations_in, lines_in, people_in, units_in, visible_people
from hjulet.org.models import SEGMENT, Assignment, in_force
from hjulet.org.register import Gap, Holder, Line
from hjulet.org.templatetags.org import own_label

EVERYONE = frozenset({LOGGED_IN})
GAPS = {
    Gap.VACANT: gettext_lazy("Ingen har rollen"),
    Gap.INACTIVE: gettext_lazy("Kontot är stängt"),
    Gap.ABSENT: gettext_lazy("Borta utan ersättare"),
}


def _people(actor: Actor, params: Params, at: datetime) -> Listing:
    today = local_date(at)

    def read(keys: Sequence[int]) -> Iterator[list[Value]]:
        held: dict[int, list[str]] = defaultdict(list)
        current = (
            Assignment.objects.seen_by(actor)
            .filter(in_force(today), person__in=among(keys))
            .order_by("person_id", "id")
        )
        for person, role, unit in current.values_list("person_id", "role__label", "unit__name"):
            held[person].append(f"{role}, {unit}")
        some = visible_people(actor, today).filter(pk__in=among(keys)).order_by()
        for pk, name, title, login, unit, path, active in in_order(
            keys, some.values_list("pk", "name", "title", "login", "home_unit__name", "home_unit__path", "is_active")
        ):
            state = _("Öppet") if active else _("Stängt")
            yield [name, title, login, unit if path and actor.sees(path) else "", "\n".join(held[pk]), state]

    return Listing(
        columns=[_("Namn"), _("Titel"), _("Användarnamn"), _("Arbetar på"), _("Roller i dag"), _("Konto")],
        keys=list(people_in(params, actor=actor, today=today).values_list("pk", flat=True)),
        read=read,
        widths=(28, 24, 18, 30, 50, 10),
    )


def _units(actor: Actor, params: Params, at: datetime) -> Listing:
    asked = units_in(params, actor=actor, today=local_date(at))
    nodes = {node.unit_id: node for node in asked.found}
    names = {node.path: node.name for root in asked.roots for node in root.walk()}
    kinds = {value: str(label) for value, label in UnitKind.choices}

    def read(keys: Sequence[int]) -> Iterator[list[Value]]:
        for node in (nodes[key] for key in keys):
            above = names.get(node.path[:-SEGMENT], "")
            level = len(node.path) // SEGMENT
            yield [node.code, node.name, kinds.get(node.kind, node.kind), above, level, asked.gaps.get(node.unit_id, 0)]

    return Listing(
        columns=[_("Kod"), _("Enhet"), _("Slag"), _("Hör till"), _("Nivå"), _("Glapp i dag")],
        keys=list(nodes),
        read=read,
        widths=(16, 40, 18, 40, 8, 12),
    )


def _responsibilities(actor: Actor, params: Params, at: datetime) -> Listing:
    """A row for each place where a responsibility is held, so that it can be sorted by unit and by person."""
    lines = {line.row.pk: line for line in lines_in(params, actor=actor, today=local_date(at))}

    def read(keys: Sequence[int]) -> Iterator[list[Value]]:
        for line in (lines[key] for key in keys):
            about: list[Value] = [own_label(line.row), line.row.basis, line.row.role.label]
            yield from ([*about, str(line.row.get_level_display()), *place] for place in _places(line))

    return Listing(
        columns=[
            *(_("Uppgift"), _("Grund"), _("Roll"), _("Nivå"), _("Enhet")),
            *(_("Vem i dag"), _("Ersättare"), _("Glapp")),
        ],
        keys=list(lines),
        read=read,
        size=sum(len(line.places) or 1 for line in lines.values()),
        widths=(50, 28, 26, 18, 36, 36, 30, 26),
    )


def _places(line: Line) -> Iterator[list[Value]]:
    if not line.places:
        yield ["", "", "", _("Ingen enhet finns på den nivån")]
    for place in line.places:
        gap = str(GAPS[place.gap]) if place.gap else ""
        yield [place.unit.name, _names(place.holders), _deputies(place.holders), gap]


def _names(holders: Iterable[Holder]) -> str:
    return "\n".join(holder.person.name for holder in holders)


def _deputies(holders: Iterable[Holder]) -> str:
    return "\n".join(deputy.name for holder in holders for deputy in holder.deputies)


def _delegations(actor: Actor, params: Params, at: datetime) -> Listing:
    rows = delegations_in(params, actor=actor, today=local_date(at))

    def read(keys: Sequence[int]) -> Iterator[list[Value]]:
        some = rows.filter(pk__in=among(keys)).order_by()
        for _pk, name, title, mandate, unit, reference, *days in in_order(
            keys,
            some.values_list(
                *("pk", "person__name", "person__title", "mandate", "unit__name"),
                *("reference", "decided_on", "valid_from", "valid_to"),
            ),
        ):
            yield [name, title, str(Mandate(mandate).label), unit, reference, *days]

    return Listing(
        columns=[
            *(_("Namn"), _("Titel"), _("Får"), _("Enhet"), _("Nämndens beslut")),
            *(_("Nämnden beslutade"), _("Från och med"), _("Till och med")),
        ],
        keys=list(rows.values_list("pk", flat=True)),
        read=read,
        widths=(28, 24, 44, 30, 40, 14, 14, 14),
    )


PEOPLE = offer(Export("people", gettext_lazy("Personer"), "personer", "person", EVERYONE, _people))
UNITS = offer(Export("units", gettext_lazy("Enheter"), "enheter", "unit", EVERYONE, _units))
RESPONSIBILITIES = offer(
    Export("responsibilities", gettext_lazy("Ansvar"), "ansvar", "responsibility", EVERYONE, _responsibilities)
)
DELEGATIONS = offer(
    Export("delegations", gettext_lazy("Delegationer"), "delegationer", "delegation", EVERYONE, _delegations)
)
