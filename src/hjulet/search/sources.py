"""What can be searched in, each within the reader's own reach: cases, measures, documents, processes and lessons."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from hjulet.cases.listing import Selection, found, placed
from hjulet.cases.models import Case, key_of
from hjulet.cases.search import marked, terms
from hjulet.cases.web import Row, row_of
from hjulet.core.actor import Actor
from hjulet.core.now import STOCKHOLM
from hjulet.core.paging import CappedPaginator
from hjulet.core.swedish_words import forms, plain, words
from hjulet.core.words_index import HasWords, newest_first
from hjulet.documents.models import Document, DocumentQuerySet, above
from hjulet.learning.listing import published_for
from hjulet.learning.models import Lesson
from hjulet.measures.choices import MeasureState
from hjulet.measures.models import Measure
from hjulet.processes.listing import HEAVY
from hjulet.processes.models import Process

PAGE, COUNTED = 20, 200
SHORTEST, MOST_SUGGESTED = 3, 8
# What a hit among documents shows; their rows are wide.
SHOWN = ("code", "title", "unit__name", "type__label", "type__label_en", "current__text", "current__valid_from")


@dataclass(frozen=True)
class Hit:
    """A row of the answer. `text` is what stands round the first word that was found."""

    pk: int
    url: str
    title: SafeString | str
    text: SafeString | str
    sub: str
    unit: str
    state: str
    at: datetime


def cases(query: str, selection: Selection, actor: Actor, at: datetime, wide: bool) -> CappedPaginator:
    asked = terms(query)
    by_number = Case.objects.visible_to(actor).by_ref(query).for_list().first() if key_of(query) else None
    if by_number is not None:
        return _pages(lambda first, last: [_case_hit(row_of(by_number, at), [])], 1)
    hits = found(query, selection, actor=actor, wide=wide)

    number = hits.counted(actor, COUNTED)

    def part(first: int, last: int) -> list[Hit]:
        cases = hits.part(actor, first, last) if number > COUNTED else hits.gathered(number)[first:last]
        return [_case_hit(row_of(case, at), asked) for case in placed(list(cases), actor)]

    return _pages(part, number)


def _case_hit(row: Row, asked: list[str]) -> Hit:
    case = row.case
    title = row.title if case.protected_identity else marked(row.title, asked)
    text = "" if case.protected_identity else marked(case.description, asked)
    sub = f"{case.ref} · {row.kind}"
    return Hit(case.pk, case.get_absolute_url(), title, text, sub, case.unit.name, row.state, case.reported_at)


def measures(query: str, selection: Selection, actor: Actor) -> CappedPaginator:
    asked = terms(query)
    hits = Measure.objects.visible_to(actor).filter(selection.condition)
    hits = hits.filter(HasWords(asked)) if asked else hits.none()
    newest = hits.select_related("unit").order_by("-created_at", "-id")

    def part(first: int, last: int) -> list[Hit]:
        return [_measure_hit(measure, asked) for measure in newest[first:last]]

    return _pages(part, int(hits.order_by().values("pk")[: COUNTED + 1].count()))


def _measure_hit(measure: Measure, asked: list[str]) -> Hit:
    title, text = marked(measure.title, asked), marked(measure.expected_effect, asked)
    url, state = f"/atgarder/{measure.pk}/", str(MeasureState(measure.state).label)
    return Hit(measure.pk, url, title, text, _("Åtgärd"), measure.unit.name, state, measure.created_at)


def documents(query: str, actor: Actor, on: date) -> CappedPaginator:
    """What holds; first those that have the words in their name, then those that hold at the reader's own unit."""
    asked = terms(query)
    hits = Document.objects.readable_by(actor).in_force(on)
    keys = ranked(hits.filter(HasWords(asked)), asked, actor) if asked else []

    def part(first: int, last: int) -> list[Hit]:
        rows = Document.objects.readable_by(actor).select_related("unit", "type", "current").only(*SHOWN)
        found = rows.in_bulk(keys[first:last])
        return [_document_hit(found[key], asked) for key in keys[first:last] if key in found]

    return _pages(part, len(keys))


