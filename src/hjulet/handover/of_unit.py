"""What belongs to the unit and to the post: lessons, confirmations, duties, and what comes soon."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.cases.models import Case
from hjulet.core.clocks import local_date
from hjulet.handover.of_cases import row_of as case_row
from hjulet.handover.of_cases import seen, within
from hjulet.handover.of_measures import row_of as measure_row
from hjulet.handover.registry import Look, Row, Section, shows
from hjulet.learning.choices import LessonState
from hjulet.learning.models import Lesson
from hjulet.measures.choices import MeasureState
from hjulet.measures.models import Measure
from hjulet.org.models import Assignment, Delegation, Deputy, in_force
from hjulet.receipts.coverage import matter_for, units_of

SOON = timedelta(days=90)  # how far ahead a newcomer looks; no limit of any law
MOST_SOON = 200


def _soon(look: Look) -> list[Row]:
    """What she holds that is waited for within SOON, and delegations that end by then; the first day on top."""
    last = local_date(look.at) + SOON
    mine = look.handover.leaving_id
    cases = seen(Case, look).open().filter(handler_id=mine, due_on__lte=last).select_related("unit")
    work = Q(state=MeasureState.PLANNED, due_on__lte=last) | Q(state=MeasureState.DONE, effect_due_on__lte=last)
    measures = seen(Measure, look).owned_by(mine).filter(work).select_related("unit")
    rows = [case_row(case) for case in cases.order_by("due_on", "id")[:MOST_SOON]]
    rows += [measure_row(measure) for measure in measures.order_by("due_on", "id")[:MOST_SOON]]
    ending = _delegated(look).filter(valid_to__lte=last)
    rows += [_delegation(row) for row in ending]
    return sorted(rows, key=lambda row: (row.when or date.max, row.label))


def _lessons(look: Look) -> Any:
    """Hers that are not published, and what waits at the unit for someone's eyes."""
    unfinished = [LessonState.WAITING, LessonState.RETURNED]
    here = within(look, "unit__path") | Q(written_by_id=look.handover.leaving_id)
    return seen(Lesson, look).filter(here, state__in=unfinished).select_related("unit").order_by("written_at", "id")


def _lesson(lesson: Lesson) -> Row:
    what = f"{lesson.get_state_display()}, {lesson.unit.name}"
    return Row(lesson.title, what, local_date(lesson.written_at), lesson.get_absolute_url())


def _coverage(look: Look) -> list[Row]:
    if look.actor is None:
        return []
    matter = matter_for(look.actor, look.at)
    if matter is None:
        return []
    inside = [
        row for row in units_of(matter, look.actor, look.at) if any(row.path.startswith(part) for part in look.parts)
    ]
    hidden = _("För få för att visas")
    return [
        Row(row.name, hidden if row.masked else row.share, None, f"/kvittens/{matter.code}/tackning/") for row in inside
    ]


def _delegated(look: Look) -> Any:
    today = local_date(look.at)
    rows = Delegation.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=today), within(look, "unit__path"), person=look.handover.leaving_id
    )
    return rows.select_related("unit").order_by("mandate", "unit__path", "id")


def _delegation(row: Delegation) -> Row:
    what = _("Delegation, %(reference)s. Följer inte med: nämnden beslutar på nytt.") % {"reference": row.reference}
    return Row(f"{row.get_mandate_display()}, {row.unit.name}", what, row.valid_to, "/organisation/delegationer/")


def _duties(look: Look) -> list[Row]:
    """Posts at the units, delegations there, and whom she stands in for."""
    today, who = local_date(look.at), look.handover.leaving_id
    posts = Assignment.objects.filter(in_force(today), within(look, "unit__path"), person=who)
    rows = [
        Row(f"{row.role.label}, {row.unit.name}", _("Uppdrag"), row.valid_to, f"/organisation/enhet/{row.unit.code}/")
        for row in posts.select_related("role", "unit").order_by("unit__path", "role__label", "id")
    ]
    rows += [_delegation(row) for row in _delegated(look)]
    covers = Deputy.objects.filter(in_force(today), deputy=who).select_related("absent")
    return rows + [
        Row(row.absent.name, _("Ersätter. Slutar om uppdraget finns på enheten."), row.valid_to, "")
        for row in covers.order_by("valid_to", "id")
    ]


shows(
    Section(
        key="snart",
        title=gettext_lazy("Inom 90 dagar"),
        lead=gettext_lazy("Det som ska vara klart de närmaste tre månaderna, det första överst."),
        empty=gettext_lazy("Inget av det du får se ska vara klart inom 90 dagar."),
        found=_soon,
    )
)
shows(
    Section(
        key="lardomar",
        title=gettext_lazy("Lärdomar som inte är klara"),
        lead=gettext_lazy("De väntar på granskning, eller på att den som skrev ändrar något."),
        empty=gettext_lazy("Ingen lärdom väntar."),
        found=_lessons,
        row=_lesson,
        sort="lesson",
        counted=True,
    )
)
shows(
    Section(
        key="bekraftelser",
        title=gettext_lazy("Läst och bekräftat"),
        lead=gettext_lazy("Hur många på enheten som har läst och bekräftat det de ska."),
        empty=gettext_lazy("Inga siffror som du får se."),
        found=_coverage,
        heads=(gettext_lazy("Enhet"), gettext_lazy("Har bekräftat")),
    )
)
shows(
    Section(
        key="uppdrag",
        title=gettext_lazy("Uppdrag och delegationer"),
        lead=gettext_lazy(
            "Uppdragen på enheten går till efterträdaren. Delegationer slutar, och nämnden beslutar om nya."
        ),
        empty=gettext_lazy("Inget uppdrag gäller i dag."),
        found=_duties,
        heads=(gettext_lazy("Uppdrag"), gettext_lazy("Vad som händer")),
    )
)
