"""Checklists in versions, and rounds of them at a unit: answers with points, and photos as evidence (CHK-6).

No case data and nothing about persons: the pages say so, and a personal number is refused. Who may know of the unit may
read its rounds.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import F, Q

from hjulet.checks.choices import ChecklistKind, Often, RoundState, VersionState
from hjulet.checks.content_types import sheet_of, told_in
from hjulet.core.actor import Actor
from hjulet.documents.models import Document, in_sight_of
from hjulet.files.models import StoredFile
from hjulet.org.models import Person, Principal, Role, Unit, in_sight
from hjulet.processes.models import Process
from hjulet.wheel.choices import WheelReach


class ChecklistQuerySet(models.QuerySet["Checklist"]):
    def seen_by(self, actor: Actor) -> Self:
        """Those at places that the actor may know of, and those of checks that she may. A draft is shown on a
        checklist's page to those who write it."""
        planned = SelfCheck.objects.filter(in_sight_of(actor), principal_id=actor.principal_id).order_by()
        rule = in_sight(actor, "unit__path") | Q(pk__in=planned.values("checklist"))
        return self.filter(rule, principal_id=actor.principal_id)


class Checklist(models.Model):
    """What is asked, for all units under `unit`."""

    principal = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    code = models.SlugField(max_length=80)
    title = models.CharField(max_length=160)
    title_en = models.CharField(max_length=160, blank=True)
    kind = models.CharField(max_length=12, choices=ChecklistKind, default=ChecklistKind.SELF_CHECK)
    purpose = models.TextField(blank=True)
    ended_on = models.DateField(null=True, blank=True)  # from then on nobody plans it anew

    objects = ChecklistQuerySet.as_manager()

    class Meta:
        ordering = ["title", "id"]
        constraints = [models.UniqueConstraint(fields=["principal", "code"], name="checks_checklist_code")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return told_in(self.title, self.title_en)


class ChecklistVersion(models.Model):
    """One version; `content` as checks.content_types reads it. What has been answered is never changed."""

    checklist = models.ForeignKey(Checklist, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=VersionState, default=VersionState.DRAFT)
    content = models.JSONField()
    published_at = models.DateTimeField(null=True, blank=True)
    seen = models.PositiveIntegerField(default=1)  # counts the changes of a draft

    class Meta:
        ordering = ["checklist", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["checklist", "number"], name="checks_version_once"),
            models.UniqueConstraint(
                fields=["checklist"], condition=Q(state=VersionState.DRAFT), name="checks_one_draft_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["checklist"], condition=Q(state=VersionState.PUBLISHED), name="checks_one_published_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.checklist} {self.number}"


class CheckQuerySet(models.QuerySet["SelfCheck"]):
    def seen_by(self, actor: Actor) -> Self:
        """Those that the actor's own places do, and those at units that she may know of."""
        return self.filter(in_sight_of(actor, "unit__path"), principal_id=actor.principal_id)


class SelfCheck(models.Model):
    """What a unit plans to have checked in a year (SOSFS 2011:9 5 kap. 2 §): by itself, or by each of some units under.

    `how` tells how it is done and what is drawn, `target` the mean to reach. `document` and `process` are what it is
    checked against; `step` is the code of one step in the process, empty for the whole.
    """

    principal = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    checklist = models.ForeignKey(Checklist, on_delete=models.PROTECT, related_name="planned")
    often = models.CharField(max_length=12, choices=Often)
    reach = models.CharField(max_length=12, choices=WheelReach, default=WheelReach.HERE)
    for_providers = models.BooleanField(default=False)
    role = models.ForeignKey(Role, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    how = models.TextField(blank=True)
    target = models.DecimalField(max_digits=4, decimal_places=2)
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    process = models.ForeignKey(Process, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    step = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = CheckQuerySet.as_manager()

    class Meta:
        ordering = ["year", "unit__path", "checklist__title", "id"]
        constraints = [models.UniqueConstraint(fields=["unit", "year", "checklist"], name="checks_check_once")]
        indexes = [models.Index(fields=["principal", "year"], name="checks_check_year")]

    def __str__(self) -> str:
        return self.checklist.name

    def get_absolute_url(self) -> str:
        return f"/egenkontroll/plan/{self.pk}/"


class RoundQuerySet(models.QuerySet["Round"]):
    def seen_by(self, actor: Actor) -> Self:
        """The one door: rounds at units that the actor may know of."""
        units = Unit.objects.seen_by(actor).filter(principal_id=actor.principal_id).order_by()
        return self.filter(unit__in=units.values("pk"))

    def alive(self) -> Self:
        """Without those that a unit never came to do, since it had ceased."""
        ceased = Q(unit__valid_to__isnull=False, unit__valid_to__lt=F("due_on"), state=RoundState.OPEN)
        return self.exclude(ceased)


class Round(models.Model):
    """One time that a unit does a check: `opens_on` to `due_on`, the last day. `check` is what planned it.

    `mean` and `means`, by the codes of the areas, are kept when it is sent, so that many can be compared in the
    database. `analysis` says what the result means; under the target a measure is proposed, or `reason` says why not.
    `soon_told_on` and `late_told_on` are the days of its reminders.
    """

    version = models.ForeignKey(ChecklistVersion, on_delete=models.PROTECT, related_name="rounds")
    check_of = models.ForeignKey(SelfCheck, null=True, blank=True, on_delete=models.PROTECT, related_name="rounds")
    opens_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    target = models.DecimalField(max_digits=4, decimal_places=2, null=True, blank=True)
    mean = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    means = models.JSONField(default=dict, blank=True)
    analysis = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    analysed_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    analysed_at = models.DateTimeField(null=True, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=RoundState, default=RoundState.OPEN)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    soon_told_on = models.DateField(null=True, blank=True)
    late_told_on = models.DateField(null=True, blank=True)

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=RoundState.OPEN, sent_at__isnull=True)
                | (~Q(state=RoundState.OPEN) & Q(sent_at__isnull=False)),
                name="checks_round_sent_has_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state=RoundState.ANALYSED) | (Q(analysed_at__isnull=False) & ~Q(analysis="")),
                name="checks_round_analysed_is_told",
            ),
            models.UniqueConstraint(fields=["check_of", "unit", "opens_on"], name="checks_round_once"),
        ]
        indexes = [
            models.Index(fields=["unit", "state", "due_on"], name="checks_round_due"),
            models.Index(fields=["check_of", "due_on"], name="checks_round_of_check"),
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.unit_id}"

    def get_absolute_url(self) -> str:
        return f"/egenkontroll/omgang/{self.pk}/"

    @property
    def wanted(self) -> Decimal:
        """The mean to reach: the plan's, else the checklist's own."""
        return self.target if self.target is not None else sheet_of(self.version).target

    @property
    def reached(self) -> bool | None:
        """None where nothing applied."""
        return None if self.mean is None else self.mean >= self.wanted


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
