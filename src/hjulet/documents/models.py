"""Steering documents and their versions: policy, guideline, routine and the rest (DOC-2, SOSFS 2011:9 4 kap.)."""

from __future__ import annotations

from datetime import date
from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import Exists, F, Q
from django.db.models.functions import Cast
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from hjulet.core.actor import Actor
from hjulet.core.scope import ScopedModel
from hjulet.core.swedish_words import index_words
from hjulet.documents.choices import ONCE_ADOPTED, UNDER_WAY, UNFINISHED, RequestState, Verdict, VersionState
from hjulet.files.models import StoredFile
from hjulet.measures.models import Measure
from hjulet.org.choices import Duty, UnitKind
from hjulet.org.models import SEGMENT, Person, Principal, Unit, in_sight, inside

WORDS_KEPT = 60_000  # characters of stemmed forms of a long document that it is found by
RESERVED = frozenset({"nytt", "onskemal", "oversyn", "jamfor"})  # pages beside the documents, in the same address


class DocumentType(models.Model):
    """A sort of document: policy, guideline, routine. Data that Hjulet is delivered with."""

    code = models.SlugField(max_length=40, unique=True)
    label = models.CharField(max_length=60)
    label_en = models.CharField(max_length=60)
    place = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["place", "code"]

    def __str__(self) -> str:
        return self.label_en if (get_language() or "sv").startswith("en") else self.label


class AdoptionRuleQuerySet(models.QuerySet["AdoptionRule"]):
    def open_to(self, principal_id: int) -> AdoptionRuleQuerySet:
        """A principal's own rules; the delivered ones where it has none of its own."""
        own = AdoptionRule.objects.filter(principal_id=principal_id).order_by()
        return self.filter(Q(principal_id=principal_id) | Q(principal=None) & ~Exists(own))


class AdoptionRule(models.Model):
    """Who may adopt which type at which level. Data: a principal's own rules stand instead of the delivered ones.

    `body`: the role is a board that meets. Whoever writes documents there then enters its decision, with number and
    day; otherwise someone with the role adopts it herself.
    """

    type = models.ForeignKey(DocumentType, on_delete=models.CASCADE, related_name="+")
    level = models.CharField(max_length=20, choices=UnitKind)
    role = models.SlugField(max_length=60)
    body = models.BooleanField(default=False)
    principal = models.ForeignKey(Principal, null=True, blank=True, on_delete=models.CASCADE, related_name="+")

    objects = AdoptionRuleQuerySet.as_manager()

    class Meta:
        ordering = ["type__place", "level", "role", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["type", "level", "role", "principal"],
                condition=Q(principal__isnull=False),
                name="adoption_rule_own",
            ),
            models.UniqueConstraint(
                fields=["type", "level", "role"], condition=Q(principal__isnull=True), name="adoption_rule_default"
            ),
        ]


def above(path: str) -> list[str]:
    """Paths of the unit at `path` and of all that it belongs to."""
    return [path[:end] for end in range(SEGMENT, len(path) + 1, SEGMENT)]


def in_sight_of(actor: Actor, path: str = "unit__path") -> Q:
    """Documents that hold where the actor may know of the organisation: a provider's people also see those from
    above that are meant for providers."""
    from_above = {part for bound in actor.bounds or () for part in above(bound)}
    return in_sight(actor, path) | Q(**{f"{path}__in": sorted(from_above)}, for_providers=True)


class DocumentQuerySet(models.QuerySet["Document"]):
    def readable_by(self, actor: Actor) -> DocumentQuerySet:
        """Documents with an adopted version that the actor may read: the one door of lists, search and pages."""
        return self.filter(in_sight_of(actor), principal_id=actor.principal_id, current__isnull=False)

    def seen_by(self, actor: Actor) -> DocumentQuerySet:
        """Readable ones, and those that the actor writes, owns or is asked to review."""
        mine = Q(owner_id=actor.person_id) | Q(unit__in=written_at(actor))
        asked = Review.objects.filter(person_id=actor.person_id, version__state__in=UNFINISHED).order_by()
        mine |= Q(pk__in=asked.values("version__document"))
        return self.filter((in_sight_of(actor) & Q(current__isnull=False)) | mine, principal_id=actor.principal_id)

    def written_by(self, actor: Actor) -> DocumentQuerySet:
        """Those whose text the actor may change."""
        rule = Q(owner_id=actor.person_id) | Q(unit__in=written_at(actor))
        return self.filter(rule, principal_id=actor.principal_id)

    def in_force(self, on: date) -> DocumentQuerySet:
        """Those that hold on a day: one that is to be withdrawn later still does."""
        return self.filter(Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=on), current__isnull=False)

    def kept_up(self) -> DocumentQuerySet:
        """Those to look over and rewrite: adopted, and nobody has decided that they end."""
        return self.filter(current__isnull=False, withdrawn_on__isnull=True)

    def for_unit(self, path: str) -> DocumentQuerySet:
        """Those that hold at the unit at `path`: its own and what comes from above."""
        return self.filter(unit__path__in=above(path))

    def naming(self, field: str, code: str) -> DocumentQuerySet:
        """Those whose list of codes in a field holds one; the quotes are where a code begins and ends."""
        return self.alias(codes=Cast(field, models.TextField())).filter(codes__contains=f'"{code}"')

    def due(self, on: date) -> DocumentQuerySet:
        """Those whose review day has come."""
        return self.kept_up().filter(review_on__lte=on)


