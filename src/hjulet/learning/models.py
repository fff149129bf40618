"""What closed cases taught, with no way back to the case. Read by all staff once a second person has confirmed it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from hjulet.core.actor import Actor, Grant
from hjulet.core.policies import PERSON, places, units
from hjulet.core.scope import ScopedModel, ScopedQuerySet
from hjulet.core.swedish_words import index_words
from hjulet.learning.choices import LessonKind, LessonState
from hjulet.org.choices import Duty, Track
from hjulet.org.models import Person, Principal, Unit, in_sight

# Who may read the case that a lesson comes from may read it before it is confirmed, on the same side of every wall.
REVIEWS = (Duty.HANDLE, Duty.RECEIVE, Duty.READ)
REVIEWS_LEX = (Duty.LEX, Duty.READ_LEX)
NET = f"""state = '{LessonState.PUBLISHED.value}' OR written_by_id = {PERSON}
  OR (NOT from_lex AND (unit_id, track::text) IN {places(*REVIEWS)})
  OR (NOT from_lex AND track = '{Track.NONE.value}' AND unit_id IN {units(*REVIEWS, of="unit_id")})
  OR (from_lex AND (unit_id, track::text) IN {places(*REVIEWS_LEX)})"""


class LessonQuerySet(ScopedQuerySet):
    def published(self) -> LessonQuerySet:
        return self.filter(state=LessonState.PUBLISHED)

    def open_to_review(self, actor: Actor) -> LessonQuerySet:
        """What waits for someone other than the writer, and that the actor may confirm."""
        return self.filter(reviewed_by(actor), state=LessonState.WAITING).exclude(written_by_id=actor.person_id)


def reviewed_by(actor: Actor) -> Q:
    """Lessons from cases that the actor's duties let her read. Emergency reach is for reading the case only."""
    rule = Q(pk__in=[])
    for duties, lex in ((REVIEWS, False), (REVIEWS_LEX, True)):
        by_tracks: dict[frozenset[str], list[Grant]] = {}
        for grant in actor.reach(*duties):
            if grant.role != "break-glass":
                by_tracks.setdefault(grant.tracks if lex else grant.tracks | {Track.NONE}, []).append(grant)
        for tracks, grants in by_tracks.items():
            rule |= Q(from_lex=lex, track__in=sorted(tracks), unit__in=Unit.objects.within(grants).values("pk"))
    return rule


class Lesson(ScopedModel):
    """One thing learnt, without anyone who can be recognised. Holds no key to the case it came from; the case has the
    event `case.lesson`.
    """

    net = NET

    principal = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    track = models.CharField(max_length=10, choices=Track, default=Track.NONE)  # who may review it, nothing else
    from_lex = models.BooleanField(default=False)
    kind = models.CharField(max_length=10, choices=LessonKind)
    state = models.CharField(max_length=10, choices=LessonState, default=LessonState.WAITING)
    title = models.CharField(max_length=120)
    text = models.TextField()
    change = models.TextField(blank=True)  # what is done in another way now, or the answer to a suggestion
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    returned_for = models.TextField(blank=True)
    confirmed_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_for = models.TextField(blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    search_text = models.TextField(blank=True)

    objects: ClassVar[Any] = LessonQuerySet.as_manager()

    class Meta(ScopedModel.Meta):
        ordering = ["-confirmed_at", "-id"]
        indexes = [models.Index(fields=["principal", "state", "-confirmed_at", "-id"], name="lesson_feed")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=LessonState.PUBLISHED)
                | (Q(confirmed_by__isnull=False, confirmed_at__isnull=False) & ~Q(confirmed_by=F("written_by"))),
                name="lesson_confirmed_by_another",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/larande/{self.pk}/"

    @property
    def published(self) -> bool:
        return self.state == LessonState.PUBLISHED

    def words(self) -> str:
        """What the lesson is found by."""
        return index_words(" ".join((self.title, self.text, self.change)))

    @classmethod
    def scope_rule(cls, queryset: Any, actor: Actor) -> Any:
        """Published ones in the part of the organisation she may know of; her own; and those she may review."""
        open_to_all = Q(state=LessonState.PUBLISHED) & in_sight(actor, "unit__path")
        rule = open_to_all | Q(written_by_id=actor.person_id) | reviewed_by(actor)
        return queryset.filter(rule, principal_id=actor.principal_id)


class LessonUse(ScopedModel):
    """A unit does likewise (ACT-4)."""

    scope_parent = "lesson"

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="uses")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    used_at = models.DateTimeField()

    class Meta(ScopedModel.Meta):
        ordering = ["used_at", "id"]
        constraints = [models.UniqueConstraint(fields=["lesson", "unit"], name="lesson_use_once")]
