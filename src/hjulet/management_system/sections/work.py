"""How quality is worked with, and how staff take part (SOSFS 2011:9 5–6 kap.)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.cases.choices import CaseKind, State
from hjulet.cases.diagrams import FLOWS
from hjulet.cases.models import LocalProcedure
from hjulet.core.actor import ALL_TRACKS, Actor, Grant
from hjulet.core.flow import Flow
from hjulet.core.swedish_time import date_short, limit_words, urgency_words
from hjulet.documents.actions.circulating import PREFIX
from hjulet.documents.laws import bases
from hjulet.documents.models import ChangeRequest
from hjulet.law.models import ServiceLevel
from hjulet.law.rules import service_levels
from hjulet.learning.choices import LessonState
from hjulet.management_system.content import More, Note, Paragraph, Piece, table
from hjulet.management_system.registry import Asked
from hjulet.management_system.review import how_often
from hjulet.measures.choices import Effect, MeasureState
from hjulet.org.choices import Duty
from hjulet.org.models import Unit, in_force, path_end
from hjulet.receipts.coverage import Row, total_of, units_of
from hjulet.receipts.listing import current
from hjulet.stats.masking import Hidden, mask_share
from hjulet.stats.models import CaseFact, MaskingRule
from hjulet.stats.wording import shown_text
from hjulet.wheel.listing import year_at_top
from hjulet.wheel.models import Activity

NAME = gettext_lazy("Ledningssystemet")


def methods(asked: Asked) -> Iterator[Piece]:
    for flow in FLOWS:
        yield _steps(flow, asked.day)
    yield from _own_steps(asked)
    yield Paragraph(_("Åtgärder: %(states)s.") % {"states": _labels(MeasureState)})
    yield Paragraph(_("Hade åtgärden effekt? %(answers)s.") % {"answers": _labels(Effect)})
    yield Paragraph(_("Lärdomar: %(states)s.") % {"states": _labels(LessonState)})
    yield from _times(asked)


def _labels(choices: Any) -> str:
    return " · ".join(str(label) for _code, label in choices.choices)


def _way(flow: Flow) -> str:
    labels = dict(flow.states)
    return " → ".join(str(labels[code]) for code in flow.path)


def _steps(flow: Flow, day: date) -> Piece:
    cited = {basis.code: basis.citation for basis in bases({step.basis for step in flow.steps if step.basis}, day)}
    labels = dict(flow.states)
    rows = [
        ((str(step.label), str(labels[step.to]) if step.to else "–", cited.get(step.basis, "–")), "")
        for step in flow.steps
        if step.main
    ]
    return table(str(flow.label), (_("Steg"), _("Leder till"), _("Lagrum")), rows, swedish=(2,), lead=f"{_way(flow)}.")


def _own_steps(asked: Asked) -> Iterator[Piece]:
    kinds = dict(CaseKind.choices)
    rows = LocalProcedure.objects.filter(in_force(asked.day), principal_id=asked.principal_id)
    told = [((str(kinds[row.kind]), stage["label"], row.source or "–"), "") for row in rows for stage in row.stages]
    if told:
        yield table(_("Egna steg"), (_("Ärende"), _("Steg"), _("Beslut")), told, swedish=(1, 2))


def _times(asked: Asked) -> Iterator[Piece]:
    levels = service_levels(principal_id=asked.principal_id, day=asked.day)
    heads = (_("Vad"), _("Hur länge"), _("Räknas från"), _("Vilar på"), _("Källa"))
    for _procedure, some in groupby(levels, key=lambda level: level.procedure):
        group = list(some)
        title = _("Tider: %(procedure)s") % {"procedure": group[0].get_procedure_display()}
        yield table(title, heads, ((_time(level), "") for level in group), swedish=(0, 4))
    yield More(_("Tider"), reverse("law-clocks"))


def _time(level: ServiceLevel) -> tuple[str, ...]:
    said = urgency_words(level.urgency) if level.amount is None else ""
    how_long = f"{said} {limit_words(level.limit)}".strip()
    counted = _(level.counted_from) if level.counted_from else "–"
    return level.label, how_long, counted, level.get_status_display(), level.source


def wheel(asked: Asked) -> Iterator[Piece]:
    """What is planned for the year at the top, by its last day."""
    rows = year_at_top(asked.principal_id, asked.day)
    heads = (_("Aktivitet"), _("Sista dag"), _("Ansvarar"), _("Ska ge"))
    if rows:
        told = [((str(row), date_short(row.ends_on), _role_of(row), row.produces_told), "") for row in rows]
        yield table(_("Årets aktiviteter %(year)s") % {"year": asked.day.year}, heads, told)
    else:
        yield Note(_("Årets aktiviteter är inte planerade."), gap=True)
    yield More(_("Årshjul"), reverse("wheel"))
    often = limit_words(how_often(asked.principal_id, asked.day).limit)
    yield Paragraph(
        _("Ledningssystemet ses över och läggs fram för nämnden. Tid mellan två beslut: %(often)s.") % {"often": often}
    )


def _role_of(row: Activity) -> str:
    return row.role.label if row.role else "–"


# How staff take part ---------------------------------------------------------


def participation(asked: Asked) -> Iterator[Piece]:
    """Whole numbers for the principal, hidden where small: everyone who works there reads them."""
    rows = [*_read(asked), _suggested(asked), _requested(asked)]
    heads = (_("Vad"), _("Antal"), _("Av dem klara"))
    yield table(_("Det senaste året"), heads, rows)
    yield Note(_("Tal som är så små att någon kan kännas igen visas inte."))
    yield More(_("Läsa och bekräfta"), reverse("receipts"))
    yield More(_("Förslag"), reverse("suggestions"))


def _counter(asked: Asked) -> Actor:
    """Who counts: the whole itself, which may count everywhere and sees no small number, whoever reads it."""
    roots = Unit.objects.of(asked.principal_id).filter(parent=None, path__isnull=False)
    grants = tuple(
        Grant(Duty.MASKED_STATISTICS, ALL_TRACKS, unit.pk, unit.path or "", path_end(unit.path or "")) for unit in roots
    )
    return Actor(person_id=0, name=str(NAME), title="", principal_id=asked.principal_id, grants=grants)


def _read(asked: Asked) -> Iterator[tuple[tuple[str, ...], str]]:
    """What staff have been asked to read and confirm: what holds for all, then documents together."""
    counter, sent, confirmed = _counter(asked), 0, 0
    for matter in current(asked.principal_id, asked.day):
        total = _whole(units_of(matter, counter, asked.at), asked)
        if matter.code.startswith(PREFIX):
            sent, confirmed = sent + total.asked, confirmed + total.confirmed
        elif total.asked:
            yield (matter.heading, *_told(total.asked, total.confirmed, asked)), ""
    if sent:
        yield (_("Dokument att läsa och bekräfta"), *_told(sent, confirmed, asked)), ""


def _whole(rows: list[Row], asked: Asked) -> Row:
    """Everyone asked; without the small units where these are so few people that taking away would tell of them."""
    hidden = sum(row.asked for row in rows if row.masked)
    few = 0 < hidden < MaskingRule.of(asked.principal_id, asked.day).threshold
    return total_of(rows if few else [replace(row, masked=False) for row in rows])


def _year_back(day: date) -> date:
    """The first day of the same month last year."""
    return date(day.year - 1, day.month, 1)


def _suggested(asked: Asked) -> tuple[tuple[str, ...], str]:
    first = _year_back(asked.day)
    rows = CaseFact.objects.filter(
        principal_id=asked.principal_id, kind=CaseKind.SUGGESTION, month__gte=first, month__lte=asked.day
    ).exclude(state=State.ANNULLED)
    found = rows.aggregate(whole=Sum("cases"), done=Sum("cases", filter=Q(state__in=(State.ANSWERED, State.CLOSED))))
    told = _told(found["whole"] or 0, found["done"] or 0, asked)
    return (_("Förslag från medarbetare och andra, och hur många som är besvarade"), *told), ""


def _requested(asked: Asked) -> tuple[tuple[str, ...], str]:
    first = _year_back(asked.day)
    rows = ChangeRequest.objects.filter(
        document__principal_id=asked.principal_id, asked_at__date__gte=first, asked_at__lte=asked.at
    )
    found = rows.aggregate(whole=Count("pk"), done=Count("pk", filter=Q(answered_at__isnull=False)))
    return (_("Önskemål om ändring i dokument, och hur många som är besvarade"), *_told(**found, asked=asked)), ""


def _told(whole: int, done: int, asked: Asked) -> tuple[str, str]:
    rule = MaskingRule.of(asked.principal_id, asked.day)
    if whole and whole < rule.threshold:
        return shown_text(Hidden.LOW, rule.threshold), "–"
    open_to_all = done == whole or mask_share(
        done, whole, threshold=rule.threshold, min_denominator=rule.min_denominator
    )
    return str(whole), str(done) if open_to_all else shown_text(Hidden.SECONDARY)
