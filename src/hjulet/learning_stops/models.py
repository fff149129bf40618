"""Learning stops: five times a year a unit stops and learns from what its records tell (YEAR-3, NEW-11).

No person's matters and no case: answers speak of patterns. Who has a role where the unit is reads them, and a board
what has been handed to it. Figures are kept with the tracks they were counted from (`Stop.pack`), and are shown to
those who see these tracks there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language

from hjulet.core.actor import Actor
from hjulet.learning_stops.choices import MASKED, PLANS, READERS, StopStanding, StopState
from hjulet.org.choices import UnitKind
from hjulet.org.models import SEGMENT, Person, Principal, Unit, in_sight, inside, parts_of
from hjulet.stats.source import month_end


def told(row: models.Model, name: str) -> str:
    """A text in the reader's language, Swedish where there is no other."""
    english = str(getattr(row, f"{name}_en")) if (get_language() or "sv").startswith("en") else ""
    return english or str(getattr(row, name))


class Theme(models.Model):
    """One of the year's stops: its month, the codes of its data pack, and what the unit has when it is done."""

    principal = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    code = models.SlugField(max_length=60)
    title = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120, blank=True)
    lead = models.TextField(blank=True)
    lead_en = models.TextField(blank=True)
    month = models.PositiveSmallIntegerField()
    packs = models.JSONField(default=list)
    series = models.SlugField(max_length=80, blank=True)  # the activity of the annual wheel
    produces = models.CharField(max_length=160, blank=True)
    produces_en = models.CharField(max_length=160, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["month", "id"]
        constraints = [
            models.UniqueConstraint(fields=["principal", "code"], name="learning_theme_once"),
            models.CheckConstraint(condition=Q(month__gte=1, month__lte=12), name="learning_theme_month"),
        ]

    def __str__(self) -> str:
        return told(self, "title")

    @property
    def lead_told(self) -> str:
        return told(self, "lead")

    @property
    def produces_told(self) -> str:
        return told(self, "produces")

    def first_day(self, year: int) -> date:
        return date(year, self.month, 1)

    def last_day(self, year: int) -> date:
        return month_end(date(year, self.month, 1))


class Question(models.Model):
    """A question of a theme. Codes are never used again; one that is no longer asked stays, with `asked` false."""

    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="questions")
    code = models.SlugField(max_length=80)
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)
    text_en = models.CharField(max_length=300, blank=True)
    beside = models.JSONField(default=list)  # codes of the parts of the pack that stand next to it
    asked = models.BooleanField(default=True)

    class Meta:
        ordering = ["theme_id", "position", "id"]
        constraints = [models.UniqueConstraint(fields=["theme", "code"], name="learning_question_once")]

    def __str__(self) -> str:
        return told(self, "text")


class StopQuerySet(models.QuerySet["Stop"]):
    def seen_by(self, actor: Actor) -> Self:
        """The one door: where the actor has a role, at the unit she works at, and to a board what it was handed."""
        led = Unit.objects.filter(inside(actor.reach(*READERS)), principal_id=actor.principal_id).order_by()
        rule = Q(unit__in=led.values("pk"))
        if actor.unit_path:
            home = {actor.unit_path, actor.unit_path[:-SEGMENT]}
            rule |= Q(unit__path__in=sorted(home), unit__kind__in=(UnitKind.UNIT, UnitKind.STAFF, UnitKind.PROVIDER))
        board = parts_of((grant.path, grant.path_end) for grant in actor.reach(MASKED))
        for start, stop in board:
            rule |= Q(unit__path__gte=start, unit__path__lt=stop, handed_on__isnull=False)
        return self.filter(rule, in_sight(actor, "unit__path"), principal_id=actor.principal_id)

    def led_by(self, actor: Actor) -> Self:
        """Those that the actor reads as one who has a role there, not only what was handed to a board."""
        led = Unit.objects.filter(inside(actor.reach(*READERS)), principal_id=actor.principal_id).order_by()
        return self.filter(unit__in=led.values("pk"), principal_id=actor.principal_id)


