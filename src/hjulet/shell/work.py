"""My work: what waits for one person, drawn from the rooms below, and how it goes at her place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import BigIntegerField, BooleanField, Count, ExpressionWrapper, F, Q, When, Window
from django.db.models import Case as Choice
from django.db.models import Value as V
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from hjulet.cases.choices import CaseKind, MessageKind, State
from hjulet.cases.dossier import FLOWS
from hjulet.cases.listing import waiting_for
from hjulet.cases.models import Case, Message
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.lists import GROUPS, when_due
from hjulet.core.swedish_time import ClockWords, clock_words
from hjulet.documents.work_lists import waits_on
from hjulet.measures.choices import MeasureState
from hjulet.measures.listing import OPEN as OPEN_MEASURE
from hjulet.measures.listing import WAITS_ON
from hjulet.measures.models import Measure
from hjulet.measures.web import clock_of
from hjulet.org.choices import Duty
from hjulet.shell.planned import planned

MOST = 12  # shown of each kind in each group; the counts are of all
MOST_OWN = 400  # measures of one person looked at, for the list and the year's marks
IMPROVING = (State.MEASURES, State.FOLLOW_UP)


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


@dataclass
class Waiting:
    """What waits: the first of each sort, and how many there are in all, by sort, quarter and group."""

    items: list[Item] = field(default_factory=list)
    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    year: list[Measure] = field(default_factory=list)

    def count(self, *, quarter: str = "", group: str = "") -> int:
        return sum(
            number
            for (_sort, its_quarter, its_group), number in self.counts.items()
            if quarter in {"", its_quarter} and group in {"", its_group}
        )

    def rest(self, *, quarter: str = "", group: str = "") -> list[tuple[str, str]]:
        """Where to see all, with words, for each sort that has more than the list shows."""
        shown = Counter((i.ids[0] if i.ids else "answer", i.quarter, i.group) for i in self.items)
        more: Counter[str] = Counter()
        for (sort, its_quarter, its_group), number in self.counts.items():
            here = quarter in {"", its_quarter} and group in {"", its_group}
            if here and number > shown[sort, its_quarter, its_group]:
                more[sort] += 1
        return [_all_of(sort, group, self._all(sort, group)) for sort in more]

    def _all(self, sort: str, group: str) -> int:
        return sum(n for (its, _quarter, at), n in self.counts.items() if its == sort and group in {"", at})


def _all_of(sort: str, group: str, number: int) -> tuple[str, str]:
    n = {"n": number}
    when = f"&nar={group}" if group else ""
    if sort == "case":
        words = ngettext("Visa %(n)s ärende", "Visa alla %(n)s ärenden", number) % n
        return words, f"{reverse('cases')}?val=vantar&sort=klart{when}"
    if sort == "measure":
        words = ngettext("Visa %(n)s åtgärd", "Visa alla %(n)s åtgärder", number) % n
        return words, f"{reverse('measures')}?val=mina{when}"
    if sort in PLANNED:
        words, page = PLANNED[sort]
        return words % n, reverse(page)
    if sort in DOCUMENTS:
        kind, _quarter, _own, everything = DOCUMENTS[sort]
        return f"{kind}: {number}", everything
    return ngettext("Visa %(n)s svar", "Visa alla %(n)s svar", number) % n, reverse("my-reports")


def waiting(actor: Actor, at: datetime, quarter: str = "") -> Waiting:
    """The first of each sort, by group, and true counts. On top what falls due first, or of what is new came last."""
    found = Waiting()
    for gather in (_cases, _measures, _answers, _planned):
        gather(found, actor, at)
    if quarter not in {"do", "check"}:  # nothing of documents waits there
        _documents(found, actor, at)
    order = list(GROUPS)
    found.items.sort(key=lambda i: (order.index(i.group), date.min if i.group == "new" else i.due_on or date.max))
    return found


def _cases(found: Waiting, actor: Actor, at: datetime) -> None:
    """One query: a window counts each group and numbers its rows, so that a long one pushes no other out."""
    parts = [F("improving"), F("waits")]
    newest = When(waits="new", then=-F("id"))  # what has just come in is seen at once, however much waits
    urgent = When(waits="new", acute=True, then=V(0))
    first = [
        *(Choice(urgent, default=V(1)), Choice(newest, default=V(0), output_field=BigIntegerField())),
        *(F("due_on").asc(nulls_last=True), F("id").asc()),
    ]
    cases = (
        Case.objects.visible_to(actor)
        .open()
        .filter(waiting_for(actor))
        .annotate(
            improving=Q(state__in=[str(state) for state in IMPROVING]),
            waits=when_due("due_on", local_date(at), new=Q(state=State.REPORTED)),
        )
        .annotate(
            together=Window(Count(V("*")), partition_by=parts),
            place=Window(RowNumber(), partition_by=parts, order_by=first),
        )
        .filter(place__lte=MOST)
        .only("ref_year", "kind", "state", "title", "protected_identity", "due_on")
        .order_by("place")
    )
    for case in cases:
        item = _case_item(case, at)
        found.items.append(item)
        found.counts["case", item.quarter, item.group] = case.together


STEPS = {
    State.REPORTED: gettext_lazy("Ta emot rapporten"),
    State.RECEIVED: gettext_lazy("Bedöm händelsen"),
    State.ASSESSED: gettext_lazy("Börja utreda"),
    State.INVESTIGATING: gettext_lazy("Utred och besluta om åtgärder"),
    State.MEASURES: gettext_lazy("Se till att åtgärderna blir gjorda"),
    State.FOLLOW_UP: gettext_lazy("Följ upp effekten och avsluta"),
}


def _next_step(case: Any) -> Any:
    """What waits to be done. A deviation has words of its own; of other kinds the flow's way forward tells."""
    if case.kind == CaseKind.DEVIATION and case.state in STEPS:
        return STEPS[State(case.state)]
    steps = FLOWS[case.kind].steps_from(case.state)
    return next((step.label for step in steps if step.main), case.get_state_display())


