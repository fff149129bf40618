"""The whole, composed from the records at a moment. Nothing in it is typed by hand but short words of one's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from hjulet.documents.laws import bases
from hjulet.management_system.choices import Part
from hjulet.management_system.content import Note, Piece, Prose, Section, Tree
from hjulet.management_system.models import SectionText
from hjulet.management_system.registry import Asked, Teller, sections
from hjulet.management_system.sections import offers, organisation, processes, rules, work
from hjulet.org.models import Principal


def nothing(_asked: Asked) -> Iterable[Piece]:
    """A section that other rooms fill."""
    return ()


@dataclass(frozen=True)
class Kind:
    """A section: what it rests on, what this room tells in it, and whether providers read it unless set otherwise."""

    part: Part
    laws: tuple[str, ...]
    tell: Callable[[Asked], Iterable[Piece]] = nothing
    for_providers: bool = False


KINDS = (
    Kind(Part.INTRO, ("sosfs-2011-9-3",), for_providers=True),
    Kind(Part.SCOPE, ("sosfs-2011-9-4",), organisation.scope, for_providers=True),
    Kind(Part.RESPONSIBILITY, ("sosfs-2011-9-3", "kl-6-6"), organisation.responsibility, for_providers=True),
    Kind(Part.LAWS, ("sol-5-2", "lss-6", "hsl-5-4"), rules.laws, for_providers=True),
    Kind(Part.DOCUMENTS, ("sosfs-2011-9-4",), rules.documents, for_providers=True),
    Kind(Part.PROCESSES, ("sosfs-2011-9-4",), processes.processes, for_providers=True),
    Kind(Part.METHODS, ("sosfs-2011-9-5",), work.methods, for_providers=True),
    Kind(Part.WHEEL, ("sosfs-2011-9-3",), work.wheel),
    Kind(Part.COOPERATION, ("sosfs-2011-9-4",), rules.cooperation, for_providers=True),
    Kind(Part.PARTICIPATION, ("sosfs-2011-9-6",), work.participation),
    Kind(Part.SERVICES, ("sol-5-1", "lss-6"), offers.services, for_providers=True),
)
BY_KEY = {kind.part.value: kind for kind in KINDS}


def compose(asked: Asked) -> Tree:
    """The whole in the language in use. For providers: the sections meant for them, and in those what concerns them."""
    written = SectionText.latest(asked.principal_id)
    found = (_section(kind, written.get(kind.part.value), asked) for kind in KINDS)
    name = Principal.objects.values_list("name", flat=True).get(pk=asked.principal_id)
    return Tree(name, asked.at, tuple(section for section in found if section is not None))


def shown_to_providers(kind: Kind, text: SectionText | None) -> bool:
    return text.for_providers if text is not None else kind.for_providers


def _section(kind: Kind, text: SectionText | None, asked: Asked) -> Section | None:
    shown = shown_to_providers(kind, text)
    if asked.for_providers and not shown:
        return None
    tellers: tuple[Teller, ...] = (kind.tell, *sections[kind.part.value])
    parts = [part for tell in tellers for part in tell(asked)]
    if text is not None and text.body:
        parts.insert(0, Prose(text.body))
    basis = ", ".join(one.citation for one in bases(kind.laws, asked.day))
    empty = (Note(_("Inget är skrivet här ännu."), gap=True),)
    return Section(kind.part.value, str(kind.part.label), basis, tuple(parts) or empty, shown)