def written_at(actor: Actor, *duties: str) -> Any:
    """Units where the actor writes documents; or holds one of other `duties`."""
    grants = actor.reach(*(duties or (Duty.WRITE_DOCUMENTS,)))
    return Unit.objects.filter(inside(grants), principal_id=actor.principal_id).order_by().values("pk")


class Document(models.Model):
    """One steering document through all its versions. It holds at its unit and everything below.

    `tracks` and `laws` are codes; `keywords` the words people call it by. `current` is the adopted version.
    """

    principal = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("gäller för"))
    type = models.ForeignKey(DocumentType, on_delete=models.PROTECT, related_name="+", verbose_name=_("slag"))
    code = models.SlugField(max_length=60)
    title = models.CharField(max_length=160)
    keywords = models.CharField(max_length=300, blank=True)
    tracks = models.JSONField(default=list, blank=True)
    laws = models.JSONField(default=list, blank=True)
    activities = models.JSONField(default=list, blank=True)
    owner = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    owner_role = models.SlugField(max_length=60, blank=True)
    diary_number = models.CharField(max_length=60, blank=True)
    review_months = models.PositiveSmallIntegerField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)
    reminded_on = models.DateField(null=True, blank=True)  # the review day that its owner was reminded of
    for_providers = models.BooleanField(default=True)
    current = models.OneToOneField("Version", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_on = models.DateField(null=True, blank=True)
    withdrawn_for = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)  # of the row, against two who change it at once
    search_text = models.TextField(blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["title", "id"]
        constraints = [models.UniqueConstraint(fields=["principal", "code"], name="document_code_unique")]
        indexes = [
            models.Index(fields=["principal", "type", "title"], name="document_list"),
            models.Index(fields=["unit", "review_on"], name="document_review"),
            models.Index(fields=["owner", "review_on"], name="document_owner"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/dokument/{self.code}/"

    def words(self, text: str) -> str:
        """What the document is found by: its title and other names, then its text."""
        return index_words(" ".join((self.title, self.keywords, self.diary_number, text)), WORDS_KEPT)


class VersionQuerySet(models.QuerySet["Version"]):
    def seen_by(self, actor: Actor) -> VersionQuerySet:
        """Adopted ones of what the actor may read; unfinished ones for those who write, own, adopt or review."""
        readable = Q(state__in=ONCE_ADOPTED, document__in=Document.objects.readable_by(actor).order_by().values("pk"))
        written = Q(document__in=Document.objects.written_by(actor).order_by().values("pk"))
        asked = Q(pk__in=Review.objects.filter(person_id=actor.person_id).order_by().values("version"))
        return self.filter(readable | written | asked, document__principal_id=actor.principal_id)

    def under_way(self) -> VersionQuerySet:
        """The next version of its document: at most one."""
        return self.filter(state__in=UNDER_WAY)

    def adopted_ever(self) -> VersionQuerySet:
        return self.filter(state__in=ONCE_ADOPTED)


class Version(models.Model):
    """One wording. `body` is HTML that has been cleaned (core.richtext); `text` the same as plain text.

    A version that was uploaded keeps its file; of a PDF only the text is known besides. `revision` counts the times
    it was saved, against two who write at once; `editing_by` is who has it open.
    """

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=VersionState, default=VersionState.DRAFT)
    title = models.CharField(max_length=160)
    body = models.TextField(blank=True)
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(blank=True)
    changes = models.TextField(blank=True)  # what is new, for those who read the one before
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)
    editing_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    editing_at = models.DateTimeField(null=True, blank=True)
    review_until = models.DateField(null=True, blank=True)
    adopted_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    adopted_role = models.CharField(max_length=120, blank=True)  # in whose name, as it was called that day
    adopted_on = models.DateField(null=True, blank=True)
    reference = models.CharField(max_length=120, blank=True)  # the decision's number
    valid_from = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["document", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="version_number_once"),
            models.UniqueConstraint(
                fields=["document"], condition=Q(state__in=UNDER_WAY), name="version_one_draft_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["document"], condition=Q(state=VersionState.ADOPTED), name="version_one_adopted_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=ONCE_ADOPTED) | Q(adopted_on__isnull=False, valid_from__isnull=False),
                name="version_adopted_has_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}"

    @property
    def unfinished(self) -> bool:
        return self.state in UNFINISHED


class Review(models.Model):
    """Someone is asked to read a draft before it is adopted, and what she answered."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="reviews")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True)
    text = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [models.UniqueConstraint(fields=["version", "person"], name="review_once")]
        indexes = [models.Index(fields=["person", "answered_at"], name="review_person")]


class Comment(models.Model):
    """What someone said about a draft, kept with it; `about` is the words it is about."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="comments")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    about = models.CharField(max_length=300, blank=True)
    text = models.TextField()
    settled_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["written_at", "id"]


Asked = TypeVar("Asked", bound="Wish")


class WishQuerySet(models.QuerySet[Asked]):
    def waiting(self) -> Self:
        return self.filter(state=RequestState.NEW)


class Wish(models.Model):
    """Someone asks for a change to what she reads, and is answered (DOC-6). The kinds of it add what was asked about:
    `read`, the version she read, and `became`, the version that came of it."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    about = models.CharField(max_length=300, blank=True)
    text = models.TextField()
    state = models.CharField(max_length=10, choices=RequestState, default=RequestState.NEW)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["-asked_at", "-id"]

    @property
    def waits(self) -> bool:
        return self.state == RequestState.NEW


class ChangeRequestQuerySet(WishQuerySet["ChangeRequest"]):
    def seen_by(self, actor: Actor) -> ChangeRequestQuerySet:
        """One's own, and those about documents that one writes."""
        written = Document.objects.written_by(actor).order_by().values("pk")
        rule = Q(person_id=actor.person_id) | Q(document__in=written)
        return self.filter(rule, document__principal_id=actor.principal_id)


class ChangeRequest(Wish):
    """A change to a document that an employee asks for."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="requests")
    read = models.ForeignKey(Version, null=True, on_delete=models.PROTECT, related_name="+")
    became = models.ForeignKey(Version, null=True, blank=True, on_delete=models.PROTECT, related_name="answers")

    objects = ChangeRequestQuerySet.as_manager()

    class Meta(Wish.Meta):
        indexes = [
            models.Index(fields=["document", "state"], name="change_request_document"),
            models.Index(fields=["person", "asked_at"], name="change_request_person"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=RequestState.NEW) | Q(answered_at__isnull=False), name="change_request_answered"
            )
        ]


class VersionCause(ScopedModel):
    """A measure gave rise to a version, seen by whoever sees the measure: deviation, measure, routine, both ways."""

    scope_parent = "measure"

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="+")
    linked_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    linked_at = models.DateTimeField()

    class Meta(ScopedModel.Meta):
        ordering = ["linked_at", "id"]
        constraints = [models.UniqueConstraint(fields=["version", "measure"], name="version_cause_once")]


class LookedOver(models.Model):
    """Something was looked over and stands as it is (SOSFS 2011:9 5 kap.); kept as history.

    `due_on` is the review day it was about, when there was one; `next_on` the one that was set.
    """

    done_on = models.DateField()
    done_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    due_on = models.DateField(null=True, blank=True)
    next_on = models.DateField()

    class Meta:
        abstract = True
        ordering = ["-done_on", "-id"]


class ReviewDone(LookedOver):
    """A document was looked over."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="looked_over")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")

    class Meta(LookedOver.Meta):
        indexes = [models.Index(fields=["document", "done_on"], name="review_done_document")]


