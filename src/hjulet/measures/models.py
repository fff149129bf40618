"""One register of improvement measures from every source (ACT-1)."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from hjulet.core.actor import Actor, Grant
from hjulet.core.policies import PERSON, places
from hjulet.core.scope import ScopedModel, ScopedQuerySet
from hjulet.core.swedish_words import index_words
from hjulet.measures.choices import Effect, MeasureState, Strength
from hjulet.org.choices import Duty, Track
from hjulet.org.models import Person, Principal, Unit


class MeasureQuerySet(ScopedQuerySet):
    def open(self) -> MeasureQuerySet:
        return self.filter(state__in=[MeasureState.PLANNED, MeasureState.DONE])

    def overdue(self, on: date) -> MeasureQuerySet:
        late_work = Q(state=MeasureState.PLANNED, due_on__lt=on)
        late_check = Q(state=MeasureState.DONE, effect_due_on__lt=on)
        return self.filter(late_work | late_check)

    def owned_by(self, person_id: int) -> MeasureQuerySet:
        return self.filter(owner_id=person_id)


class Measure(ScopedModel):
    """What is to be better, who does it and when, and what effect is expected; then whether it came."""

    net = f"owner_id = {PERSON} OR (unit_id, track::text) IN {places(Duty.HANDLE, Duty.READ)}"

    principal = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    track = models.CharField(max_length=10, choices=Track, default=Track.NONE)
    title = models.CharField(max_length=300)
    expected_effect = models.TextField()
    strength = models.CharField(max_length=10, choices=Strength)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    state = models.CharField(max_length=12, choices=MeasureState, default=MeasureState.PLANNED)
    done_on = models.DateField(null=True, blank=True)
    done_note = models.TextField(blank=True)
    effect_due_on = models.DateField(null=True, blank=True)
    effect = models.CharField(max_length=10, choices=Effect, blank=True)
    effect_note = models.TextField(blank=True)
    effect_on = models.DateField(null=True, blank=True)
    reopened = models.PositiveSmallIntegerField(default=0)
    source_type = models.CharField(max_length=20, blank=True)
    source_id = models.BigIntegerField(null=True, blank=True)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    reminded_for = models.CharField(max_length=30, blank=True)
    search_text = models.TextField(blank=True)

    objects: ClassVar[Any] = MeasureQuerySet.as_manager()

    class Meta(ScopedModel.Meta):
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(fields=["owner", "state", "due_on"], name="measure_owner"),
            models.Index(fields=["unit", "state", "due_on"], name="measure_unit"),
            models.Index(fields=["source_type", "source_id"], name="measure_source"),
        ]

    def __str__(self) -> str:
        return self.title

    def words(self) -> str:
        """What the measure is found by."""
        return index_words(" ".join((self.title, self.expected_effect, self.done_note, self.effect_note)))

    @classmethod
    def scope_rule(cls, queryset: Any, actor: Actor) -> Any:
        """The owner, and those who handle or read cases of its track at its unit."""
        rule = Q(owner_id=actor.person_id)
        by_tracks: dict[frozenset[str], list[Grant]] = {}
        for grant in actor.reach(Duty.HANDLE, Duty.READ):
            by_tracks.setdefault(grant.tracks, []).append(grant)
        for tracks, grants in by_tracks.items():
            rule |= Q(track__in=sorted(tracks), unit__in=Unit.objects.within(grants).values("pk"))
        return queryset.filter(rule, principal_id=actor.principal_id)