def _case_item(case: Any, at: datetime) -> Item:
    return Item(
        quarter="act" if case.improving else "check",
        kind=f"{case.get_kind_display()} {case.ref} · {_next_step(case)}",
        title=_("Skyddade personuppgifter") if case.protected_identity else case.title,
        url=case.get_absolute_url(),
        clock=clock_words(at, due_on=case.due_on) if case.due_on else None,
        group=case.waits,
        ids=("case", case.pk),
        due_on=case.due_on,
    )


def _measures(found: Waiting, actor: Actor, at: datetime) -> None:
    """Own measures that are open, and those of this year for the wheel, in one query."""
    today = local_date(at)
    this_year = Q(due_on__year=today.year) & ~Q(state=MeasureState.CANCELLED)
    mine = Measure.objects.visible_to(actor).owned_by(actor.person_id).filter(OPEN_MEASURE | this_year)
    is_open = ExpressionWrapper(OPEN_MEASURE, output_field=BooleanField())
    counted = mine.annotate(waits_on=WAITS_ON, waits=when_due("waits_on", today), is_open=is_open).annotate(
        together=Window(Count(V("*")), partition_by=[F("waits"), F("is_open")])
    )
    rows = list(counted.only("title", "state", "due_on", "effect_due_on").order_by("due_on", "id")[:MOST_OWN])
    found.year = [row for row in rows if row.due_on.year == today.year]
    opened = [row for row in rows if row.is_open]
    shown: Counter[str] = Counter()
    for measure in sorted(opened, key=lambda row: row.waits_on or date.max):
        found.counts["measure", "act", measure.waits] = measure.together
        shown[measure.waits] += 1
        if shown[measure.waits] <= MOST:
            found.items.append(_measure_item(measure, at))


def _measure_item(measure: Any, at: datetime) -> Item:
    planned = measure.state == MeasureState.PLANNED
    kind = _("Åtgärd att genomföra") if planned else _("Åtgärd vars effekt ska bedömas")
    url, ids = reverse("measure", args=[measure.pk]), ("measure", measure.pk)
    return Item("act", kind, measure.title, url, clock_of(measure, at), measure.waits, ids, measure.waits_on)


