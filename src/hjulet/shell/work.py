"""My work: what waits for one person, drawn from the rooms below, and how it goes at her place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.cases.choices import OPEN, MessageKind, State
from hjulet.cases.models import Case, Message
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.swedish_time import ClockWords, clock_words
from hjulet.measures.choices import MeasureState
from hjulet.measures.models import Measure
from hjulet.measures.web import clock_of
from hjulet.org.choices import Duty

MOST = 12
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Item:
    quarter: str
    kind: str
    title: str
    url: str
    clock: ClockWords | None
    group: str  # late, week, new or later
    ids: tuple[str, int] | None = None
    due_on: date | None = None


def items(actor: Actor, at: datetime) -> list[Item]:
    """At most a screenful of each kind; what falls due first on top, what has no day last."""
    found = [*_cases(actor, at), *_measures(actor, at), *_answers(actor, at)]
    return sorted(found, key=lambda item: item.due_on or date.max)


def _cases(actor: Actor, at: datetime) -> list[Item]:
    mine = Q(handler_id=actor.person_id)
    if actor.duties & {Duty.RECEIVE, Duty.RECEIVE_MISCONDUCT}:
        mine |= Q(state=State.REPORTED, receiving_duty__in=actor.duties)
    if actor.holds(Duty.HANDLE):
        mine |= Q(handler__isnull=True, track_set_at__isnull=False)
    cases = Case.objects.visible_to(actor).filter(mine, state__in=[str(state) for state in OPEN])
    return [_case_item(case, at) for case in cases.order_by(F("due_on").asc(nulls_last=True), "id")[: MOST * 3]]


STEPS = {
    State.REPORTED: gettext_lazy("Ta emot rapporten"),
    State.RECEIVED: gettext_lazy("Bedöm händelsen"),
    State.ASSESSED: gettext_lazy("Börja utreda"),
    State.INVESTIGATING: gettext_lazy("Utred och besluta om åtgärder"),
    State.MEASURES: gettext_lazy("Se till att åtgärderna blir gjorda"),
    State.FOLLOW_UP: gettext_lazy("Följ upp effekten och avsluta"),
}


def _case_item(case: Case, at: datetime) -> Item:
    improving = case.state in {State.MEASURES, State.FOLLOW_UP}
    title = _("Skyddade personuppgifter") if case.protected_identity else case.title
    clock = clock_words(at, due_on=case.due_on) if case.due_on else None
    new = case.state == State.REPORTED
    return Item(
        quarter="act" if improving else "check",
        kind=f"{case.get_kind_display()} {case.ref} · {STEPS[State(case.state)]}",
        title=title,
        url=case.get_absolute_url(),
        clock=clock,
        group=_group(case.due_on, at, new=new),
        ids=("case", case.pk),
        due_on=case.due_on,
    )


def _group(due_on: date | None, at: datetime, *, new: bool = False) -> str:
    today = local_date(at)
    if due_on is not None and due_on < today:
        return "late"
    if new:
        return "new"
    return "week" if due_on is not None and due_on <= today + WEEK else "later"


def _measures(actor: Actor, at: datetime) -> list[Item]:
    mine = Measure.objects.visible_to(actor).owned_by(actor.person_id).open().order_by("due_on", "id")[:MOST]
    found = []
    for measure in mine:
        due = measure.due_on if measure.state == MeasureState.PLANNED else measure.effect_due_on
        kind = (
            _("Åtgärd att genomföra") if measure.state == MeasureState.PLANNED else _("Åtgärd vars effekt ska bedömas")
        )
        url = f"/atgarder/{measure.pk}/"
        ids = ("measure", measure.pk)
        clock, group = clock_of(measure, at), _group(due, at)
        found.append(Item("act", kind, measure.title, url, clock, group, ids, due))
    return found


def _answers(actor: Actor, at: datetime) -> list[Item]:
    """What a reporter has been told or asked and not read yet."""
    if not actor.holds(Duty.REPORT):
        return []
    unread = Message.objects.reported_by(actor).filter(read_at__isnull=True).exclude(kind=MessageKind.REPLY)
    newest = unread.select_related("case").order_by("-created_at", "-id")[:MOST]
    return [
        Item(
            "do",
            _("Din rapport %(ref)s") % {"ref": m.case.ref},
            str(m.get_kind_display()),
            f"/rapportera/mina/{m.case.ref}/",
            None,
            "new",
        )
        for m in newest
    ]
