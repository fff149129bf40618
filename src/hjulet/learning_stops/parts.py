"""The parts that existing rooms tell of: statistics, documents, receipts, processes, measures, the wheel, lessons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hjulet.cases.choices import CaseKind
from hjulet.cases.models import Case
from hjulet.core.clocks import STOCKHOLM, local_date
from hjulet.core.flow import Refused
from hjulet.core.swedish_time import date_short
from hjulet.documents.models import Document
from hjulet.learning.models import Lesson, LessonUse
from hjulet.learning_stops.models import Stop
from hjulet.learning_stops.pack import CASES, COUNTED, LINKS, PARTS, Ask, Bar, Part, period_address
from hjulet.measures.choices import Effect, MeasureState
from hjulet.measures.models import Measure
from hjulet.org.models import Unit
from hjulet.processes.models import Element, Process
from hjulet.processes.registry import Sign
from hjulet.receipts.choices import COUNTERS
from hjulet.receipts.coverage import matter_for, total_of, units_of
from hjulet.services.choices import Outcome
from hjulet.services.models import PromiseCheck, kept_words
from hjulet.stats.choices import By, Tree
from hjulet.stats.heat import cases_in_steps
from hjulet.stats.labels import NONE
from hjulet.stats.masking import ALL
from hjulet.stats.periods import span_label
from hjulet.stats.queries import CrossTable, cross_table, handling, place_of
from hjulet.stats.wording import feedback_words, shown_text, time_to_close_words
from hjulet.wheel.progress import NOTHING, by_place

MOST = 6  # rows of a table
SOON = timedelta(days=60)
LEX = (CaseKind.LEX_SARAH, CaseKind.LEX_MARIA)
VIEWS = (CaseKind.COMPLAINT, CaseKind.VIEW)
HOURS = ((0, 6), (6, 10), (10, 16), (16, 22), (22, 24))


# Out of the statistics -------------------------------------------------------


def _place(asked: Ask) -> Any:
    made = lambda: place_of(asked.actor, tree=Tree.NOW, filters=asked.filters, unit=asked.unit)  # noqa: E731
    return asked.once("place", made)


def _table(asked: Ask) -> CrossTable | None:
    """Cases by kind, category and month; by category and quarter where small numbers are hidden. None: not hers."""

    def make() -> CrossTable | None:
        by = (By.KIND, By.CATEGORY, By.MONTH) if asked.exact else (By.CATEGORY, By.QUARTER)
        try:
            return cross_table(
                asked.actor, asked.period, by, on=asked.today, filters=asked.filters, place=_place(asked)
            )
        except Refused:
            return None

    found: CrossTable | None = asked.once("table", make)
    return found


def _counted(asked: Ask, **values: Any) -> Part:
    return Part(needs=COUNTED, tracks=asked.counted_tracks, **values)


def _of_kinds(table: CrossTable, kinds: Iterable[str], category: str = ALL, month: str = ALL) -> int:
    numbers = (table.cell(kind, category, month) for kind in kinds)
    return sum(number for number in numbers if isinstance(number, int))


def _axis(table: CrossTable, part: By) -> tuple[tuple[str, str], ...]:
    return table.axes[table.by.index(part)]


def _categories(table: CrossTable, kinds: Sequence[str]) -> list[tuple[str, int]]:
    rows = [(code, label.strip(), _of_kinds(table, kinds, code)) for code, label in _axis(table, By.CATEGORY)]
    ordered = sorted((row for row in rows if row[2]), key=lambda row: (row[0] == NONE, -row[2]))
    return [(label, n) for _code, label, n in ordered]


def _months(table: CrossTable, kinds: Sequence[str]) -> tuple[Bar, ...]:
    rows = ((code, _of_kinds(table, kinds, month=code)) for code, _label in _axis(table, By.MONTH))
    return tuple(Bar(span_label(code).split()[0], n, str(n)) for code, n in sorted(rows))


def _rows(pairs: Sequence[tuple[str, int]]) -> tuple[tuple[str, str], ...]:
    return tuple((label, str(n)) for label, n in pairs[:MOST])


def _top_words(pairs: Sequence[tuple[str, int]]) -> str:
    return ", ".join(f"{label} {n}" for label, n in pairs[:3])


def deviations(asked: Ask) -> Part | None:
    table = _table(asked)
    if table is None:
        return None
    if not asked.exact:
        return _hidden_deviations(asked, table)
    total = _of_kinds(table, [CaseKind.DEVIATION])
    top = _categories(table, [CaseKind.DEVIATION])
    words = ngettext(
        "%(n)s avvikelse på de senaste tolv månaderna.", "%(n)s avvikelser på de senaste tolv månaderna.", total
    ) % {"n": total}
    if top:
        words += " " + _("Flest: %(label)s, %(n)s.") % {"label": top[0][0], "n": top[0][1]}
    return _counted(
        asked,
        code="deviations",
        title=_("Avvikelser"),
        headline=words,
        brief=_("Flest: %(what)s") % {"what": _top_words(top)} if top else "",
        heads=(_("Kategori"), _("Antal")),
        rows=_rows(top),
        bars=_months(table, [CaseKind.DEVIATION]),
        over_time=True,
    )


def _hidden_deviations(asked: Ask, table: CrossTable) -> Part:
    total, low = table.total, table.threshold
    words = _("%(n)s ärenden under fyra hela kvartal.") % {"n": shown_text(total, low)}
    rows = [(label.strip(), table.cell(code, ALL)) for code, label in _axis(table, By.CATEGORY)]
    shown = sorted(((label, n) for label, n in rows if isinstance(n, int) and n), key=lambda row: -row[1])
    spans = sorted((code, table.cell(ALL, code)) for code, _label in _axis(table, By.QUARTER))
    bars = tuple(Bar(span_label(code), n if isinstance(n, int) else None, shown_text(n, low)) for code, n in spans)
    return Part(
        code="deviations",
        title=_("Ärenden"),
        headline=words,
        notes=(_("Små tal är dolda, så att ingen ska kännas igen."),),
        heads=(_("Kategori"), _("Antal")),
        rows=_rows(shown),
        bars=bars,
        over_time=True,
    )


def complaints(asked: Ask) -> Part | None:
    table = _table(asked) if asked.exact else None
    if table is None:
        return None
    n, views = (_of_kinds(table, [kind]) for kind in VIEWS)
    words = ngettext("%(n)s klagomål", "%(n)s klagomål", n) % {"n": n}
    words += " " + ngettext("och %(n)s synpunkt.", "och %(n)s synpunkter.", views) % {"n": views}
    top = _categories(table, VIEWS)
    return _counted(
        asked,
        code="complaints",
        title=_("Klagomål och synpunkter"),
        headline=words,
        brief=words + (" " + _("Flest: %(what)s") % {"what": _top_words(top)} if top else ""),
        heads=(_("Kategori"), _("Antal")) if top else (),
        rows=_rows(top),
    )


def praise(asked: Ask) -> Part | None:
    table = _table(asked) if asked.exact else None
    if table is None:
        return None
    n = _of_kinds(table, [CaseKind.PRAISE])
    words = ngettext("%(n)s beröm har kommit in.", "%(n)s beröm har kommit in.", n) % {"n": n}
    return _counted(asked, code="praise", title=_("Beröm"), headline=words, brief=words)


def lex_cases(asked: Ask) -> Part | None:
    table = _table(asked) if asked.exact else None
    if table is None:
        return None
    sarah, maria = (_of_kinds(table, [kind]) for kind in LEX)
    words = _("%(sarah)s ärenden enligt lex Sarah och %(maria)s enligt lex Maria.") % {"sarah": sarah, "maria": maria}
    return _counted(asked, code="lex_cases", title=_("Lex Sarah och lex Maria"), headline=words, brief=words)


def feedback_time(asked: Ask) -> Part | None:
    if not asked.counts:
        return None
    try:
        times, share = handling(asked.actor, asked.period, on=asked.today, filters=asked.filters, place=_place(asked))
    except Refused:
        return None
    words = feedback_words(share)
    return _counted(
        asked,
        code="feedback_time",
        title=_("Svar till den som rapporterade"),
        headline=words,
        brief=words,
        notes=(time_to_close_words(times),),
    )


# Out of the cases ------------------------------------------------------------


def when(asked: Ask) -> Part | None:
    """The time of day and the day of the week that deviations happened, where the time is known."""
    if asked.level or not asked.case_tracks:
        return None
    here = Unit.objects.under(asked.unit.path or "").values("pk")
    rows = Case.objects.visible_to(asked.actor).filter(
        kind=CaseKind.DEVIATION,
        unit__in=here,
        occurred_at__date__gte=asked.period.first,
        occurred_at__isnull=False,
        occurred_time_known=True,
    )
    hour, day = ExtractHour("occurred_at", tzinfo=STOCKHOLM), ExtractIsoWeekDay("occurred_at", tzinfo=STOCKHOLM)
    found = list(rows.order_by().annotate(hour=hour, day=day).values_list("hour", "day").annotate(n=Count("pk")))
    total = sum(row[2] for row in found)
    if not total:
        return None
    parts = [(label, sum(n for h, _d, n in found if first <= h < last)) for label, first, last in _times()]
    weekend = sum(n for _h, d, n in found if d >= 6)
    most = max(parts, key=lambda row: row[1])
    words = _("Flest händer på tiden %(time)s: %(n)s av %(all)s.") % {
        **{"time": most[0].lower(), "n": most[1], "all": total}
    }
    words += " " + _("%(n)s var under en helg.") % {"n": weekend}
    return Part(
        code="when",
        title=_("När det händer"),
        headline=words,
        brief=words,
        bars=tuple(Bar(label, n, str(n)) for label, n in parts),
        heads=(_("Tid på dygnet"), _("Antal")),
        rows=tuple((label, str(n)) for label, n in parts),
        needs=CASES,
        tracks=asked.case_tracks,
    )


def _times() -> list[tuple[str, int, int]]:
    labels = (_("Natt (0–6)"), _("Morgon (6–10)"), _("Dag (10–16)"), _("Kväll (16–22)"), _("Sen kväll (22–24)"))
    return [(label, *hours) for label, hours in zip(labels, HOURS, strict=True)]


def measures(asked: Ask) -> Part | None:
    here = Unit.objects.under(asked.unit.path or "").values("pk")
    rows = Measure.objects.visible_to(asked.actor).filter(unit__in=here)
    if not asked.case_tracks:
        return None
    told = _measured(rows, asked.today, asked.period.first)
    words = ngettext("%(n)s åtgärd är på väg", "%(n)s åtgärder är på väg", told["planned"]) % {"n": told["planned"]}
    words += ngettext(", %(n)s av dem är sen.", ", %(n)s av dem är sena.", told["late"]) % {"n": told["late"]}
    effects = ((_("Ja, den hade effekt"), "yes"), (_("Delvis"), "partly"), (_("Nej, ingen effekt"), "no"))
    judged = sum(told[key] for _label, key in effects)
    note = _("%(yes)s av %(all)s bedömda åtgärder hade den effekt ni trodde.") % {"yes": told["yes"], "all": judged}
    more = ngettext("%(n)s väntar på att effekten bedöms.", "%(n)s väntar på att effekten bedöms.", told["waits"])
    return Part(
        code="measures",
        title=_("Åtgärder och deras effekt"),
        headline=words,
        brief=note if judged else words,
        notes=((note,) if judged else ()) + ((more % {"n": told["waits"]},) if told["waits"] else ()),
        heads=(_("Hade den effekt?"), _("Antal")) if judged else (),
        rows=tuple((str(label), str(told[key])) for label, key in effects) if judged else (),
        needs=CASES,
        tracks=asked.case_tracks,
    )


def _measured(rows: Any, today: date, first: date) -> dict[str, int]:
    lately = Q(effect_on__gte=first)
    told: dict[str, int] = rows.aggregate(
        planned=Count("pk", filter=Q(state=MeasureState.PLANNED)),
        late=Count("pk", filter=Q(state=MeasureState.PLANNED, due_on__lt=today)),
        waits=Count("pk", filter=Q(state=MeasureState.DONE)),
        yes=Count("pk", filter=lately & Q(effect=Effect.YES)),
        partly=Count("pk", filter=lately & Q(effect=Effect.PARTLY)),
        no=Count("pk", filter=lately & Q(effect=Effect.NO)),
    )
    return told


# Steps of processes ----------------------------------------------------------


def _hot(asked: Ask) -> list[tuple[Process, str, Sign]]:
    """Steps where something has happened, most first."""

    def make() -> list[tuple[Process, str, Sign]]:
        if not asked.counts or asked.board:
            return []
        held = {row.pk: row for row in Process.objects.readable_by(asked.actor).select_related("current")}
        signs = list(cases_in_steps(asked.actor, {pk: row.code for pk, row in held.items()}, asked.today))
        signs = [sign for sign in signs if sign.n]
        drawings = [held[sign.process_id].current_id for sign in signs]
        rows = Element.objects.filter(drawing__in=drawings, code__in=[sign.step for sign in signs])
        names: dict[tuple[int | None, str], str] = {(row.drawing_id, row.code): str(row) for row in rows}
        told = [
            (held[one.process_id], names.get((held[one.process_id].current_id, one.step), one.step), one)
            for one in signs
        ]
        return sorted(told, key=lambda row: (-row[2].n, row[1]))

    found: list[tuple[Process, str, Sign]] = asked.once("hot", make)
    return found


def deviations_by_activity(asked: Ask) -> Part | None:
    hot = _hot(asked)
    if not hot:
        return None
    _process, step, sign = hot[0]
    words = _("Flest avvikelser händer i steget %(step)s: %(n)s.") % {"step": step, "n": sign.n}
    return _counted(
        asked,
        code="deviations_by_activity",
        title=_("Var i processerna det händer"),
        headline=words,
        brief=", ".join(f"{name} {one.n}" for _p, name, one in hot[:3]),
        heads=(_("Steg"), _("Process"), _("Antal")),
        rows=tuple((name, str(process), str(one.n)) for process, name, one in hot[:MOST]),
    )


def process_heat(asked: Ask) -> Part | None:
    sums: dict[str, int] = {}
    for process, _step, sign in _hot(asked):
        sums[str(process)] = sums.get(str(process), 0) + sign.n
    top = sorted(sums.items(), key=lambda row: (-row[1], row[0]))
    if not top:
        return None
    words = _("Mest händer i processen %(name)s: %(n)s avvikelser.") % {"name": top[0][0], "n": top[0][1]}
    return _counted(
        asked,
        code="process_heat",
        title=_("Processerna"),
        headline=words,
        brief=_top_words(top),
        bars=tuple(Bar(name, n, str(n)) for name, n in top[:MOST]),
        heads=(_("Process"), _("Antal")),
        rows=_rows(top),
    )


# What all may read -----------------------------------------------------------


def documents_due(asked: Ask) -> Part | None:
    rows = Document.objects.readable_by(asked.actor).for_unit(asked.unit.path or "").due(asked.today + SOON)
    found: list[tuple[str, Any]] = list(rows.order_by("review_on", "title").values_list("title", "review_on"))
    late = [row for row in found if row[1] < asked.today]
    words = ngettext(
        "%(n)s dokument har gått förbi sitt datum.", "%(n)s dokument har gått förbi sitt datum.", len(late)
    )
    soon = len(found) - len(late)
    more = ngettext("%(n)s till ska ses över inom två månader.", "%(n)s till ska ses över inom två månader.", soon)
    return Part(
        code="documents_due",
        title=_("Dokument som ska ses över"),
        headline=" ".join([words % {"n": len(late)}, *([more % {"n": soon}] if soon else [])]),
        brief=", ".join(title for title, _day in late[:3]) or words % {"n": 0},
        heads=(_("Dokument"), _("Ses över senast")) if found else (),
        rows=tuple((title, date_short(day, today=asked.today)) for title, day in found[: MOST * 2]),
    )


def duty_receipts(asked: Ask) -> Part | None:
    matter = matter_for(asked.actor, asked.at) if asked.actor.reach(*COUNTERS) else None
    if matter is None:
        return None
    rows = [row for row in units_of(matter, asked.actor, asked.at) if row.path.startswith(asked.unit.path or "")]
    total = total_of(rows)
    if not total.asked:
        return None
    words = _("%(part)s av %(whole)s har läst och bekräftat: %(what)s.") % {
        **{"part": total.confirmed, "whole": total.asked, "what": str(matter).rstrip(".")}
    }
    return Part(
        code="duty_receipts",
        title=_("Skyldigheten att rapportera"),
        headline=words,
        brief=words,
        needs=COUNTED,
        tracks=(),
    )


def promises(asked: Ask) -> Part | None:
    here = Unit.objects.under(asked.unit.path or "").values("pk")
    rows = (
        PromiseCheck.objects.visible_to(asked.actor)
        .done()
        .filter(unit__in=here, period_last__gte=asked.period.first, period_last__lte=asked.today)
    )
    told = rows.aggregate(done=Count("pk"), kept=Count("pk", filter=Q(outcome=Outcome.MET)))
    if not told["done"]:
        return None
    words = kept_words(told["kept"], told["done"])
    return Part(code="promises", title=_("Löften"), headline=words, brief=words)


def wheel(asked: Ask) -> Part | None:
    counts = by_place(asked.unit, asked.year, asked.today)
    some = counts.values() if asked.level else [counts.get(asked.unit.path or "", NOTHING)]
    total, done, late = (sum(getattr(one, name) for one in some) for name in ("total", "answered", "late"))
    if not total:
        return None
    words = _("%(done)s av årets %(all)s aktiviteter är klara.") % {"done": done, "all": total}
    if late:
        words += " " + ngettext("%(n)s är sen.", "%(n)s är sena.", late) % {"n": late}
    return Part(code="wheel", title=_("Årshjulet"), headline=words, brief=words)


def lessons(asked: Ask) -> Part | None:
    if asked.board:
        return None
    path = asked.unit.path or ""
    rows = Lesson.objects.visible_to(asked.actor).published().filter(confirmed_at__date__gte=asked.period.first)
    here = Unit.objects.under(path).values("pk")
    own = list(rows.filter(unit__in=here).order_by("-confirmed_at", "-id").values_list("title", flat=True)[:MOST])
    uses = LessonUse.objects.visible_to(asked.actor).filter(unit__in=here).count()
    words = ngettext("%(n)s lärdom härifrån på ett år.", "%(n)s lärdomar härifrån på ett år.", len(own))
    words = _("Minst %(n)s lärdomar härifrån på ett år.") if len(own) == MOST else words
    words %= {"n": len(own)}
    more = ngettext("Ni gör likadant efter %(n)s lärdom.", "Ni gör likadant efter %(n)s lärdomar.", uses) % {"n": uses}
    return Part(
        code="lessons",
        title=_("Lärdomar"),
        headline=words,
        notes=(more,) if uses else (),
        brief="; ".join(own[:2]),
        heads=(_("Lärdom"),) if own else (),
        rows=tuple((title,) for title in own),
    )


def last_year(asked: Ask) -> Part | None:
    before = None if asked.board else asked.earlier()
    replies = [row for row in before.replies.all() if row.text.strip()] if before else []
    if before is None or before.signed_at is None or not replies:
        return None
    day = date_short(local_date(before.signed_at), today=asked.today)
    words = _("Hållplatsen skrevs under %(day)s.") % {"day": day}
    return Part(
        code="last_year",
        title=_("Det ni skrev i fjol"),
        headline=words,
        brief=_("I fjol skrev ni: %(text)s") % {"text": replies[-1].text[:240]},
        heads=(_("Fråga"), _("Svar")),
        rows=tuple((str(row), row.text) for row in replies),
    )


# Joined ----------------------------------------------------------------------


def _cases(label: Any, **more: str) -> Any:
    def links(stop: Stop) -> tuple[tuple[str, str], ...]:
        address = urlencode({"val": "alla", **period_address(stop), "annulled": "0", **more})
        return ((str(label), f"/arenden/?{address}"),)

    return links


PARTS.update(
    {
        **{"deviations": deviations, "when": when, "complaints": complaints},
        **{"praise": praise, "lex_cases": lex_cases, "feedback_time": feedback_time, "measures": measures},
        **{"deviations_by_activity": deviations_by_activity, "process_heat": process_heat},
        **{"documents_due": documents_due, "duty_receipts": duty_receipts},
        **{"promises": promises, "wheel": wheel, "lessons": lessons, "last_year": last_year},
    }
)

LINKS.update(
    {
        "deviations": _cases(gettext_lazy("Avvikelserna"), kind=CaseKind.DEVIATION.value),
        "complaints": _cases(gettext_lazy("Klagomålen"), kind=CaseKind.COMPLAINT.value),
        "praise": _cases(gettext_lazy("Berömmen"), kind=CaseKind.PRAISE.value),
        "lex_cases": _cases(gettext_lazy("Ärendena enligt lex Sarah"), kind=CaseKind.LEX_SARAH.value),
        "documents_due": lambda stop: ((_("Översynen"), "/dokument/oversyn/"),),
        "lessons": lambda stop: ((_("Lärdomarna"), f"/larande/?unit={stop.unit.code}"),),
        "wheel": lambda stop: ((_("Årshjulet"), f"/arshjul/?enhet={stop.unit.code}&ar={stop.year}"),),
        "measures": lambda stop: ((_("Åtgärderna"), "/atgarder/?val=oppna"),),
        "duty_receipts": lambda stop: ((_("Vem som har bekräftat"), "/kvittens/lex-sarah/tackning/"),),
    }
)
