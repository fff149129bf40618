"""What people confirm that they have read, and their confirmations (SAR-3; later DOC-3 and NEW-23)."""

# ruff: noqa: S608 - codes from our own lists

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from hjulet.core.actor import Actor
from hjulet.core.net import Mode
from hjulet.core.policies import PERSON, asked_in, units
from hjulet.core.scope import ScopedModel, ScopedQuerySet
from hjulet.org.choices import Duty
from hjulet.org.models import SEGMENT, Assignment, Person, PersonQuerySet, Principal, Unit, in_force, path_end
from hjulet.receipts.choices import COUNTERS, MASKED, Asked

HEADING = "## "


def employed(principal_id: int, on: date) -> PersonQuerySet:
    """Everyone employed by a principal on a day (`Asked.STAFF`)."""
    return Person.objects.filter(principal_id=principal_id).staff(on)


class MatterQuerySet(models.QuerySet["Matter"]):
    def open_to(self, principal_id: int, on: date) -> MatterQuerySet:
        """What holds on a day, by code: the principal's own before the default, the newest version first."""
        return self.open_or_coming(principal_id, on).filter(in_force(on))

    def open_or_coming(self, principal_id: int, on: date) -> MatterQuerySet:
        """The same with versions that are to hold later."""
        mine = self.filter(Q(valid_to=None) | Q(valid_to__gte=on), Q(principal_id=None) | Q(principal_id=principal_id))
        return mine.order_by("code", F("principal_id").asc(nulls_last=True), "-version")

    def with_me(self, actor: Actor, on: date) -> MatterQuerySet:
        """Each with `asks_me`: whether the actor is one of its people, as `Matter.people` has it."""
        me = employed(actor.principal_id, on).order_by().filter(pk=actor.person_id)
        mine = Audience.objects.filter(matter=OuterRef("pk")).filter(_reaches_person(actor, on)).order_by()
        asks = Q(Exists(me)) & (Q(asked=Asked.STAFF) | Q(Exists(mine)))
        return self.annotate(asks_me=ExpressionWrapper(asks, output_field=models.BooleanField()))


class Matter(models.Model):
    """Something to be read and confirmed. A new version is a new row, and asks everybody again.

    `text` is paragraphs with empty lines between; one that begins with `## ` is a heading. `changes` says what is new
    to those who confirmed the version before. `choices` answer the control question, if there is one: [{code, label,
    label_en, right, why, why_en}], where `why` is what is said to who chose it. `repeats` is the code of the service
    level after which it is asked for again; empty: never again.
    """

    code = models.SlugField(_("kod"), max_length=60)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    title = models.CharField(_("rubrik"), max_length=160)
    title_en = models.CharField(max_length=160, blank=True)
    text = models.TextField(_("text"))
    text_en = models.TextField(blank=True)
    changes = models.TextField(blank=True, default="")
    question = models.CharField(_("kontrollfråga"), max_length=300, blank=True)
    question_en = models.CharField(max_length=300, blank=True)
    choices = models.JSONField(_("svar"), default=list, blank=True)
    laws = models.JSONField(_("lagrum, koder"), default=list, blank=True)
    link = models.CharField(_("länk"), max_length=300, blank=True)
    link_label = models.CharField(max_length=160, blank=True)
    link_label_en = models.CharField(max_length=160, blank=True)
    asked = models.CharField(_("vilka som ska bekräfta"), max_length=12, choices=Asked, default=Asked.STAFF)
    repeats = models.CharField(_("upprepas, tidens kod"), max_length=60, blank=True)
    principal = models.ForeignKey(Principal, models.CASCADE, null=True, blank=True, related_name="+")
    valid_from = models.DateField(_("gäller från"))
    valid_to = models.DateField(_("gäller till och med"), null=True, blank=True)

    objects = MatterQuerySet.as_manager()

    class Meta:
        ordering = ["code", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "principal", "version"], condition=Q(principal__isnull=False), name="matter_own"
            ),
            models.UniqueConstraint(
                fields=["code", "version"], condition=Q(principal__isnull=True), name="matter_default"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="matter_dates"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def people(self, principal_id: int, on: date) -> PersonQuerySet:
        """Who is to confirm it on a day, new employees too; what `asked` means is known here and in `with_me` only."""
        people = employed(principal_id, on)
        if self.asked == Asked.STAFF:
            return people
        rule = Q(pk__in=[])
        for row in self.audiences.select_related("unit"):
            rule |= row.rule(on)
        return people.filter(rule)

    def told(self, name: str) -> str:
        """A text in the reader's language, Swedish where there is no other."""
        return _in_language(name, vars(self))

    @property
    def heading(self) -> str:
        return self.told("title")

    @property
    def question_told(self) -> str:
        return self.told("question")

    @property
    def link_told(self) -> str:
        return self.told("link_label")

    @property
    def sections(self) -> list[tuple[str, list[str]]]:
        """The text as headings, each with its paragraphs; what stands before the first has none."""
        found: list[tuple[str, list[str]]] = [("", [])]
        for part in filter(None, (part.strip() for part in self.told("text").split("\n\n"))):
            if part.startswith(HEADING):
                found.append((part.removeprefix(HEADING), []))
            else:
                found[-1][1].append(part)
        return [section for section in found if section != ("", [])]

    def answers(self) -> list[tuple[str, str]]:
        """The control question's answers as code and words."""
        return [(row["code"], _in_language("label", row)) for row in self.choices]

    def why_wrong(self, answer: str) -> str:
        """What to say to someone who gave a wrong answer; empty when it is right, or nothing is asked."""
        chosen = next((row for row in self.choices if row["code"] == answer), None)
        if chosen is None:
            return str(_("Välj ett svar.")) if self.choices else ""
        return "" if chosen.get("right") else _in_language("why", chosen)


def _in_language(name: str, row: dict[str, Any]) -> str:
    english = str(row.get(f"{name}_en") or "") if (get_language() or "sv").startswith("en") else ""
    return english or str(row.get(name) or "")


class Audience(models.Model):
    """Some of those a matter asks: everyone who belongs at a unit or below, or only those with a role there."""

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="audiences")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    role = models.SlugField(max_length=60, blank=True)

    class Meta:
        ordering = ["unit__path", "role", "id"]
        constraints = [models.UniqueConstraint(fields=["matter", "unit", "role"], name="audience_once")]

    def rule(self, on: date) -> Q:
        """Which people it is."""
        path = self.unit.path or ""
        if not self.role:
            return Q(home_unit__path__gte=path, home_unit__path__lt=path_end(path))
        held = Assignment.objects.filter(
            in_force(on), role__code=self.role, unit__path__gte=path, unit__path__lt=path_end(path)
        )
        return Q(pk__in=held.order_by().values("person"))


