"""Mechanisms without domain: the log and the schedule."""

from __future__ import annotations

from django.db import models


class Event(models.Model):
    """One thing that happened. Append-only by trigger; see core.events."""

    class Kind(models.TextChoices):
        WRITE = "write"
        READ = "read"

    kind = models.CharField(max_length=5, choices=Kind)
    verb = models.CharField(max_length=60)
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=200, blank=True)
    actor_unit_id = models.BigIntegerField(null=True)  # where she worked then; null before that was kept
    principal_id = models.BigIntegerField(null=True)
    unit_id = models.BigIntegerField(null=True)
    object_type = models.CharField(max_length=40)
    object_id = models.BigIntegerField(null=True)
    refs = models.JSONField(default=list)
    purpose = models.CharField(max_length=200, blank=True)
    digests = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["object_type", "object_id", "id"], name="event_object"),
            models.Index(fields=["actor_id", "at"], name="event_actor"),
            models.Index(fields=["principal_id", "at"], name="event_principal"),
        ]


class EventValue(models.Model):
    """Old and new values of an event: erasable, while the event and its digests stay."""

    event = models.OneToOneField(Event, on_delete=models.PROTECT, primary_key=True, related_name="value")
    salt = models.CharField(max_length=16)
    values = models.JSONField()


class JobRun(models.Model):
    """When a scheduled job last ran, and how it went."""

    name = models.CharField(max_length=60, primary_key=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)


class Mark(models.Model):
    """Put down by the database at every change of a watched table; see core.kept."""

    mark = models.BigIntegerField()

    class Meta:
        ordering = ["id"]
