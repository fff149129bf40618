"""Checklists in versions, and rounds of them at a unit: answers with points, and photos as evidence (CHK-6).

No case data and nothing about persons: the pages say so, and a personal number is refused. Who may know of the unit may
read its rounds.
"""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language

from hjulet.checks.choices import ChecklistKind, RoundState, VersionState
from hjulet.core.actor import Actor
from hjulet.files.models import StoredFile
from hjulet.org.models import Person, Principal, Unit


class Checklist(models.Model):
    """What is asked, for all units under `unit`."""

    principal = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    code = models.SlugField(max_length=80)
    title = models.CharField(max_length=160)
    title_en = models.CharField(max_length=160, blank=True)
    kind = models.CharField(max_length=12, choices=ChecklistKind, default=ChecklistKind.SELF_CHECK)

    class Meta:
        ordering = ["title", "id"]
        constraints = [models.UniqueConstraint(fields=["principal", "code"], name="checks_checklist_code")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.title_en if self.title_en and (get_language() or "sv").startswith("en") else self.title


class ChecklistVersion(models.Model):
    """One version; `content` as checks.content_types reads it. What has been answered is never changed."""

    checklist = models.ForeignKey(Checklist, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=VersionState, default=VersionState.DRAFT)
    content = models.JSONField()
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["checklist", "-number"]
        constraints = [models.UniqueConstraint(fields=["checklist", "number"], name="checks_version_once")]

    def __str__(self) -> str:
        return f"{self.checklist} {self.number}"


class RoundQuerySet(models.QuerySet["Round"]):
    def seen_by(self, actor: Actor) -> Self:
        """The one door: rounds at units that the actor may know of."""
        units = Unit.objects.seen_by(actor).filter(principal_id=actor.principal_id).order_by()
        return self.filter(unit__in=units.values("pk"))


class Round(models.Model):
    """One time that a unit does a check."""

    version = models.ForeignKey(ChecklistVersion, on_delete=models.PROTECT, related_name="rounds")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=RoundState, default=RoundState.OPEN)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=RoundState.OPEN, sent_at__isnull=True)
                | (~Q(state=RoundState.OPEN) & Q(sent_at__isnull=False)),
                name="checks_round_sent_has_moment",
            )
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.unit_id}"


class Answer(models.Model):
    """What a unit says to one question. `key` is made where it was answered: the same key is the same answer.
    `case_number` is the key of the deviation made of it, read only through the cases' own doors."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="answers")
    question = models.CharField(max_length=80)
    points = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    not_applicable = models.BooleanField(default=False)
    note = models.TextField(blank=True)
    follow_up = models.TextField(blank=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()
    key = models.UUIDField()
    version = models.PositiveIntegerField(default=1)
    case_number = models.PositiveBigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["round", "id"]
        constraints = [
            models.UniqueConstraint(fields=["round", "question"], name="checks_answer_once"),
            models.CheckConstraint(
                condition=Q(not_applicable=False) | Q(points__isnull=True), name="checks_answer_points_or_not"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.question}"


class Evidence(models.Model):
    """A photo that shows how it was. No persons on it."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="evidence")
    question = models.CharField(max_length=80)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField()
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["round", "key"], name="checks_photo_once")]

    def __str__(self) -> str:
        return f"{self.round_id} {self.question}"
