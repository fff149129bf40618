"""Services, what is told about them, what is promised to the public, and whether it was kept (ORG-6).

Who carries out a service is units of the tree. The texts are editions: proposed, decided by someone with number and
day, in force between two days, replaced by the next. What has been decided is never changed.
"""

# ruff: noqa: S608 - codes from our own lists

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.policies import PERSON, units
from hjulet.core.scope import ScopedModel, ScopedQuerySet
from hjulet.core.swedish_words import index_words
from hjulet.org.choices import Track
from hjulet.org.models import SEGMENT, Person, Principal, Role, Unit, in_force
from hjulet.services.choices import DECIDED, FOLLOWS, Area, Comparator, EditionState, Every, Outcome, Source
from hjulet.services.periods import Period

OWN_HOME = f"""unit_id IN (SELECT above.id FROM org_person me JOIN org_unit home ON home.id = me.home_unit_id
    JOIN org_unit above ON starts_with(home.path, above.path) WHERE me.id = {PERSON})"""


def told(row: models.Model, name: str) -> str:
    """A text in the reader's language, Swedish where there is no other."""
    english = str(getattr(row, f"{name}_en")) if (get_language() or "sv").startswith("en") else ""
    return english or str(getattr(row, name))


class CentralService(models.Model):
    """One of the sorts that every service belongs to; rows, so that a new one needs no new version of Hjulet."""

    code = models.SlugField(max_length=40, unique=True)
    label = models.CharField(max_length=120)
    label_en = models.CharField(max_length=120, blank=True)
    place = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["place", "id"]

    def __str__(self) -> str:
        return told(self, "label")


class ServiceQuerySet(models.QuerySet["Service"]):
    def of(self, principal_id: int) -> ServiceQuerySet:
        """A principal's own: what is said and promised is for everyone who works there."""
        return self.filter(principal_id=principal_id)

    def offered(self, on: date) -> ServiceQuerySet:
        return self.filter(in_force(on))