class Stop(models.Model):
    """A unit's learning stop of a year: begun, answered by a group, signed by the manager, perhaps handed to a board.

    `pack` holds the figures as they were at `pack_at`: see pack.Part. `board` holds those with small numbers hidden,
    from the day it was handed over. Neither holds links.
    """

    principal = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="stops")
    year = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=StopState, default=StopState.OPEN)
    people = models.PositiveSmallIntegerField(null=True, blank=True)
    took_part = models.TextField(blank=True)
    begun_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    signed_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)
    pack = models.JSONField(default=list)
    pack_at = models.DateTimeField(null=True, blank=True)
    board = models.JSONField(default=list)
    handed_to = models.CharField(max_length=120, blank=True)
    handed_on = models.DateField(null=True, blank=True)
    handed_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects = StopQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "theme__month", "unit__path"]
        constraints = [
            models.UniqueConstraint(fields=["theme", "unit", "year"], name="learning_stop_once"),
            models.CheckConstraint(
                condition=Q(state=StopState.OPEN, signed_at__isnull=True)
                | Q(state=StopState.SIGNED, signed_at__isnull=False),
                name="learning_stop_signed_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(handed_on__isnull=True) | Q(state=StopState.SIGNED), name="learning_stop_handed_is_signed"
            ),
            models.CheckConstraint(condition=Q(year__gte=2000, year__lte=2149), name="learning_stop_year"),
        ]
        indexes = [models.Index(fields=["unit", "year"], name="learning_stop_unit")]

    def __str__(self) -> str:
        return f"{self.theme} {self.year}"

    def get_absolute_url(self) -> str:
        return f"/hallplatser/{self.pk}/"

    @property
    def signed(self) -> bool:
        return self.state == StopState.SIGNED


class Reply(models.Model):
    """An answer, with the question as it was when the stop began. Each has a version of its own: several write at
    once. `nothing`: the group had nothing to say."""

    stop = models.ForeignKey(Stop, on_delete=models.CASCADE, related_name="replies")
    code = models.SlugField(max_length=80)
    position = models.PositiveSmallIntegerField()
    question = models.CharField(max_length=300)
    question_en = models.CharField(max_length=300, blank=True)
    beside = models.JSONField(default=list)
    text = models.TextField(blank=True)
    nothing = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    saved_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["stop_id", "position", "id"]
        constraints = [models.UniqueConstraint(fields=["stop", "code"], name="learning_reply_once")]

    def __str__(self) -> str:
        return told(self, "question")

    @property
    def answered(self) -> bool:
        return self.nothing or bool(self.text.strip())


def may_write(unit: Unit, actor: Actor) -> bool:
    """Those who plan the unit's year."""
    return unit.principal_id == actor.principal_id and actor.holds_at(PLANS, unit.path or "")


def may_sign(unit: Unit, actor: Actor) -> bool:
    """The unit's own manager: who plans its year by a role at the unit itself, or at the one it belongs to."""
    places = {unit.pk, unit.parent_id}
    return may_write(unit, actor) and any(grant.unit_id in places for grant in actor.reach(PLANS))


def reads_whole(stop: Stop, actor: Actor) -> bool:
    """Whether she reads it as one who has a role there or works there, and not only what was handed to a board."""
    path = stop.unit.path or ""
    home = bool(actor.unit_path) and path in {actor.unit_path, actor.unit_path[:-SEGMENT]}
    return home or any(grant.covers(path) for grant in actor.reach(*READERS))


def standing_of(theme: Theme, year: int, state: str, today: date, *, skipped: bool = False) -> StopStanding:
    """`skipped`: the unit has said on the annual wheel, with a reason, that it does not do this one."""
    if state == StopState.SIGNED:
        return StopStanding.SIGNED
    if skipped:
        return StopStanding.SKIPPED
    if today > theme.last_day(year):
        return StopStanding.LATE
    if state == StopState.OPEN:
        return StopStanding.OPEN
    return StopStanding.WAITING if today >= theme.first_day(year) else StopStanding.COMING


def asked_now(theme: Theme) -> Iterator[dict[str, Any]]:
    """What each reply of a stop that begins now is made of."""
    for row in theme.questions.filter(asked=True):
        yield {
            **{"code": row.code, "position": row.position, "beside": row.beside},
            **{"question": row.text, "question_en": row.text_en},
        }