class WatchItemQuerySet(models.QuerySet["WatchItem"]):
    def readable_by(self, actor: Actor) -> WatchItemQuerySet:
        """Every employee of the principal reads them."""
        return self.filter(principal_id=actor.principal_id)

    def unsettled(self) -> WatchItemQuerySet:
        return self.filter(settled_at__isnull=True)


class WatchItem(models.Model):
    """Something new in law or knowledge that may change how one works (omvärldsbevakning, DOC-5).

    `laws` are codes of the law register; `version` counts changes, against two who change it at once.
    """

    principal = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=160)
    text = models.TextField(blank=True)
    source = models.CharField(max_length=300, blank=True)
    applies_from = models.DateField(null=True, blank=True)
    laws = models.JSONField(default=list, blank=True)
    noted_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    search_text = models.TextField(blank=True)

    objects = WatchItemQuerySet.as_manager()

    class Meta:
        ordering = [F("settled_at").desc(nulls_first=True), "-noted_at", "-id"]
        indexes = [models.Index(fields=["principal", "settled_at"], name="watch_item_list")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/omvarld/{self.pk}/"

    def words(self) -> str:
        """What the item is found by."""
        return index_words(" ".join((self.title, self.source, self.text, self.outcome)))


class WatchReview(models.Model):
    """A document is to be looked over because of something new; `became` is the version that came of it."""

    item = models.ForeignKey(WatchItem, on_delete=models.CASCADE, related_name="reviews")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="watch_reviews")
    until = models.DateField()
    asked_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    result = models.TextField(blank=True)
    became = models.ForeignKey(Version, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["until", "id"]
        constraints = [models.UniqueConstraint(fields=["item", "document"], name="watch_review_once")]
        indexes = [models.Index(fields=["document", "done_at"], name="watch_review_document")]