def _reaches_person(actor: Actor, on: date) -> Q:
    """Audiences that one person is among."""
    above = [actor.unit_path[:end] for end in range(SEGMENT, len(actor.unit_path) + 1, SEGMENT)]
    held = Assignment.objects.filter(
        in_force(on),
        person_id=actor.person_id,
        role__code=OuterRef("role"),
        unit__path__startswith=OuterRef("unit__path"),
    )
    return Q(role="", unit__path__in=above) | (~Q(role="") & Q(Exists(held.order_by())))


class ReceiptQuerySet(ScopedQuerySet):
    def counted_by(self, actor: Actor) -> Self:
        """Confirmations that the actor may count, never read one by one."""
        people = Person.objects.filter(home_unit__in=_places(actor, *COUNTERS, *MASKED)).order_by()
        rows = self._asked_by(actor, Mode.STATISTICS)
        return rows.filter(person__in=people.values("pk"), principal_id=actor.principal_id)

    def holding(self, on: date) -> Self:
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=on))


def _places(actor: Actor, *duties: str) -> Any:
    return Unit.objects.of(actor.principal_id).within(actor.reach(*duties)).order_by().values("pk")


def _people_at(*duties: str) -> str:
    return f"(SELECT p.id FROM org_person p WHERE p.home_unit_id IN {units(*duties, of='unit_id')})"


class Receipt(ScopedModel):
    """One person has confirmed one version of a matter. Rows are only added: a trigger refuses every change.

    `valid_until` is the last day it holds by the rule of the day it was given, None when it holds for good;
    `again_on` is the day from which it is asked for anew.
    """

    net = f"""{asked_in(Mode.REACH, Mode.REQUEST)}
      AND (person_id = {PERSON} OR person_id IN {_people_at(Duty.RECEIVE)})
    OR {asked_in(Mode.STATISTICS)} AND person_id IN {_people_at(*COUNTERS, *MASKED)}"""

    principal = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()
    valid_until = models.DateField(null=True, blank=True)
    again_on = models.DateField(null=True, blank=True)

    objects: ClassVar[Any] = ReceiptQuerySet.as_manager()

    class Meta(ScopedModel.Meta):
        ordering = ["-confirmed_at", "-id"]
        indexes = [models.Index(fields=["matter", "person", "valid_until"], name="receipt_matter_person")]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.person_id} {self.valid_until}"

    @classmethod
    def scope_rule(cls, queryset: Any, actor: Actor) -> Any:
        """One's own, and those of the people at units where one receives reports."""
        at_home = Person.objects.filter(home_unit__in=_places(actor, Duty.RECEIVE)).order_by().values("pk")
        mine = Q(person_id=actor.person_id) | Q(person__in=at_home)
        return queryset.filter(mine, principal_id=actor.principal_id)


class Reminder(models.Model):
    """A person has been reminded of the confirmation that was due on a day: once, and not again."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="+")
    due_on = models.DateField()
    told_at = models.DateTimeField()

    class Meta:
        ordering = ["-told_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["person", "matter", "due_on"], name="reminder_once")]
