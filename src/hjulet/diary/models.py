"""The diary: number series, matters with a number, and their documents (OSL 5 kap. 1–2 and 5 §§; CMP-3)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q, UniqueConstraint

from hjulet.core.actor import Actor
from hjulet.core.policies import units
from hjulet.core.scope import ScopedModel
from hjulet.diary import numbers
from hjulet.diary.choices import Direction
from hjulet.org.choices import Duty
from hjulet.org.models import Person, Principal, Unit


class Series(models.Model):
    """How one board's matters are numbered: with own numbers, or those of a diary elsewhere."""

    principal = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    board = models.OneToOneField(Unit, on_delete=models.PROTECT, related_name="+")
    prefix = models.CharField(max_length=10)
    pattern = models.CharField(max_length=40, default=numbers.DEFAULT)
    external = models.BooleanField(default=False)

    class Meta:
        ordering = ["board_id"]
        constraints = [UniqueConstraint(fields=["principal", "prefix"], name="diary_prefix_unique")]

    def __str__(self) -> str:
        return self.prefix

    def number(self, year: int, serial: int) -> str:
        return numbers.written(self.pattern, prefix=self.prefix, year=year, serial=serial)


class Counter(models.Model):
    """The last number given out in a series in a year. Locked with its series."""

    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="counters")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["series_id", "year"]
        constraints = [UniqueConstraint(fields=["series", "year"], name="diary_counter_unique")]


class Matter(ScopedModel):
    """What has one number in the diary. Without a number it waits for one from the diary elsewhere.

    Only number (once), subject and search text are ever written again; triggers see to it (diary.guards).
    """

    net = f"unit_id IN {units(Duty.REGISTER, of='unit_id')}"

    principal = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=60, null=True, blank=True)  # noqa: DJ001 - unique, so empty must be NULL
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField(null=True, blank=True)
    subject = models.CharField(max_length=200)
    about_type = models.CharField(max_length=40, blank=True)
    about_id = models.BigIntegerField(null=True, blank=True)
    registered_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta(ScopedModel.Meta):
        ordering = ["-id"]
        constraints = [
            UniqueConstraint(fields=["principal", "number"], name="diary_number_unique"),
            UniqueConstraint(fields=["series", "year", "serial"], name="diary_serial_unique"),
            UniqueConstraint(
                fields=["about_type", "about_id"], condition=Q(about_id__isnull=False), name="diary_about_unique"
            ),
        ]
        indexes = [models.Index(fields=["unit", "-id"], name="diary_matter_unit")]

    def __str__(self) -> str:
        return self.number or ""

    def get_absolute_url(self) -> str:
        return f"/diarium/registrator/{self.pk}/"

    @classmethod
    def scope_rule(cls, queryset: Any, actor: Actor) -> Any:
        """Those who register at its unit."""
        places = Unit.objects.within(actor.reach(Duty.REGISTER)).values("pk")
        return queryset.filter(unit__in=places, principal_id=actor.principal_id)


class Document(ScopedModel):
    """One document of a matter: when it came, went or was drawn up, from or to whom, and its mark of secrecy.

    An empty subject is the matter's. Only subject, search text and the mark are ever written again.
    """

    scope_parent = "matter"

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="documents")
    line = models.PositiveSmallIntegerField()
    direction = models.CharField(max_length=10, choices=Direction)
    entered_on = models.DateField()
    counterpart = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    secrecy_code = models.CharField(max_length=60, blank=True)
    secrecy_provision = models.CharField(max_length=80, blank=True)
    marked_on = models.DateField(null=True, blank=True)
    marked_by_name = models.CharField(max_length=200, blank=True)
    authority = models.CharField(max_length=120, blank=True)
    search_text = models.CharField(max_length=700, blank=True)
    submission_key = models.UUIDField(null=True, blank=True, unique=True)  # a form sent twice enters one
    created_at = models.DateTimeField()

    class Meta(ScopedModel.Meta):
        ordering = ["matter_id", "line"]
        constraints = [
            UniqueConstraint(fields=["matter", "line"], name="diary_line_unique"),
            models.CheckConstraint(
                condition=Q(secrecy_code="", marked_on__isnull=True)
                | (~Q(secrecy_code="") & ~Q(secrecy_provision="") & Q(marked_on__isnull=False) & ~Q(authority="")),
                name="diary_mark_whole",
            ),
        ]
        indexes = [models.Index(F("entered_on").desc(), F("id").desc(), name="diary_newest")]

    def __str__(self) -> str:
        return f"{self.matter}, {self.line}"

    @property
    def told_subject(self) -> str:
        return self.subject or self.matter.subject

    @property
    def is_marked(self) -> bool:
        return bool(self.secrecy_code)

    def words(self) -> str:
        """What the document is found by: number and subject, never from or to whom."""
        return f"{self.matter.number or ''} {self.told_subject}".casefold()