def _answers(found: Waiting, actor: Actor, at: datetime) -> None:
    """What a reporter has been told or asked and not read yet."""
    if not actor.holds(Duty.REPORT):
        return
    unread = Message.objects.reported_by(actor).filter(read_at__isnull=True).exclude(kind=MessageKind.REPLY)
    counted = unread.select_related("case").annotate(together=Window(Count(V("*"))))
    newest: Iterable[Any] = counted.order_by("-created_at", "-id")[:MOST]
    for message in newest:
        found.counts["answer", "do", "new"] = message.together
        kind, ref = _("Din rapport %(ref)s") % {"ref": message.case.ref}, message.case.ref
        url = reverse("my-report", args=[ref])
        found.items.append(Item("do", kind, str(message.get_kind_display()), url, None, "new"))


# sort of shell.planned: how many there are, in words, and the page of them all
PLANNED: dict[str, tuple[Any, str]] = {
    "receipt": (ngettext_lazy("Visa %(n)s att läsa", "Visa alla %(n)s att läsa", "n"), "receipts"),
    "wheel": (ngettext_lazy("Visa %(n)s på årshjulet", "Visa alla %(n)s på årshjulet", "n"), "wheel"),
    "decision": (ngettext_lazy("Visa %(n)s plan att besluta", "Visa alla %(n)s planer att besluta", "n"), "wheel"),
    "stop": (ngettext_lazy("Visa %(n)s hållplats", "Visa alla %(n)s hållplatser", "n"), "learning-stops"),
    "selfcheck": (ngettext_lazy("Visa %(n)s egenkontroll", "Visa alla %(n)s egenkontroller", "n"), "checks"),
    "visit": (ngettext_lazy("Visa %(n)s granskning", "Visa alla %(n)s granskningar", "n"), "internal-reviews"),
    "sample": (ngettext_lazy("Visa %(n)s stickprov", "Visa alla %(n)s stickprov", "n"), "samples"),
}


def _planned(found: Waiting, actor: Actor, at: datetime) -> None:
    """What the year's planned work asks of her; some of each sort in each group, and true counts."""
    today = local_date(at)
    shown: Counter[tuple[str, str, str]] = Counter()
    for sort, rows in planned(actor, at).items():
        for number, one in enumerate(rows):
            group = one.group(today)
            found.counts[sort, one.quarter, group] += 1
            shown[sort, one.quarter, group] += 1
            if shown[sort, one.quarter, group] <= MOST:
                clock = clock_words(at, due_on=one.due_on) if one.due_on else None
                item = Item(one.quarter, one.kind, one.title, one.url, clock, group, (sort, number), one.due_on)
                found.items.append(item)


# sort of work_lists.waits_on: what it is called, its quarter, the page of one with its code or number, and all of them
DOCUMENTS: dict[str, tuple[Any, str, str, str]] = {
    "review": (gettext_lazy("Dokument att se över"), "plan", "/dokument/{}/oversyn/", "/dokument/oversyn/?min=1"),
    "news": (gettext_lazy("Något nytt att bedöma för ett dokument"), "plan", "/omvarld/{}/", "/omvarld/?min=1"),
    "draft": (gettext_lazy("Utkast att läsa och svara på"), "plan", "/dokument/{}/utkast/", "/dokument/?val=utkast"),
    "request": (
        gettext_lazy("Önskemål om ändring att svara på"),
        "act",
        "/dokument/onskemal/{}/",
        "/dokument/onskemal/",
    ),
    "process-review": (gettext_lazy("Process att se över"), "plan", "/processer/{}/oversyn/", "/processer/mina/"),
    "process-request": (
        gettext_lazy("Önskemål om en process att svara på"),
        "act",
        "/processer/onskemal/{}/",
        "/processer/onskemal/",
    ),
}


def _documents(found: Waiting, actor: Actor, at: datetime) -> None:
    """What of documents waits, in one query; some of each sort in each group, and true counts."""
    shown: Counter[tuple[str, str]] = Counter()
    for row in waits_on(actor, local_date(at)):
        sort, group, due_on = row["sort"], row["waits"], row["due"]
        kind, quarter, own, _all = DOCUMENTS[sort]
        found.counts[sort, quarter, group] = row["together"]
        shown[sort, group] += 1
        if shown[sort, group] <= MOST:
            clock = clock_words(at, due_on=due_on) if due_on else None
            url, ids = own.format(row["at"]), (sort, row["key"])
            found.items.append(Item(quarter, str(kind), row["named"], url, clock, group, ids, due_on))
