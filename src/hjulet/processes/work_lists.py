"""Lists of work with processes: what is asked for, what is to be looked over, and what waits on one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.documents.registry import Yearly
from hjulet.documents.work_lists import SOON, answers_alone, in_tab, part, tab_counts
from hjulet.org.choices import Duty
from hjulet.processes.choices import UNFINISHED
from hjulet.processes.listing import HEAVY
from hjulet.processes.models import Drawing, Process, ProcessRequest, ProcessReviewed
from hjulet.processes.rights import may_write


def owns_any(actor: Actor) -> bool:
    return Process.objects.filter(owner_id=actor.person_id, principal_id=actor.principal_id).exists()


def writes_any(actor: Actor) -> bool:
    """Whether there may be processes that the actor answers for. Asks the database only of those without the duty."""
    return actor.holds(Duty.WRITE_DOCUMENTS) or owns_any(actor)


# Change requests -------------------------------------------------------------


def requests_in(tab: str, code: str, actor: Actor) -> Any:
    """As documents.work_lists.in_tab. `code` is one process's."""
    rows = _requests(code, actor).select_related("process", "person", "became", "answered_by")
    rows = rows.defer("process__search_text", "became__xml", "became__svg")
    return in_tab(tab, rows, _answered_by(actor), actor)


def request_counts(actor: Actor, code: str) -> dict[str, int]:
    """How many there are under each tab, in one query."""
    return tab_counts(_requests(code, actor), _answered_by(actor), actor)


def _requests(code: str, actor: Actor) -> Any:
    rows = ProcessRequest.objects.seen_by(actor)
    return rows.filter(process__code=code) if code else rows


def _answered_by(actor: Actor) -> Q:
    return Q(process__in=Process.objects.written_by(actor).order_by().values("pk"))


def answered_in(drawing: Drawing, actor: Actor, writes: bool) -> dict[str, Any]:
    """What a version answers: how many requests in all, `n`, and the `rows` that the actor may read."""
    rows = list(drawing.answers.select_related("person").order_by("asked_at", "id"))
    return {"n": len(rows), "rows": [row for row in rows if writes or row.person_id == actor.person_id]}


def marked(rows: Any) -> Any:
    """Processes with what `beside` looks at first, so that it asks no more of one that nobody has asked about."""
    mine = {"process": OuterRef("pk")}
    return rows.annotate(
        wishes=_waiting(),
        has_answered=Exists(ProcessRequest.objects.filter(**mine, became__isnull=False).order_by()),
        has_been_looked_over=Exists(ProcessReviewed.objects.filter(**mine).order_by()),
    )


def _waiting() -> Coalesce:
    waiting = ProcessRequest.objects.waiting().filter(process=OuterRef("pk")).order_by().values("process")
    return Coalesce(Subquery(waiting.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)


def beside(process: Any, drawing: Drawing, actor: Actor) -> dict[str, Any]:
    """For the page of a version of a `marked` process: whether one may ask for a change, how many wait for an answer,
    what the version answers, and when the process was looked over."""
    writes = may_write(process, actor)
    return {
        "asks": drawing.pk == process.current_id and process.withdrawn_on is None,
        "wishes": process.wishes if writes else 0,
        "answered": answered_in(drawing, actor, writes) if process.has_answered else {},
        "looked_over": reviews_of(process) if process.has_been_looked_over else [],
    }


def reviews_of(process: Process) -> Any:
    """The latest first."""
    return process.looked_over.select_related("done_by", "drawing").defer("drawing__xml", "drawing__svg")[:5]


# The owner's page --------------------------------------------------------------


def of_owner(actor: Actor, *, own: bool) -> Any:
    """Processes she owns, else all she writes, hers first and then by review day.

    Each with `wishes`, how many requests wait, and `under_way`, the draft there may be, in a list.
    """
    rows = Process.objects.written_by(actor).filter(withdrawn_on__isnull=True)
    if own:
        rows = rows.filter(owner_id=actor.person_id)
    drafts = Drawing.objects.filter(state__in=UNFINISHED).defer("xml", "svg")
    rows = rows.select_related("unit", "owner", "current").annotate(wishes=_waiting())
    rows = rows.defer("search_text", *HEAVY).prefetch_related(Prefetch("drawings", drafts, to_attr="under_way"))
    theirs = ~Q(owner_id=actor.person_id) | Q(owner=None)
    return rows.annotate(theirs=theirs).order_by("theirs", F("review_on").asc(nulls_last=True), "name", "id")


# The yearly review, and what waits on one person ---------------------------------


def yearly(year: int, actor: Actor) -> Iterator[Yearly]:
    """The processes that are kept up, for the work list of documents. One query."""
    begun = Drawing.objects.filter(process=OuterRef("pk"), state__in=UNFINISHED).order_by().values("number")[:1]
    looked_over = Exists(ProcessReviewed.objects.filter(process=OuterRef("pk"), done_on__year=year).order_by())
    done = looked_over | Q(current__published_on__year=year, current__number__gt=1)
    rows = Process.objects.readable_by(actor).kept_up().select_related("unit", "owner").defer("search_text")
    for row in rows.annotate(began=Subquery(begun), done=done).order_by("review_on", "name", "id"):
        yield Yearly(
            title=str(row),
            kind=_("Process"),
            url=row.get_absolute_url(),
            unit_name=row.unit.name,
            unit_path=row.unit.path or "",
            review_on=row.review_on,
            owner_id=row.owner_id,
            owner_name=row.owner.name if row.owner else "",
            owner_login=row.owner.login if row.owner else "",
            done=row.done,
            began=row.began,
            mend=reverse("process-look-over", args=[row.code]) if may_write(row, actor) else "",
        )


def waits_on(actor: Actor, today: date) -> Iterator[QuerySet[Any]]:
    """For documents.work_lists.waits_on: processes hers to look over, and requests hers to answer."""
    own = {"owner_id": actor.person_id, "principal_id": actor.principal_id}
    mine = Process.objects.kept_up().filter(**own, review_on__lte=today + SOON)
    yield part("process-review", mine, "code", "name", "review_on", today)
    waiting = ProcessRequest.objects.waiting().filter(process__principal_id=actor.principal_id)
    asked = waiting.filter(answers_alone(actor, "process"), process__withdrawn_on__isnull=True)
    yield part("process-request", asked, "pk", "process__name", "", today)
