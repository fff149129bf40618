"""Recurrent review of the log (PDL 4 kap. 3 §, SoLPuL 10 §): who sees it, what is drawn, what came out.

The draw can be repeated by anyone: an event is drawn by the digest of the review's seed and its own number.
"""

from __future__ import annotations

import hashlib
import heapq
import math
import secrets
from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import ExtractHour
from django.utils.translation import gettext as _

from hjulet.audit import hooks
from hjulet.audit.choices import Outcome, Reason
from hjulet.audit.models import LogReview, ReviewRow
from hjulet.core.actor import Actor
from hjulet.core.clocks import STOCKHOLM, add_months_unrolled, local_date
from hjulet.core.events import record
from hjulet.core.flow import Refused, Stale
from hjulet.core.models import Event
from hjulet.org.choices import Duty
from hjulet.org.models import Unit
from hjulet.org.reach import holders

NIGHT_FROM, NIGHT_TO = 22, 6
MOST_BY_RULE = 25
Events = QuerySet[Event]


def reach(actor: Actor) -> QuerySet[Unit]:
    """Units whose log the actor reviews."""
    return Unit.objects.of(actor.principal_id).within(actor.reach(Duty.LOG_REVIEW))


def visible(actor: Actor) -> Events:
    """The log of the actor's part of the organisation; with the whole of it also what belongs to no unit."""
    units = reach(actor)
    rule = Q(unit_id__in=units.values("pk"))
    if units.filter(parent__isnull=True).exists():
        rule |= Q(unit_id__isnull=True)
    return Event.objects.filter(rule, principal_id=actor.principal_id)


def between(events: Events, first: date, last: date) -> Events:
    """Events from the first Swedish day to the last, both included."""
    start, end = _midnight(first), _midnight(date.fromordinal(last.toordinal() + 1))
    return events.filter(at__gte=start, at__lt=end)


def at_night(events: Events) -> Events:
    """22.00–06.00 Swedish time."""
    found = events.annotate(hour=ExtractHour("at", tzinfo=STOCKHOLM))
    return found.filter(Q(hour__gte=NIGHT_FROM) | Q(hour__lt=NIGHT_TO))


def without_relation(events: Events, until: date) -> Events:
    """Single records read by someone who had not written in them by the end of the day `until`."""
    wrote = Event.objects.filter(
        kind=Event.Kind.WRITE,
        object_type=OuterRef("object_type"),
        object_id=OuterRef("object_id"),
        actor_id=OuterRef("actor_id"),
        at__lt=_midnight(date.fromordinal(until.toordinal() + 1)),
    )
    return events.filter(~Exists(wrote), object_id__isnull=False)


def of_protected(events: Events, principal_id: int) -> Events:
    """Single records that concern someone with a protected identity."""
    rule = Q(pk__in=[])
    for sort, ask in hooks.protected.items():
        rule |= Q(object_type=sort, object_id__in=ask(principal_id))
    return events.filter(rule)


def draw(*, unit: Unit, month: date, share: int, actor: Actor, at: datetime) -> LogReview:
    """Draws `share` per cent (1–100) of a past month's readings at and below a unit, and what the rules hit.

    The reviewer's own readings are left out: another reviewer draws those.
    """
    first, last = month_days(month)
    _require(last < local_date(at), _("Månaden är inte slut än. Välj en tidigare månad."))
    _require(1 <= share <= 100, _("Välj en andel mellan 1 och 100 procent."))
    _require(reach(actor).filter(pk=unit.pk).exists(), _("Du granskar inte loggen för den enheten."))
    if LogReview.objects.filter(unit=unit, month=first, reviewer_id=actor.person_id).exists():
        raise Refused(_("Du har redan gjort ett urval för den enheten och månaden."))
    review = LogReview(
        principal_id=actor.principal_id,
        unit=unit,
        month=first,
        share=share,
        seed=secrets.token_hex(16),
        reviewer_id=actor.person_id,
        drawn_at=at,
    )
    with transaction.atomic():
        review.population, drawn = drawing(review)
        review.save(force_insert=True)
        ReviewRow.objects.bulk_create(
            [ReviewRow(review=review, event_id=pk, reason=reason) for pk, reason in sorted(drawn.items())],
            batch_size=1000,
        )
        values = {"month": f"{first:%Y-%m}", "share": share, "seed": review.seed, "drawn": len(drawn)}
        _record("log_review.drawn", review, actor, at, values)
    return review