class Service(models.Model):
    """Something the principal does for people, as long as it is offered. The code is fixed, the label is theirs."""

    principal = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    code = models.SlugField(max_length=60)
    label = models.CharField(max_length=120)
    label_en = models.CharField(max_length=120, blank=True)
    central = models.ForeignKey(CentralService, on_delete=models.PROTECT, related_name="+")
    tracks = models.JSONField(default=list)
    owner = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    owner_role = models.ForeignKey(Role, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    search_text = models.TextField(blank=True)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        ordering = ["central__place", "label", "id"]
        constraints = [
            models.UniqueConstraint(fields=["principal", "code"], name="service_code_unique"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="service_dates"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/insatser/{self.code}/"

    @property
    def name(self) -> str:
        return told(self, "label")

    @property
    def track_labels(self) -> list[str]:
        return [str(Track(track).label) for track in self.tracks]

    @property
    def track(self) -> str:
        """The law that a measure after a check belongs to."""
        return str(self.tracks[0]) if self.tracks else Track.NONE.value

    def words(self, *texts: str) -> str:
        """What the service is found by: its names, and texts of its description."""
        return index_words(" ".join((self.label, self.label_en, *texts)))


class ServiceUnit(models.Model):
    """A unit that carries out a service, with what lies below it."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="places")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["unit__path", "id"]
        constraints = [models.UniqueConstraint(fields=["service", "unit"], name="service_unit_once")]


class EditionQuerySet(models.QuerySet[Any]):
    def draft(self) -> Self:
        return self.filter(state=EditionState.DRAFT)

    def held(self, on: date) -> Self:
        """Those that are decided and in force on a day."""
        return self.filter(in_force(on), state__in=DECIDED)


class Edition(models.Model):
    """A text of a service that someone decides. A draft has no days; from its first day the one before has ended."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="%(class)ss")
    number = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=EditionState, default=EditionState.DRAFT)
    decided_by = models.CharField(max_length=120, blank=True)
    decision_number = models.CharField(max_length=60, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    entered_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = EditionQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["service_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["service", "number"], name="%(class)s_number"),
            models.UniqueConstraint(
                fields=["service"], condition=Q(state=EditionState.DRAFT), name="%(class)s_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(state=EditionState.DRAFT, valid_from__isnull=True)
                | (~Q(state=EditionState.DRAFT) & Q(valid_from__isnull=False, decided_on__isnull=False)),
                name="%(class)s_decided_has_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service_id} {self.number}"

    def in_force(self, on: date) -> bool:
        first: date | None = self.valid_from
        last: date | None = self.valid_to
        return first is not None and first <= on and (last is None or last >= on)


class Description(Edition):
    """What is done, for what and for whom, by which law, and how (the description of operations)."""

    TEXTS = ("purpose", "goal", "scope", "how")

    purpose = models.TextField(blank=True)
    purpose_en = models.TextField(blank=True)
    goal = models.TextField(blank=True)
    goal_en = models.TextField(blank=True)
    scope = models.TextField(blank=True)
    scope_en = models.TextField(blank=True)
    how = models.TextField(blank=True)
    how_en = models.TextField(blank=True)
    laws = models.JSONField(default=list, blank=True)  # codes of the law register

    class Meta(Edition.Meta):
        pass

    @property
    def parts(self) -> list[tuple[str, str]]:
        """(heading, text), those that are written."""
        heads = (_("Syfte"), _("Mål"), _("Vad som ingår, och för vem"), _("Så går det till"))
        texts = [told(self, name) for name in self.TEXTS]
        return [(head, text) for head, text in zip(heads, texts, strict=True) if text]


class Declaration(Edition):
    """What is promised to those who have the service (the service declaration), in one version."""

    intro = models.TextField(blank=True)
    intro_en = models.TextField(blank=True)

    class Meta(Edition.Meta):
        pass

    @property
    def intro_told(self) -> str:
        return told(self, "intro")


class Promise(models.Model):
    """One thing that is promised, and how one can see that it is kept. The code is the same in every version.

    `target` is a number with `target_unit` for `at-least` and `at-most`, else None and told in `target_words`.
    `figure` is the code of what Hjulet works out (services.registry), for source `own`.
    """

    declaration = models.ForeignKey(Declaration, on_delete=models.CASCADE, related_name="promises")
    code = models.SlugField(max_length=60)
    place = models.PositiveSmallIntegerField(default=0)
    text = models.CharField(max_length=300)
    text_en = models.CharField(max_length=300, blank=True)
    measure = models.CharField(max_length=200)
    measure_en = models.CharField(max_length=200, blank=True)
    comparator = models.CharField(max_length=10, choices=Comparator, default=Comparator.WORDS)
    target = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    target_unit = models.CharField(max_length=40, blank=True)
    target_words = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=10, choices=Source, default=Source.MANUAL)
    figure = models.CharField(max_length=60, blank=True)
    areas = models.JSONField(default=list, blank=True)
    every = models.CharField(max_length=10, choices=Every, default=Every.QUARTER)

    class Meta:
        ordering = ["declaration_id", "place", "id"]
        constraints = [
            models.UniqueConstraint(fields=["declaration", "code"], name="promise_code_unique"),
            models.CheckConstraint(
                condition=Q(comparator=Comparator.WORDS, target__isnull=True)
                | (~Q(comparator=Comparator.WORDS) & Q(target__isnull=False)),
                name="promise_number_or_words",
            ),
        ]

    def __str__(self) -> str:
        return told(self, "text")

    @property
    def measure_told(self) -> str:
        return told(self, "measure")

    @property
    def measured(self) -> bool:
        """Whether its result is a number."""
        return self.comparator != Comparator.WORDS

    @property
    def target_told(self) -> str:
        """minst 95 procent, högst 12 personer, or the words."""
        if self.target is None:
            return self.target_words
        return f"{self.get_comparator_display().lower()} {number_told(self.target)} {self.unit_told}".rstrip()

    @property
    def unit_told(self) -> str:
        return unit_told(self.target_unit)

    @property
    def area_labels(self) -> list[str]:
        return [str(Area(area).label) for area in self.areas if area in Area.values]

    def met_by(self, value: Decimal) -> bool:
        """Whether a result keeps it. Raises ValueError for a promise that is judged with words."""
        if self.target is None:
            raise ValueError(f"{self.code} has no number to be kept")
        return value >= self.target if self.comparator == Comparator.AT_LEAST else value <= self.target


PERCENT = "procent"
UNITS = {
    PERCENT: gettext_lazy("procent"),
    "dagar": gettext_lazy("dagar"),
    "personer": gettext_lazy("personer"),
    "gånger": gettext_lazy("gånger"),
    "dagar i veckan": gettext_lazy("dagar i veckan"),
    "möten": gettext_lazy("möten"),
}


def unit_told(unit: str) -> str:
    """A unit of results in the reader's language, where Hjulet knows it."""
    return str(UNITS.get(unit, unit))


def number_told(value: Decimal) -> str:
    """95, 11,5: no needless zeros, and the reader's decimal sign."""
    text = f"{value.normalize():f}"
    return text if (get_language() or "sv").startswith("en") else text.replace(".", ",")


class PromiseCheckQuerySet(ScopedQuerySet):
    def waiting(self) -> Self:
        return self.filter(outcome=Outcome.WAITING)

    def overdue(self, on: date) -> Self:
        """Those that should have been checked before a day."""
        return self.waiting().filter(due_on__lt=on)

    def done(self) -> Self:
        return self.exclude(outcome=Outcome.WAITING)

    def at_places(self, actor: Actor, *duties: str) -> Self:
        """Those of units where the actor holds one of the duties."""
        return self.filter(unit__in=Unit.objects.within(actor.reach(*duties)).order_by().values("pk"))


class PromiseCheck(ScopedModel):
    """Whether one unit kept one promise in one period. The row is there, and waits, from the period's first day.

    When the promise was not kept: `analysis` says why, and either a measure points here (source `promise-check`) or
    `no_measure_reason` says why there is none.
    """

    net = f"unit_id IN {units(*FOLLOWS, of='unit_id')} OR {OWN_HOME}"

    principal = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    # the database itself refuses: asking for the checks of a draft's promise would ask for nobody
    promise = models.ForeignKey(Promise, on_delete=models.DO_NOTHING, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    period_first = models.DateField()
    period_last = models.DateField()
    due_on = models.DateField()
    outcome = models.CharField(max_length=14, choices=Outcome, default=Outcome.WAITING)
    value = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    computed = models.BooleanField(default=False)  # the value is Hjulet's own
    evidence = models.TextField(blank=True)
    analysis = models.TextField(blank=True)
    no_measure_reason = models.TextField(blank=True)
    checked_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)
    reminded_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[Any] = PromiseCheckQuerySet.as_manager()

    class Meta(ScopedModel.Meta):
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["promise", "unit", "period_first"], name="promise_check_once"),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.WAITING, checked_at__isnull=True)
                | (~Q(outcome=Outcome.WAITING) & Q(checked_at__isnull=False)),
                name="promise_check_done_has_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["principal", "outcome", "due_on"], name="promise_check_due"),
            models.Index(fields=["unit", "outcome", "due_on"], name="promise_check_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.promise_id} {self.unit_id} {self.period.code}"

    def get_absolute_url(self) -> str:
        return f"/loften/{self.pk}/"

    @property
    def period(self) -> Period:
        return Period(self.period_first, self.period_last)

    @property
    def waits(self) -> bool:
        return self.outcome == Outcome.WAITING

    @property
    def result_told(self) -> str:
        """97 procent, or the outcome in words."""
        if self.value is None:
            return str(self.get_outcome_display())
        return f"{number_told(self.value)} {self.promise.unit_told}".rstrip()

    @classmethod
    def scope_rule(cls, queryset: Any, actor: Actor) -> Any:
        """Those who lead or follow up the unit, and everyone who works there or below it."""
        path = actor.unit_path
        above = [path[:end] for end in range(SEGMENT, len(path) + 1, SEGMENT)]
        followed = Unit.objects.within(actor.reach(*FOLLOWS)).order_by().values("pk")
        return queryset.filter(Q(unit__in=followed) | Q(unit__path__in=above), principal_id=actor.principal_id)


def kept_words(kept: int, done: int) -> str:
    """3 av 4 kontroller visar att löftet hölls."""
    text = ngettext(
        "%(kept)s av %(done)s kontroll visar att löftet hölls.",
        "%(kept)s av %(done)s kontroller visar att löftet hölls.",
        done,
    )
    return text % {"kept": kept, "done": done}
