"""Lists of work with documents: what is asked for, what is to be looked over, what is new, and what waits on one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
    Window,
)
from django.db.models.functions import Cast

from hjulet.core.actor import Actor
from hjulet.core.lists import when_due
from hjulet.core.swedish_words import asked_words
from hjulet.core.words_index import HasWords
from hjulet.documents.choices import UNDER_WAY, UNFINISHED, RequestState
from hjulet.documents.models import (
    ChangeRequest,
    Document,
    Review,
    ReviewDone,
    Version,
    WatchItem,
    WatchReview,
    written_at,
)
from hjulet.documents.registry import also_waits
from hjulet.org.choices import Duty
from hjulet.org.models import Unit

SOON = timedelta(days=30)  # as far ahead as owners are reminded (jobs.AHEAD)
MOST_OWN = 400  # rows of one person looked at, for the list of what waits


def plain(params: Mapping[str, str], key: str) -> str:
    return params.get(key, "").replace("\x00", " ").strip()[:200]


# Change requests -------------------------------------------------------------

ANSWERING = ("vantar", "besvarade")
MINE = "mina"


def requests_in(tab: str, code: str, actor: Actor) -> Any:
    """As in_tab. `code` is one document's."""
    rows = ChangeRequest.objects.seen_by(actor).select_related("document", "person", "became", "answered_by")
    return in_tab(tab, rows.filter(document__code=code) if code else rows, answered_by(actor), actor)


def in_tab(tab: str, rows: Any, answers: Q, actor: Actor) -> Any:
    """`tab`: vantar or besvarade of the wishes that the actor `answers`, else her own. Oldest first."""
    if tab not in ANSWERING:
        return rows.filter(person_id=actor.person_id).order_by("-asked_at", "-id")
    rows = rows.filter(answers)
    if tab == "vantar":
        return rows.waiting().order_by("asked_at", "id")
    return rows.exclude(state=RequestState.NEW).order_by("-answered_at", "-id")


def answered_by(actor: Actor) -> Q:
    """Requests that the actor is to answer or has colleagues who do."""
    return Q(document__in=Document.objects.written_by(actor).order_by().values("pk"))


def request_counts(actor: Actor, code: str) -> dict[str, int]:
    """How many there are under each tab, in one query."""
    rows = ChangeRequest.objects.seen_by(actor)
    return tab_counts(rows.filter(document__code=code) if code else rows, answered_by(actor), actor)


def tab_counts(rows: Any, answers: Q, actor: Actor) -> dict[str, int]:
    new = Q(state=RequestState.NEW)
    found: dict[str, int] = rows.aggregate(
        vantar=Count("pk", filter=answers & new),
        besvarade=Count("pk", filter=answers & ~new),
        mina=Count("pk", filter=Q(person_id=actor.person_id)),
    )
    return found


# The yearly review -----------------------------------------------------------

SORTS: dict[str, tuple[str, ...]] = {
    "dag": ("review_on", "title", "id"),
    "agare": ("owner__name", "review_on", "id"),
    "rubrik": ("title", "id"),
    "enhet": ("unit__path", "review_on", "id"),
}
FIRST_SORT = "dag"


@dataclass(frozen=True)
class Due:
    """`tab`: i-ar (with what is late from before), nasta or gjorda. `owner` is a login, `unit` and `kind` codes."""

    year: int
    tab: str = "i-ar"
    owner: str = ""
    unit: str = ""
    kind: str = ""
    mine: bool = False
    sort: str = ""

    @property
    def any(self) -> bool:
        return bool(self.owner or self.unit or self.kind or self.mine)


def read_due(params: Mapping[str, str], today: date) -> Due:
    tab, sort = params.get("val", ""), params.get("sort", "")
    return Due(
        year=today.year,
        tab=tab if tab in {"nasta", "gjorda"} else "i-ar",
        owner=plain(params, "agare"),
        unit=plain(params, "unit"),
        kind=plain(params, "slag"),
        mine=params.get("min") == "1",
        sort=sort if sort.removeprefix("-") in SORTS else "",
    )


