"""Seals over the log, and the recurrent review of who has read what."""

from __future__ import annotations

from django.db import models

from hjulet.audit.choices import Outcome, Reason
from hjulet.core.models import Event
from hjulet.org.models import Person, Principal, Unit


class Seal(models.Model):
    """A link over the events first_id–last_id. `digest` covers them and `previous`.

    `rows` helps to find which event broke: 16 bytes each, its id and the first 8 bytes of its digest.
    """

    format = models.PositiveSmallIntegerField(default=1)
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField(unique=True)
    count = models.PositiveIntegerField()
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)
    rows = models.BinaryField()
    sealed_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]


class LogReview(models.Model):
    """One month's review of one part of the organisation. The seed makes the draw possible to repeat."""

    principal = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    month = models.DateField()
    share = models.PositiveSmallIntegerField()
    seed = models.CharField(max_length=32)
    population = models.PositiveIntegerField()
    reviewer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["-month", "unit__path", "id"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "month", "reviewer"], name="log_review_unique"),
            models.CheckConstraint(condition=models.Q(share__gte=1, share__lte=100), name="log_review_share"),
        ]


class ReviewRow(models.Model):
    """An event to be judged, and why it was drawn. `follow_up_on`: the day by which an unclear one is found out."""

    review = models.ForeignKey(LogReview, on_delete=models.CASCADE, related_name="rows")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=12, choices=Reason)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    note = models.CharField(max_length=500, blank=True)
    follow_up_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["review_id", "event_id"]
        constraints = [models.UniqueConstraint(fields=["review", "event"], name="review_row_unique")]
