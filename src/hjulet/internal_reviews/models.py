"""Internal reviews by MAS and SAS: the rules of the plan, the visits, what was found, and who was drawn (CHK-3).

What a visit says is about a unit, never about a person; the pages say so, and a personal number is refused. Only
`Drawn` holds something of persons, and only until the visit is closed.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from hjulet.checks.models import ChecklistVersion
from hjulet.core.actor import Actor
from hjulet.core.policies import units as units_with
from hjulet.core.scope import ScopedModel
from hjulet.internal_reviews.choices import REVIEWS, TOLD, Mode, VisitState, Which
from hjulet.internal_reviews.planner import month_name
from hjulet.org.models import Person, Principal, Unit, in_sight, inside

OLDEST, LATEST = 2000, 2149


class Rules(models.Model):
    """What the plan must keep, from a day: planner.Constraints as JSON, and the codes of functions that decide about
    people's rights. `source` says who decided it."""

    principal = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    content = models.JSONField()
    source = models.CharField(max_length=200)
    valid_from = models.DateField()

    class Meta:
        ordering = ["-valid_from", "-id"]

    def __str__(self) -> str:
        return f"{self.principal_id} {self.valid_from}"


class VisitQuerySet(models.QuerySet["Visit"]):
    def seen_by(self, actor: Actor, on: date) -> Self:
        """The one door: visits at units that the actor may know of. An unannounced one is there only for those who
        review, until its day has come."""
        mine = Unit.objects.filter(inside(actor.reach(REVIEWS)), principal_id=actor.principal_id).order_by()
        known = in_sight(actor, "unit__path") & unhidden(on)
        return self.filter(known | Q(unit__in=mine.values("pk")), principal_id=actor.principal_id)

    def told(self) -> Self:
        """Those whose result has been given."""
        return self.filter(state__in=TOLD)


def unhidden(on: date) -> Q:
    return Q(mode=Mode.ANNOUNCED) | ~Q(state=VisitState.PLANNED) | Q(day__lte=on)


class Visit(models.Model):
    """One visit at a unit. `round` is the year whose plan it came with, 0 for none; `seed` what that was drawn with.

    `reviewers` are codes of roles. `means` is the mean of each area by its code, as text, and `mean` of the whole, both
    from the moment the result was given.
    """

    principal = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField(default=0)
    year = models.PositiveSmallIntegerField()
    month = models.PositiveSmallIntegerField()
    day = models.DateField(null=True, blank=True)
    mode = models.CharField(max_length=12, choices=Mode)
    state = models.CharField(max_length=10, choices=VisitState, default=VisitState.PLANNED)
    reviewers = models.JSONField(default=list)
    seed = models.PositiveIntegerField(default=0)
    protocol = models.ForeignKey(ChecklistVersion, on_delete=models.PROTECT, related_name="+")
    outcome = models.TextField(blank=True)
    reflection = models.TextField(blank=True)
    concerns_others = models.TextField(blank=True)
    taken_up_on = models.DateField(null=True, blank=True)
    taken_up = models.TextField(blank=True)
    means = models.JSONField(default=dict)
    mean = models.DecimalField(max_digits=5, decimal_places=3, null=True, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    reply = models.TextField(blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ["year", "month", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(month__gte=1, month__lte=12), name="internal_reviews_month"),
            models.CheckConstraint(condition=Q(year__gte=OLDEST, year__lte=LATEST), name="internal_reviews_year"),
            models.CheckConstraint(
                condition=Q(state=VisitState.PLANNED) | Q(day__isnull=False), name="internal_reviews_made_has_day"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=TOLD) | Q(reported_at__isnull=False), name="internal_reviews_told_has_moment"
            ),
        ]
        indexes = [
            models.Index(fields=["principal", "round"], name="internal_reviews_round"),
            models.Index(fields=["principal", "year", "month"], name="internal_reviews_when"),
            models.Index(fields=["unit", "year"], name="internal_reviews_where"),
        ]

    def __str__(self) -> str:
        return _("Granskning av %(unit)s") % {"unit": self.unit.name}

    def get_absolute_url(self) -> str:
        return f"/granskningar/{self.pk}/"

    @property
    def month_told(self) -> str:
        return f"{month_name(self.month)} {self.year}"

    @property
    def is_told(self) -> bool:
        return self.state in TOLD

    def hidden_on(self, on: date) -> bool:
        """Whether only those who review may know of it."""
        if self.mode == Mode.ANNOUNCED or self.state != VisitState.PLANNED:
            return False
        return self.day is None or self.day > on


class VisitAnswer(models.Model):
    """What was found for one question: points, or that it does not apply."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="answers")
    question = models.CharField(max_length=80)
    points = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    not_applicable = models.BooleanField(default=False)
    note = models.TextField(blank=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()

    class Meta:
        ordering = ["visit", "id"]
        constraints = [
            models.UniqueConstraint(fields=["visit", "question"], name="internal_reviews_answer_once"),
            models.CheckConstraint(
                condition=Q(not_applicable=False) | Q(points__isnull=True), name="internal_reviews_points_or_not"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.question}"


class Drawn(ScopedModel):
    """A person drawn for a visit, by a pseudonym. Erased when the visit is closed."""

    net = f"unit_id IN {units_with(REVIEWS, of='unit_id')}"

    principal = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    visit = models.ForeignKey(Visit, on_delete=models.DO_NOTHING, related_name="+")
    which = models.CharField(max_length=10, choices=Which)
    pseudonym = models.CharField(max_length=60)

    class Meta(ScopedModel.Meta):
        ordering = ["visit", "-which"]
        constraints = [models.UniqueConstraint(fields=["visit", "which"], name="internal_reviews_drawn_once")]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.which}"

    @classmethod
    def scope_rule(cls, queryset: Any, actor: Actor) -> Any:
        """Those who review at the unit."""
        places = Unit.objects.filter(inside(actor.reach(REVIEWS)), principal_id=actor.principal_id).order_by()
        return queryset.filter(unit__in=places.values("pk"), principal_id=actor.principal_id)