def ranked(hits: DocumentQuerySet, asked: list[str], actor: Actor) -> list[int]:
    """Keys of at most COUNTED + 1 hits, the best first."""
    here, wanted = set(above(actor.unit_path)), set(asked)

    def rank(row: tuple[int, str, str, str | None]) -> tuple[int, bool, str, int]:
        pk, title, keywords, path = row
        named = {form for _start, _end, word in words(f"{title} {keywords}") for form in forms(word)}
        return -len(wanted & named), path not in here, title, pk

    rows = newest_first(hits).values_list("pk", "title", "keywords", "unit__path")[: COUNTED + 1]
    return [pk for pk, *_rest in sorted(rows, key=rank)]


def _document_hit(document: Document, asked: list[str]) -> Hit:
    version = document.current
    title, text = marked(document.title, asked), marked(version.text if version else "", asked)
    since = version.valid_from if version and version.valid_from else None
    at = datetime.combine(since, time(), STOCKHOLM) if since else datetime.min.replace(tzinfo=STOCKHOLM)
    said = _("Gäller")
    return Hit(document.pk, document.get_absolute_url(), title, text, str(document.type), document.unit.name, said, at)


def lessons(query: str, actor: Actor) -> CappedPaginator:
    asked = terms(query)
    hits = published_for(actor)
    hits = hits.filter(HasWords(asked)) if asked else hits.none()
    newest = hits.select_related("unit").order_by("-confirmed_at", "-id")

    def part(first: int, last: int) -> list[Hit]:
        return [_lesson_hit(lesson, asked) for lesson in newest[first:last]]

    return _pages(part, int(hits.order_by().values("pk")[: COUNTED + 1].count()))


def _lesson_hit(lesson: Lesson, asked: list[str]) -> Hit:
    title, text = marked(lesson.title, asked), marked(lesson.text, asked)
    kind, at = lesson.get_kind_display(), lesson.confirmed_at or lesson.written_at
    return Hit(lesson.pk, lesson.get_absolute_url(), title, text, _("Lärande"), lesson.unit.name, kind, at)


def processes(query: str, actor: Actor) -> CappedPaginator:
    asked = terms(query)
    hits = Process.objects.readable_by(actor).filter(withdrawn_on__isnull=True)
    hits = hits.filter(HasWords(asked)) if asked else hits.none()
    in_order = hits.select_related("unit", "current").defer("search_text", *HEAVY).order_by("level", "place", "id")

    def part(first: int, last: int) -> list[Hit]:
        return [_process_hit(process, asked) for process in in_order[first:last]]

    return _pages(part, int(hits.order_by().values("pk")[: COUNTED + 1].count()))


def _process_hit(process: Process, asked: list[str]) -> Hit:
    title, text = marked(str(process), asked), marked(process.purpose, asked)
    since = process.current.published_on if process.current else None
    at = datetime.combine(since or date.min, time(), STOCKHOLM)
    kind, said = process.get_level_display(), _("Gäller")
    return Hit(process.pk, process.get_absolute_url(), title, text, kind, process.unit.name, said, at)


def suggested(typed: str, actor: Actor, on: date) -> list[tuple[str, str, str]]:
    """Titles, sorts and addresses of at most MOST_SUGGESTED documents, while someone types. Never of cases."""
    begun = [re.sub(r"[\W_]", "", plain(word)) for _start, _end, word in words(typed)][:8]
    if not begun or not begun[-1] or sum(map(len, begun)) < SHORTEST:
        return []
    asked = list(dict.fromkeys(form for word in begun for form in forms(word)[:1]))
    rule = HasWords([form for word in begun[:-1] for form in forms(word)[:1]], begins=begun[-1], whole=asked[-1])
    hits = Document.objects.readable_by(actor).in_force(on).filter(rule)
    keys = ranked(hits, asked, actor)[:MOST_SUGGESTED]
    rows = Document.objects.readable_by(actor).select_related("type").in_bulk(keys)
    return [(rows[key].title, str(rows[key].type), rows[key].get_absolute_url()) for key in keys if key in rows]


def _pages(part: Callable[[int, int], list[Hit]], number: int) -> CappedPaginator:
    return CappedPaginator(part, PAGE, found=number, most=COUNTED)
