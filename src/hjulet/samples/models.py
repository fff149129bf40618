"""Samples of case files, extracts of other systems' logs, and decisions to follow up (CHK-4, CHK-5).

All three come from lists made elsewhere. A list is never kept: of a sample the drawn references, of a log the drawn
rows, until they are erased; of decisions what the newest list says.
"""

# ruff: noqa: S608 - codes from our own lists

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from hjulet.audit.choices import Outcome, Reason
from hjulet.core.actor import Actor, Grant
from hjulet.core.net import Mode
from hjulet.core.policies import asked_in, places, units
from hjulet.core.scope import ScopedModel, ScopedQuerySet
from hjulet.org.choices import Duty, Track
from hjulet.org.models import Person, Principal, Unit
from hjulet.samples.choices import (
    COUNTS,
    DRAWS,
    FOLLOWS,
    MASKED,
    SEES_DECISIONS,
    SEES_SUMS,
    FileOutcome,
    GroupBy,
    Source,
)


def at_places(actor: Actor, *duties: str) -> Q:
    """Rows with a `unit` and a `track` where the actor holds one of the duties for that law."""
    rule = Q(pk__in=[])
    by_tracks: dict[frozenset[str], list[Grant]] = {}
    for grant in actor.reach(*duties):
        by_tracks.setdefault(grant.tracks, []).append(grant)
    for tracks, grants in by_tracks.items():
        rule |= Q(track__in=sorted(tracks), unit__in=Unit.objects.within(grants).order_by().values("pk"))
    return rule


# Samples of case files ---------------------------------------------------------------


