"""The annual wheel: a unit's plan for a year, its activities, and what each unit has said of them (YEAR-1).

No case data and no person's matters: who may know of the unit may read its wheel.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language

from hjulet.core.actor import Actor
from hjulet.documents.models import above as above
from hjulet.documents.models import in_sight_of
from hjulet.org.choices import UnitKind
from hjulet.org.models import Person, Principal, Role, Unit, inside
from hjulet.wheel.choices import DECIDES, KINDS, PLANS, TO_PROVIDERS, PlanState, Quarter, Repeats, Said, WheelReach
from hjulet.wheel.recurrence import Rule, rule_from

OLDEST, LATEST = 2000, 2149


def told(row: models.Model, name: str) -> str:
    """A text in the reader's language, Swedish where there is no other."""
    english = str(getattr(row, f"{name}_en")) if (get_language() or "sv").startswith("en") else ""
    return english or str(getattr(row, name))


class Plan(models.Model):
    """What a unit plans for a year: proposed, then adopted by whoever decides. From then on everyone sees it.

    `asked_by` handed it over to be decided; `answer` is what must change first, by whoever sent it back.
    """

    principal = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=PlanState, default=PlanState.PROPOSED)
    decided_by = models.CharField(max_length=120, blank=True)
    decision_number = models.CharField(max_length=60, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    asked_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    made_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["unit__path", "year"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "year"], name="wheel_plan_once"),
            models.CheckConstraint(
                condition=Q(state__in=(PlanState.PROPOSED, PlanState.ASKED), decided_on__isnull=True)
                | Q(state=PlanState.ADOPTED, decided_on__isnull=False),
                name="wheel_plan_decided_has_day",
            ),
            models.CheckConstraint(condition=Q(year__gte=OLDEST, year__lte=LATEST), name="wheel_plan_year"),
        ]
        indexes = [models.Index(fields=["principal", "year", "state"], name="wheel_plan_year_state")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.year}"

    def get_absolute_url(self) -> str:
        """Where the year is seen; its proposal as long as it is one."""
        proposal = "" if self.adopted else "&forslag=1"
        return f"/arshjul/?enhet={self.unit.code}&ar={self.year}{proposal}"

    @property
    def adopted(self) -> bool:
        return self.state == PlanState.ADOPTED

    @property
    def asked(self) -> bool:
        return self.state == PlanState.ASKED


def does(unit: Unit, provider: Unit | None) -> Q:
    """Activities that a unit is to do itself: its own, and those from above that mean units of its kind.

    `provider` is the provider it belongs to, itself or above it. What lies below a provider is the provider's matter.
    """
    own = Q(plan__unit=unit, reach=WheelReach.HERE)
    from_above = Q(plan__unit__path__in=above(unit.path or ""))
    if provider is None:
        reaches = [reach for reach, kinds in KINDS.items() if unit.kind in kinds]
        return own | (from_above & Q(reach__in=reaches))
    if provider.pk == unit.pk:
        return own | (from_above & Q(reach__in=TO_PROVIDERS, for_providers=True))
    return own


class ActivityQuerySet(models.QuerySet["Activity"]):
    def seen_by(self, actor: Actor) -> Self:
        """The one door: adopted plans where the actor may know of the organisation, a provider's people of what comes
        from above only what is for providers; and proposals where she plans or decides."""
        return self.filter(_read(actor) | _planned(actor), plan__principal_id=actor.principal_id)

    def read_by(self, actor: Actor) -> Self:
        """Those of adopted plans."""
        return self.filter(_read(actor), plan__principal_id=actor.principal_id)

    def of_year(self, year: int) -> Self:
        return self.filter(plan__year=year)

    def around(self, unit: Unit) -> Self:
        """The unit's own, and all from above."""
        return self.filter(plan__unit__path__in=above(unit.path or ""))


def _read(actor: Actor) -> Q:
    return Q(plan__state=PlanState.ADOPTED) & in_sight_of(actor, "plan__unit__path")


def _planned(actor: Actor) -> Q:
    places = Unit.objects.filter(inside(actor.reach(PLANS, DECIDES)), principal_id=actor.principal_id).order_by()
    return Q(plan__unit__in=places.values("pk"))