def drawing(review: LogReview) -> tuple[int, dict[int, Reason]]:
    """How many readings there were, and which are drawn and why. The same for the same review, every time."""
    first, last = month_days(review.month)
    units = Unit.objects.of(review.principal_id).under(review.unit.path or "")
    events = Event.objects.filter(
        kind=Event.Kind.READ, principal_id=review.principal_id, unit_id__in=units.values("pk")
    )
    events = between(events, first, last).exclude(actor_id=review.reviewer_id).order_by()
    population = events.count()
    drawn: dict[int, Reason] = {}
    picks: list[tuple[Reason, Events, int]] = [
        (Reason.SAMPLE, events, math.ceil(population * review.share / 100)),
        (Reason.PROTECTED, of_protected(events, review.principal_id), MOST_BY_RULE),
        (Reason.OFF_HOURS, at_night(events), MOST_BY_RULE),
        (Reason.NO_RELATION, without_relation(events, last), MOST_BY_RULE),
    ]
    for reason, found, most in picks:
        for pk in _lowest(review.seed, found.values_list("pk", flat=True).iterator(), most):
            drawn.setdefault(pk, reason)
    return population, drawn


def judge(row: ReviewRow, *, outcome: str, note: str, actor: Actor, at: datetime) -> None:
    """What the reviewer found. Anything but a reading that belongs to the work needs a note."""
    with transaction.atomic():
        review = _open(row.review_id, actor)
        check_judgement(outcome, note)
        _require(row.event.actor_id != actor.person_id, _("Läsningen är din egen. En annan granskar den."))
        new = {"outcome": outcome, "note": note.strip()[:500]}
        old = {"outcome": row.outcome, "note": row.note}
        if new == old:
            return
        until = follow_up(outcome, row.follow_up_on, review.principal_id, at)
        ReviewRow.objects.filter(pk=row.pk, review=review).update(**new, follow_up_on=until)
        changed = {name: [old[name], new[name]] for name in new if old[name] != new[name]}
        _record("log_review.judged", review, actor, at, {"event": row.event_id, **changed})
        if outcome == Outcome.MISUSE != old["outcome"]:
            tell_incident(review.unit, at)


def check_judgement(outcome: str, note: str) -> None:
    """Raises Refused."""
    _require(outcome in Outcome.values, _("Välj hur du bedömer läsningen."))
    _require(outcome == Outcome.OK or bool(note.strip()), _("Skriv vad du reagerade på."))


def follow_up(outcome: str, before: date | None, principal_id: int, at: datetime) -> date | None:
    """The day by which an unclear reading is to be found out; the first one stands."""
    if outcome != Outcome.UNCLEAR or not hooks.unclear_until:
        return None
    return before or hooks.unclear_until[0](principal_id, local_date(at))


def tell_incident(unit: Unit, at: datetime) -> None:
    """The data protection officer hears that there is a suspicion, never of whom."""
    people = holders(Duty.WATCH_BREAK_GLASS, unit.path or "", at=at)
    hooks.tell(people=people, kind="log_review.incident", link="/aviseringar/", at=at, urgent=True)


def check_all_judged(outcomes: Iterable[str]) -> None:
    """Raises Refused while a reading is not judged, or unclear."""
    found = list(outcomes)
    left, unclear = found.count(""), found.count(Outcome.UNCLEAR)
    _require(left == 0, _("Går inte än: %(count)s läsningar är inte bedömda.") % {"count": left})
    _require(unclear == 0, _("Går inte än: %(count)s läsningar är oklara och ska utredas.") % {"count": unclear})


def close(review: LogReview, *, note: str, actor: Actor, at: datetime) -> None:
    """Closes the review when every row has been judged and none is unclear; then it is never changed."""
    with transaction.atomic():
        locked = _open(review.pk, actor)
        check_all_judged(locked.rows.values_list("outcome", flat=True))
        locked.closed_at, locked.note = at, note.strip()
        locked.save(update_fields=["closed_at", "note"])
        _record("log_review.closed", locked, actor, at, {"note": locked.note})


def month_days(month: date) -> tuple[date, date]:
    first = month.replace(day=1)
    return first, date.fromordinal(add_months_unrolled(first, 1).toordinal() - 1)


def _lowest(seed: str, ids: Iterable[int], most: int) -> list[int]:
    return heapq.nsmallest(most, ids, key=lambda pk: hashlib.sha256(f"{seed}:{pk}".encode()).digest())


def _open(pk: int, actor: Actor) -> LogReview:
    review = LogReview.objects.select_for_update(of=("self",)).select_related("unit").get(pk=pk)
    _require(review.reviewer_id == actor.person_id, _("En annan granskare har gjort urvalet."))
    if review.closed_at is not None:
        raise Stale(_("Granskningen är avslutad och kan inte ändras."))
    return review


def _record(verb: str, review: LogReview, actor: Actor, at: datetime, values: dict[str, object]) -> None:
    about, unit = ("log_review", review.pk), review.unit_id
    record(verb, actor=actor, at=at, about=about, principal_id=review.principal_id, unit_id=unit, values=values)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), tzinfo=STOCKHOLM)


def _require(holds: bool, reason: str) -> None:
    if not holds:
        raise Refused(reason)