def _done_in(year: int) -> Q:
    """Looked over without change, or replaced by a new version, that year."""
    looked_over = Q(pk__in=ReviewDone.objects.filter(done_on__year=year).order_by().values("document"))
    return looked_over | Q(current__valid_from__year=year, current__number__gt=1)


def _left_in(year: int) -> Q:
    return Q(review_on__lte=date(year, 12, 31))


def _among(chosen: Due, actor: Actor) -> Any:
    found = Document.objects.readable_by(actor).kept_up()
    if chosen.mine:
        found = found.filter(owner_id=actor.person_id)
    if chosen.owner:
        found = found.filter(owner__login=chosen.owner)
    if chosen.kind:
        found = found.filter(type__code=chosen.kind)
    if chosen.unit:
        unit = Unit.objects.seen_by(actor).filter(code=chosen.unit, path__isnull=False).first()
        found = found.filter(unit__in=Unit.objects.under(unit.path or "").values("pk")) if unit else found.none()
    return found


def reviews_in(chosen: Due, actor: Actor) -> Any:
    """Documents of the tab, by review day; with `began`, the number of a version under way, and whether she writes."""
    rules = {
        "i-ar": _left_in(chosen.year),
        "nasta": Q(review_on__year=chosen.year + 1),
        "gjorda": _done_in(chosen.year),
    }
    under_way = Version.objects.filter(document=OuterRef("pk"), state__in=UNDER_WAY).values("number")[:1]
    writes = Q(owner_id=actor.person_id) | Q(unit__in=written_at(actor))
    sort = chosen.sort or FIRST_SORT
    order = [F(name) for name in SORTS[sort.removeprefix("-")]]
    rows = _among(chosen, actor).filter(rules[chosen.tab]).select_related("owner", "unit", "type")
    rows = rows.annotate(
        began=Subquery(under_way),
        written=Case(When(writes, then=Value(True)), default=Value(False), output_field=BooleanField()),
    )
    return rows.order_by(*(part.desc() if sort.startswith("-") else part.asc() for part in order))


def progress(chosen: Due, actor: Actor, today: date) -> dict[str, int]:
    """Of the chosen documents, this year: `left`, of which `late`; `done`; and those due `next` year. One query."""
    left = _left_in(chosen.year)
    return _among(chosen, actor).aggregate(
        left=Count("pk", filter=left),
        late=Count("pk", filter=Q(review_on__lt=today)),
        done=Count("pk", filter=_done_in(chosen.year)),
        next=Count("pk", filter=Q(review_on__year=chosen.year + 1)),
    )


def progress_by_owner(chosen: Due, actor: Actor, today: date) -> Any:
    """The same for each owner with something left or done, the latest first: rows of name, login, left, late, done."""
    counted = (
        _among(chosen, actor)
        .order_by()
        .values("owner__name", "owner__login")
        .annotate(
            left=Count("pk", filter=_left_in(chosen.year)),
            late=Count("pk", filter=Q(review_on__lt=today)),
            done=Count("pk", filter=_done_in(chosen.year)),
        )
    )
    return counted.filter(Q(left__gt=0) | Q(done__gt=0)).order_by("-late", "-left", "owner__name", "owner__login")


# News in law and knowledge -----------------------------------------------------


@dataclass(frozen=True)
class Watched:
    """`tab`: oppna, klara or alla. `law` is a code, `mine` what waits for documents the reader owns."""

    tab: str = "oppna"
    text: str = ""
    law: str = ""
    mine: bool = False

    @property
    def any(self) -> bool:
        return bool(self.text or self.law or self.mine)


def read_watched(params: Mapping[str, str]) -> Watched:
    tab = params.get("val", "")
    return Watched(
        tab if tab in {"klara", "alla"} else "oppna", plain(params, "q"), plain(params, "lag"), params.get("min") == "1"
    )


