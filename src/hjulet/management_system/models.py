"""The management system as one whole: words of one's own for each section, and what the board has adopted
(SOSFS 2011:9 3 kap. 1–3 §§, 4 kap.)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from hjulet.core.actor import Actor
from hjulet.management_system.choices import Part
from hjulet.management_system.content import Tree, from_json
from hjulet.org.models import Person, Principal

STAFF, PROVIDERS = "staff", "providers"


class SectionText(models.Model):
    """Words of one's own in a section, and whether providers read it. Rows are only added; the latest counts."""

    principal = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    section = models.CharField(max_length=20, choices=Part)
    body = models.TextField(blank=True)
    for_providers = models.BooleanField(default=False)
    written_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["principal", "section"], name="section_text_section")]

    def __str__(self) -> str:
        return f"{self.section} {self.written_at}"

    @classmethod
    def latest(cls, principal_id: int) -> dict[str, SectionText]:
        """What counts today, by section."""
        rows = cls.objects.filter(principal_id=principal_id).select_related("written_by").order_by("id")
        return {row.section: row for row in rows}


class AdoptionQuerySet(models.QuerySet["Adoption"]):
    def of(self, principal_id: int) -> AdoptionQuerySet:
        return self.filter(principal_id=principal_id)

    def seen_by(self, actor: Actor) -> AdoptionQuerySet:
        """Every version of the actor's own principal; which part of it she reads is `tree`'s business."""
        return self.of(actor.principal_id)


class Adoption(models.Model):
    """The whole as the board adopted it. Rows are only added: a trigger refuses every change.

    `trees` holds it for each group of readers in each language: {"staff": {"sv": …}, "providers": …}, in the form of
    `content.as_json`. `review_on` is when it is to be looked over, by the service level of the day of the decision.
    """

    principal = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    board = models.CharField(max_length=120)
    decided_on = models.DateField(_("beslutsdag"))
    reference = models.CharField(_("beslutets nummer"), max_length=120)
    review_on = models.DateField()
    composed_at = models.DateTimeField()
    trees = models.JSONField()
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    objects = AdoptionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["principal", "number"], name="adoption_number_once"),
            models.CheckConstraint(condition=~Q(reference="") & ~Q(board=""), name="adoption_has_a_decision"),
        ]
        indexes = [models.Index(fields=["principal", "review_on"], name="adoption_review")]

    def __str__(self) -> str:
        return f"{self.board} {self.reference}"

    def tree(self, *, for_providers: bool) -> Tree:
        """As it was adopted, in the reader's language where it was kept in that."""
        kept: dict[str, Any] = self.trees[PROVIDERS if for_providers else STAFF]
        language = (get_language() or "sv")[:2]
        return from_json(kept.get(language) or kept["sv"])

    @classmethod
    def last(cls, principal_id: int) -> Adoption | None:
        """The one that holds: the latest."""
        return cls.objects.of(principal_id).select_related("entered_by").order_by("-number").first()

    def due(self, on: date) -> bool:
        return self.review_on <= on


class Reminder(models.Model):
    """Those who write have been told that it is time to look the whole over: once for each version."""

    adoption = models.OneToOneField(Adoption, on_delete=models.PROTECT, related_name="reminder")
    told_at = models.DateTimeField()

    class Meta:
        ordering = ["-told_at"]
