"""A manager's duties pass to another (ORG-5, NEW-22): the handover, the choices made before it, and what passed."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from hjulet.cases.models import Case
from hjulet.core.actor import Actor, Grant
from hjulet.core.policies import PERSON, units
from hjulet.core.scope import ScopedModel, ScopedQuerySet
from hjulet.handover.choices import ENDED, HandoverState, Kind
from hjulet.measures.models import Measure
from hjulet.org.choices import Duty
from hjulet.org.models import Person, Principal, Unit, parts_of

ABOVE = (Duty.MANAGE_ORGANISATION, Duty.READ)
NET = f"""leaving_id = {PERSON} OR successor_id = {PERSON}
  OR unit_id IN {units(*ABOVE, of="unit_id")}"""
# Who sees the case or the measure sees that it passed: the question goes through that table's own policy.
NET_OF_ROW = f"""leaving_id = {PERSON} OR to_id = {PERSON}
  OR kind = 'document'
  OR (kind IN ('case', 'measure') AND hjulet_knows_of(kind::text, object_id))"""


def over(actor: Actor) -> tuple[Grant, ...]:
    """Where the actor sees handovers by duty. Reach lent in an emergency is for reading cases only."""
    return tuple(grant for grant in actor.reach(*ABOVE) if grant.role != "break-glass")


class HandoverQuerySet(ScopedQuerySet):
    def open(self) -> HandoverQuerySet:
        return self.filter(state=HandoverState.PREPARED)

    def ended(self) -> HandoverQuerySet:
        return self.filter(state__in=ENDED)


class Handover(ScopedModel):
    """What someone holds at a unit and below goes to a successor, who holds it from `first_day`.

    `unit` is where it is seen from above; `more_units` are keys of others that follow along. `words` is what the one
    who leaves has written, by heading. `receipt` is the frozen record of what passed, without anything that is told
    of a case; a trigger keeps it, and everything else but the confirmation, as it was when it was carried out.
    """

    net = NET

    principal = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    more_units = models.JSONField(default=list, blank=True)
    leaving = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    successor = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    first_day = models.DateField()
    state = models.CharField(max_length=10, choices=HandoverState, default=HandoverState.PREPARED)
    version = models.PositiveIntegerField(default=1)
    words = models.JSONField(default=dict, blank=True)
    started_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    carried_out_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    carried_out_at = models.DateTimeField(null=True, blank=True)
    receipt = models.JSONField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_for = models.CharField(max_length=300, blank=True)

    objects: ClassVar[Any] = HandoverQuerySet.as_manager()

    class Meta(ScopedModel.Meta):
        ordering = ["-first_day", "-id"]
        indexes = [models.Index(fields=["principal", "state", "-first_day", "-id"], name="handover_list")]
        constraints = [
            models.CheckConstraint(condition=~Q(leaving=F("successor")), name="handover_to_another"),
            models.CheckConstraint(
                condition=Q(state__in=[HandoverState.PREPARED, HandoverState.WITHDRAWN], receipt__isnull=True)
                | Q(
                    state__in=[HandoverState.DONE, HandoverState.TAKEN_OVER],
                    receipt__isnull=False,
                    carried_out_at__isnull=False,
                ),
                name="handover_done_has_receipt",
            ),
            models.UniqueConstraint(
                fields=["leaving", "unit"], condition=Q(state=HandoverState.PREPARED), name="handover_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.leaving_id} → {self.successor_id}, {self.first_day}"

    def get_absolute_url(self) -> str:
        return f"/organisation/overlamning/{self.pk}/"

    @property
    def prepared(self) -> bool:
        return self.state == HandoverState.PREPARED

    @property
    def done(self) -> bool:
        return self.receipt is not None

    @property
    def unit_ids(self) -> list[int]:
        return [self.unit_id, *self.more_units]

    @classmethod
    def scope_rule(cls, queryset: Any, actor: Actor) -> Any:
        """The two it is about, who manages the organisation there, and who reads the unit's cases from above."""
        rule = Q(leaving_id=actor.person_id) | Q(successor_id=actor.person_id)
        for start, stop in parts_of((grant.path, grant.path_end) for grant in over(actor)):
            rule |= Q(unit__path__gte=start, unit__path__lt=stop)
        return queryset.filter(rule, principal_id=actor.principal_id)


class HandoverRow(ScopedModel):
    """One case, measure or document. Seen by the one who had it, the one who gets it, and whoever sees the thing.

    Who owns a document is no secret.
    """

    net = NET_OF_ROW

    handover = models.ForeignKey(Handover, on_delete=models.CASCADE, related_name="+")
    principal = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    leaving = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    object_id = models.BigIntegerField()
    to = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True)

    class Meta(ScopedModel.Meta):
        abstract = True

    @classmethod
    def scope_rule(cls, queryset: Any, actor: Actor) -> Any:
        rule = Q(leaving_id=actor.person_id) | Q(to_id=actor.person_id) | Q(kind=Kind.DOCUMENT)
        for kind, model in ((Kind.CASE, Case), (Kind.MEASURE, Measure)):
            known = model.objects.visible_to(actor).order_by().filter(pk=OuterRef("object_id"))
            rule |= Q(Exists(known), kind=kind)
        return queryset.filter(rule, principal_id=actor.principal_id)


class Choice(HandoverRow):
    """Someone has chosen another than the successor for a row, or with nobody in `to` that it stays where it is."""

    chosen_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField()

    class Meta(HandoverRow.Meta):
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["handover", "kind", "object_id"], name="choice_once")]


class Passed(HandoverRow):
    """What became of a row when the handover was carried out. Rows are only added: a trigger refuses every change.

    `stays`: the one who leaves keeps it. Neither that nor anyone in `to`: nobody could take it, and the unit's
    receivers find it among those without a handler.
    """

    label = models.CharField(max_length=40)
    law = models.CharField(max_length=10, blank=True)
    stays = models.BooleanField(default=False)

    class Meta(HandoverRow.Meta):
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["handover", "kind", "object_id"], name="passed_once")]