def watched_in(chosen: Watched, actor: Actor) -> Any:
    """Items with `asked` and `done`, how many documents are looked over; what is open and new first."""
    found = WatchItem.objects.readable_by(actor)
    if chosen.tab != "alla":
        found = found.filter(settled_at__isnull=chosen.tab == "oppna")
    if chosen.law:
        codes = Cast("laws", TextField())
        found = found.alias(codes=codes).filter(codes__contains=f'"{chosen.law}"')
    if chosen.mine:
        waits = WatchReview.objects.filter(document__owner_id=actor.person_id, done_at=None).order_by()
        found = found.filter(pk__in=waits.values("item"))
    if chosen.text:
        words = asked_words(chosen.text)
        found = found.filter(HasWords(words)) if words else found.none()
    return found.annotate(
        asked=Count("reviews"), done=Count("reviews", filter=Q(reviews__done_at__isnull=False))
    ).order_by(F("settled_at").desc(nulls_first=True), "-noted_at", "-id")


def watch_counts(actor: Actor) -> dict[str, int]:
    return WatchItem.objects.readable_by(actor).aggregate(
        oppna=Count("pk", filter=Q(settled_at=None)), klara=Count("pk", filter=Q(settled_at__isnull=False))
    )


def to_look_over(item: WatchItem, text: str, actor: Actor) -> Any:
    """Documents to choose for an item: those with all the words, without words those resting on its laws."""
    there = WatchReview.objects.filter(item=item, document=OuterRef("pk"))
    found = Document.objects.readable_by(actor).kept_up().filter(~Exists(there))
    words = asked_words(text)
    if words:
        found = found.filter(HasWords(words))
    else:
        rule = Q(pk__in=[])
        for code in item.laws:
            rule |= Q(codes__contains=f'"{code}"')
        found = found.alias(codes=Cast("laws", TextField())).filter(rule)
    return found.select_related("unit", "owner", "type").order_by("title", "id")


# What waits on one person ------------------------------------------------------


def waits_on(actor: Actor, today: date) -> QuerySet[Any, dict[str, Any]]:
    """What of documents waits on the actor, in one query: rows of sort, key, code, title, due, waits and together.

    `sort`: review (hers to look over), news (the same, because of an item), draft (she is asked to read), request
    (to answer). `waits` is a group of core.lists, `together` how many there are of the sort in the group.
    """
    mine = Q(owner_id=actor.person_id)
    documents = Document.objects.kept_up().filter(mine, review_on__lte=today + SOON)
    parts = [
        part("review", documents, "code", "title", "review_on", today),
        part(
            "news",
            WatchReview.objects.filter(
                document__owner_id=actor.person_id, done_at=None, item__settled_at=None, document__withdrawn_on=None
            ),
            "item_id",
            "document__title",
            "until",
            today,
        ),
        part(
            "draft",
            Review.objects.filter(person_id=actor.person_id, answered_at=None, version__state__in=UNFINISHED),
            "version__document__code",
            "version__title",
            "version__review_until",
            today,
        ),
        part(
            "request",
            ChangeRequest.objects.waiting().filter(
                answers_alone(actor, "document"), document__principal_id=actor.principal_id
            ),
            "pk",
            "document__title",
            "",
            today,
        ),
    ]
    parts.extend(more for make in also_waits for more in make(actor, today))
    first, *rest = (one.order_by() for one in parts)
    return first.union(*rest, all=True).order_by("due", "key")[:MOST_OWN]


def answers_alone(actor: Actor, thing: str) -> Q:
    """Wishes about a `thing` that she owns, or that nobody owns where she writes at the very unit."""
    here = [grant.unit_id for grant in actor.reach(Duty.WRITE_DOCUMENTS)]
    nobodys = Q(**{f"{thing}__owner": None, f"{thing}__unit_id__in": here})
    return Q(**{f"{thing}__owner_id": actor.person_id}) | nobodys


def part(sort: str, rows: Any, code: str, title: str, day: str, today: date) -> Any:
    """One sort of what waits: which field is its code, its title and its day, or no day at all."""
    group = when_due(day, today) if day else Value("new", output_field=CharField())
    due = F(day) if day else Value(None, output_field=Document._meta.get_field("review_on"))
    return (
        rows.annotate(waits=group)
        .annotate(
            sort=Value(sort, output_field=CharField()),
            key=F("pk"),
            at=Cast(code, CharField()),
            named=F(title),
            due=due,
            together=Window(Count(Value("*")), partition_by=[F("waits")]),
        )
        .values("sort", "key", "at", "named", "due", "waits", "together")
    )