class Activity(models.Model):
    """Something to be done in a year, by the unit that planned it or by each of some units under it.

    `series` is the same from year to year. `rule` says when it comes back (recurrence.Rule). `produces` is what there
    is to show when it is done, `product` its code where a template named one. `soon_told_on` and `late_told_on` are the
    days when those who are to do it were reminded.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="activities")
    series = models.SlugField(max_length=80)
    title = models.CharField(max_length=160)
    title_en = models.CharField(max_length=160, blank=True)
    about = models.TextField(blank=True)
    quarter = models.CharField(max_length=6, choices=Quarter)
    role = models.ForeignKey(Role, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    product = models.SlugField(max_length=60, blank=True)
    produces = models.CharField(max_length=160)
    produces_en = models.CharField(max_length=160, blank=True)
    reach = models.CharField(max_length=12, choices=WheelReach, default=WheelReach.HERE)
    for_providers = models.BooleanField(default=False)
    repeats = models.CharField(max_length=8, choices=Repeats)
    rule = models.JSONField(default=dict)
    starts_on = models.DateField()
    ends_on = models.DateField()
    soon_told_on = models.DateField(null=True, blank=True)
    late_told_on = models.DateField(null=True, blank=True)
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        ordering = ["ends_on", "starts_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "series"], name="wheel_activity_once"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="wheel_activity_days"),
            models.CheckConstraint(
                condition=~Q(reach=WheelReach.PROVIDERS) | Q(for_providers=True), name="wheel_activity_for_providers"
            ),
        ]
        indexes = [models.Index(fields=["ends_on"], name="wheel_activity_ends")]

    def __str__(self) -> str:
        return told(self, "title")

    def get_absolute_url(self) -> str:
        return f"/arshjul/{self.pk}/"

    @property
    def produces_told(self) -> str:
        return told(self, "produces")

    @property
    def when(self) -> Rule:
        return rule_from(self.rule)

    @property
    def shared(self) -> bool:
        """Whether units under do it, each for itself."""
        return self.reach != WheelReach.HERE


class Mark(models.Model):
    """What a unit has said of an activity: done, with what was produced, or skipped with a reason."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="marks")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    said = models.CharField(max_length=8, choices=Said)
    produced = models.TextField(blank=True)
    link = models.CharField(max_length=500, blank=True)
    reason = models.TextField(blank=True)
    said_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField()

    class Meta:
        ordering = ["activity_id", "unit__path"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "unit"], name="wheel_mark_once"),
            models.CheckConstraint(condition=Q(said=Said.DONE) | ~Q(reason=""), name="wheel_mark_skipped_has_reason"),
        ]


class Feed(models.Model):
    """An address that a calendar program fetches a unit's wheel from. Only a digest of its secret is kept."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-id"]


def provider_of(unit: Unit) -> Unit | None:
    """The topmost provider that a unit belongs to, or is; None for the principal's own."""
    return topmost_providers([unit]).get(unit.pk)


def topmost_providers(units: Iterable[Unit]) -> dict[int, Unit]:
    """The same for several units in one query, by the unit's key."""
    paths = {unit.pk: above(unit.path or "") for unit in units}
    among = {path for some in paths.values() for path in some}
    rows = {row.path: row for row in Unit.objects.filter(path__in=among, kind=UnitKind.PROVIDER)}
    firsts = {pk: next((path for path in some if path in rows), None) for pk, some in paths.items()}
    return {pk: rows[path] for pk, path in firsts.items() if path is not None}


def is_for(activity: Activity, unit: Unit, provider: Unit | None) -> bool:
    """Whether an activity around a unit is the unit's to do: `does` for one that has been read, and is alive then."""
    own = activity.plan.unit_id == unit.pk and not activity.shared
    return alive_on(unit, activity.ends_on) and (own or (activity.shared and _meant(activity, unit, provider)))


def _meant(activity: Activity, unit: Unit, provider: Unit | None) -> bool:
    if not (unit.path or "").startswith(activity.plan.unit.path or ""):
        return False
    if provider is None:
        return unit.kind in KINDS[activity.reach]
    return provider.pk == unit.pk and activity.for_providers and activity.reach in TO_PROVIDERS


def alive_on(unit: Unit, day: date) -> bool:
    first: date = unit.valid_from
    return first <= day and (unit.valid_to is None or unit.valid_to >= day)


def as_values(**values: Any) -> dict[str, Any]:
    """What the log keeps of a change."""
    return {name: getattr(value, "pk", value) for name, value in values.items()}
