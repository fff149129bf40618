"""Files someone has ordered because the list was too long to wait for."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import models

from hjulet.core.exports import EXPORTS, Export
from hjulet.exports.choices import OrderState
from hjulet.org.models import Person

FOLDER = "exports"


def folder() -> Path:
    return Path(settings.DATA_DIR) / FOLDER


class OrderQuerySet(models.QuerySet["Order"]):
    def of(self, person_id: int) -> OrderQuerySet:
        return self.filter(person_id=person_id)

    def under_way(self) -> OrderQuerySet:
        return self.filter(state__in=[OrderState.WAITING, OrderState.WRITING])


class Order(models.Model):
    """One list as one file, for the one who ordered it. `params` is what the address of the list asked for.

    `claim` is the writer's mark: only the one who set it may go on with the row. `heard_at` is when it was last heard
    of. The file is called `key` and lies in the data folder until `gone_at`.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    form = models.CharField(max_length=4)
    state = models.CharField(max_length=8, choices=OrderState, default=OrderState.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    claim = models.CharField(max_length=32, blank=True)
    key = models.CharField(max_length=32, blank=True)
    ordered_at = models.DateTimeField()
    heard_at = models.DateTimeField(null=True)
    ready_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        ordering = ["-ordered_at", "-id"]
        indexes = [
            models.Index(fields=["person", "-ordered_at"], name="order_person"),
            models.Index(fields=["state", "id"], name="order_state"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.pk}"

    @property
    def export(self) -> Export | None:
        """The list, None when this version of Hjulet no longer has it."""
        return EXPORTS.get(self.code)

    @property
    def path(self) -> Path:
        return folder() / self.key

    def file_name(self) -> str:
        moment: datetime = self.ready_at or self.ordered_at
        return self.export.name(self.form, moment) if self.export else f"{self.code}.{self.form}"
