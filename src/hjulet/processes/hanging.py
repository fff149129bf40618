"""What hangs on the steps of a process, and where a document or a provision stands among the processes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.documents.laws import Basis, bases
from hjulet.documents.models import Document, Version
from hjulet.documents.registry import Beside
from hjulet.law.registry import Hanging
from hjulet.processes.choices import LinkKind
from hjulet.processes.models import Drawing, Element, ElementLink, Process
from hjulet.services.models import Service

MOST_BESIDE = 5


@dataclass
class Hung:
    """What belongs to one step: documents in force, provisions, services; as far as the reader may see."""

    documents: list[Document] = field(default_factory=list)
    laws: list[Basis] = field(default_factory=list)
    services: list[Service] = field(default_factory=list)

    def late(self, on: date) -> list[Document]:
        """Documents whose review should have been done."""
        return [document for document in self.documents if document.review_on and document.review_on < on]

    @property
    def any(self) -> bool:
        return bool(self.documents or self.laws or self.services)


def hung_on(drawing: Drawing, elements: Iterable[Element], actor: Actor, at: datetime) -> dict[str, Hung]:
    """By the step's code. A document may say itself which activities it is for; the process may add others.

    Four queries however many the steps are.
    """
    found = {element.code: Hung() for element in elements}
    links = list(ElementLink.objects.filter(process_id=drawing.process_id, element__in=found))
    _documents(found, links, actor, at)
    laws = {basis.code: basis for basis in bases(_codes(links, LinkKind.LAW), local_date(at))}
    rows = Service.objects.of(actor.principal_id).filter(code__in=_codes(links, LinkKind.SERVICE))
    services = {row.code: row for row in rows}
    for link in links:
        if link.kind == LinkKind.LAW and link.code in laws:
            found[link.element].laws.append(laws[link.code])
        if link.kind == LinkKind.SERVICE and link.code in services:
            found[link.element].services.append(services[link.code])
    return found


def _codes(links: Iterable[ElementLink], kind: LinkKind) -> list[str]:
    return sorted({link.code for link in links if link.kind == kind})


def _documents(found: dict[str, Hung], links: list[ElementLink], actor: Actor, at: datetime) -> None:
    rows = Document.objects.readable_by(actor).in_force(local_date(at)).select_related("current", "type")
    wanted: dict[str, set[str]] = {}
    for link in links:
        if link.kind == LinkKind.DOCUMENT:
            wanted.setdefault(link.code, set()).add(link.element)
    for document in rows.exclude(activities=[]) | rows.filter(code__in=list(wanted)):
        for code in {*document.activities, *wanted.get(document.code, ())} & found.keys():
            found[code].documents.append(document)


def hanging(codes: Collection[str], principal_id: int | None, actor: Actor, at: datetime) -> Iterator[Hanging]:
    """Processes that name one of the provisions, themselves or on a step."""
    named = FilteredRelation("links", condition=Q(links__kind=LinkKind.LAW, links__code__in=list(codes)))
    rows = Process.objects.readable_by(actor).filter(withdrawn_on__isnull=True).annotate(named=named)
    found: dict[tuple[str, str], Hanging] = {}
    for process in rows.annotate(on_step=F("named__code")).defer("search_text"):
        on_step: str | None = process.on_step
        for code in {*process.laws, on_step} & set(codes):
            told = Hanging(code=code, kind="process", label=str(process), url=process.get_absolute_url())
            found[process.code, code] = told
    yield from (found[key] for key in sorted(found))


def beside_document(document: Document, version: Version, actor: Actor, at: datetime) -> Iterator[Beside]:
    """The steps that a document belongs to, beside its text."""
    here = ElementLink.objects.filter(kind=LinkKind.DOCUMENT, code=document.code, element=OuterRef("code"))
    linked = Exists(here.filter(process=OuterRef("drawing__process")).order_by())
    held = Process.objects.readable_by(actor).filter(withdrawn_on__isnull=True).order_by().values("current")
    rows = Element.objects.filter(linked | Q(code__in=document.activities), drawing__in=held)
    rows = rows.select_related("drawing__process")
    for element in rows.order_by("drawing__process__place", "place")[:MOST_BESIDE]:
        process = element.drawing.process
        url = process.step_url(element.code)
        yield Beside(_("Steg i en process"), f"{process}: {element}", url)