class Draw(ScopedModel):
    """A sample of case files: what it was drawn from, told so that it can be drawn again, and what came of it.

    `population` and `digest` are of the list, `left_out` how many were the drawer's own files. `groups` is how many
    there were and were drawn in each group, `sums` how many had each outcome, by group, written when it is closed.
    """

    net = f"""(unit_id, track::text) IN {places(*DRAWS)}
      OR closed_at IS NOT NULL AND (unit_id, track::text) IN {places(*SEES_SUMS)}"""

    principal = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    track = models.CharField(max_length=10, choices=Track)
    title = models.CharField(max_length=120)
    source = models.CharField(max_length=8, choices=Source)
    group_by = models.CharField(max_length=8, choices=GroupBy, default=GroupBy.NONE)
    seed = models.CharField(max_length=32)
    digest = models.CharField(max_length=64)
    population = models.PositiveIntegerField()
    left_out = models.PositiveIntegerField(default=0)
    wanted = models.PositiveSmallIntegerField()
    groups = models.JSONField(default=dict)
    sums = models.JSONField(default=dict)
    drawn_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()
    due_on = models.DateField()
    erase_on = models.DateField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    summary = models.TextField(blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta(ScopedModel.Meta):
        ordering = ["-drawn_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["unit", "track", "digest"], name="draw_once_of_a_list")]
        indexes = [models.Index(fields=["principal", "-drawn_at"], name="draw_list")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/stickprov/{self.pk}/"

    @classmethod
    def scope_rule(cls, queryset: Any, actor: Actor) -> Any:
        """Those who draw there; when it is closed, those who lead or count there see what came of it."""
        sums = at_places(actor, *SEES_SUMS) & Q(closed_at__isnull=False)
        return queryset.filter(at_places(actor, *DRAWS) | sums, principal_id=actor.principal_id)


class DrawnFile(ScopedModel):
    """A drawn file in the order of its lot, and how it was judged. Removed on the sample's day for it."""

    net = f"(unit_id, track::text) IN {places(*DRAWS)}"

    draw = models.ForeignKey(Draw, on_delete=models.CASCADE, related_name="+")
    principal = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    track = models.CharField(max_length=10, choices=Track)
    place = models.PositiveIntegerField()
    reference = models.CharField(max_length=60)
    group = models.CharField(max_length=120, blank=True)
    outcome = models.CharField(max_length=8, choices=FileOutcome, blank=True)
    note = models.CharField(max_length=1000, blank=True)
    judged_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    judged_at = models.DateTimeField(null=True, blank=True)

    class Meta(ScopedModel.Meta):
        ordering = ["draw_id", "place"]
        constraints = [models.UniqueConstraint(fields=["draw", "place"], name="drawn_file_place")]

    @classmethod
    def scope_rule(cls, queryset: Any, actor: Actor) -> Any:
        return queryset.filter(at_places(actor, *DRAWS), principal_id=actor.principal_id)


# Extracts of other systems' logs -----------------------------------------------------


class Extract(ScopedModel):
    """A month's review of another system's log. Of the file only the drawn rows are kept.

    `rules` are those that could be tried, `hits` how many rows each pointed at. When it is closed the rows keep their
    outcome and nothing else.
    """

    net = f"unit_id IN {units(Duty.LOG_REVIEW, of='unit_id')}"

    principal = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    system = models.CharField(max_length=80)
    month = models.DateField()
    share = models.PositiveSmallIntegerField()
    hours = models.CharField(max_length=11, blank=True)
    seed = models.CharField(max_length=32)
    digest = models.CharField(max_length=64)
    population = models.PositiveIntegerField()
    rules = models.JSONField(default=list)
    hits = models.JSONField(default=dict)
    reviewer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()
    due_on = models.DateField()
    erase_on = models.DateField()
    closed_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta(ScopedModel.Meta):
        ordering = ["-month", "unit__path", "id"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "system", "month", "reviewer"], name="extract_once"),
            models.CheckConstraint(condition=Q(share__gte=1, share__lte=100), name="extract_share"),
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.month:%Y-%m}"

    def get_absolute_url(self) -> str:
        return f"/logg/granskning/vardsystem/{self.pk}/"

    @classmethod
    def scope_rule(cls, queryset: Any, actor: Actor) -> Any:
        places_of = Unit.objects.within(actor.reach(Duty.LOG_REVIEW)).order_by().values("pk")
        return queryset.filter(unit__in=places_of, principal_id=actor.principal_id)


class ExtractRow(ScopedModel):
    """A drawn reading. `login`, `person`, `place` and `action` are the file's own words, emptied when all is closed."""

    scope_parent = "extract"

    extract = models.ForeignKey(Extract, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    read_at = models.DateTimeField(null=True, blank=True)
    login = models.CharField(max_length=120, blank=True)
    place = models.CharField(max_length=120, blank=True)
    person = models.CharField(max_length=60, blank=True)
    action = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=12, choices=Reason)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    note = models.CharField(max_length=500, blank=True)
    follow_up_on = models.DateField(null=True, blank=True)

    class Meta(ScopedModel.Meta):
        ordering = ["extract_id", "number"]
        constraints = [models.UniqueConstraint(fields=["extract", "number"], name="extract_row_once")]


# Decisions to follow up --------------------------------------------------------------

OF_FOLLOWED = f"""(unit_id, track::text) IN {places(*SEES_DECISIONS)}
      OR {asked_in(Mode.STATISTICS)} AND (unit_id, track::text) IN {places(*COUNTS, *MASKED)}"""


class DecisionQuerySet(ScopedQuerySet):
    def counted_by(self, actor: Actor) -> Self:
        """Decisions that the actor may count, never read one by one."""
        rows = self._asked_by(actor, Mode.STATISTICS)
        return rows.filter(at_places(actor, *FOLLOWS), principal_id=actor.principal_id)


class Decision(ScopedModel):
    """A decision as the newest list has it: a number that stands for it, and four days. No name, no need."""

    net = OF_FOLLOWED

    principal = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    track = models.CharField(max_length=10, choices=Track)
    reference = models.CharField(max_length=60)
    decided_on = models.DateField()
    followed_up_on = models.DateField(null=True, blank=True)
    plan_on = models.DateField(null=True, blank=True)
    plan_followed_up_on = models.DateField(null=True, blank=True)
    read_in_at = models.DateTimeField()

    objects: ClassVar[Any] = DecisionQuerySet.as_manager()

    class Meta(ScopedModel.Meta):
        ordering = ["unit__path", "reference", "id"]
        constraints = [models.UniqueConstraint(fields=["unit", "track", "reference"], name="decision_once")]

    def __str__(self) -> str:
        return self.reference

    @classmethod
    def scope_rule(cls, queryset: Any, actor: Actor) -> Any:
        """Those who handle or read cases of its law at its unit."""
        return queryset.filter(at_places(actor, *SEES_DECISIONS), principal_id=actor.principal_id)


class DecisionMonth(ScopedModel):
    """How it stood at a unit when the month's last list was read in, so that one sees which way it goes."""

    net = f"(unit_id, track::text) IN {places(*FOLLOWS)}"

    principal = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    track = models.CharField(max_length=10, choices=Track)
    month = models.DateField()
    decisions = models.PositiveIntegerField()
    late = models.PositiveIntegerField()
    without_plan = models.PositiveIntegerField()
    plans_late = models.PositiveIntegerField()

    class Meta(ScopedModel.Meta):
        ordering = ["month", "unit__path", "track"]
        constraints = [models.UniqueConstraint(fields=["unit", "track", "month"], name="decision_month_once")]

    @classmethod
    def scope_rule(cls, queryset: Any, actor: Actor) -> Any:
        return queryset.filter(at_places(actor, *FOLLOWS), principal_id=actor.principal_id)
