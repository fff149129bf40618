"""What was answered to a POST that carried an Idempotency-Key, so that a repeated one does nothing twice."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Answer(models.Model):
    """One answer, for a day. `digest` is of what was asked; the body may hold case data and goes with the row."""

    person_id = models.BigIntegerField()
    key = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=bytes)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["person_id", "key"], name="answer_person_key")]
        indexes: ClassVar = [models.Index(fields=["at"], name="answer_at")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.key}"
