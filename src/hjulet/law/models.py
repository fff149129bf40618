"""Laws with the dates they apply, and the clocks: how long each step may take, by which source."""

from __future__ import annotations

from datetime import date
from typing import cast

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hjulet.core.clocks import Limit, Unit
from hjulet.law.choices import Kind, LawState, LimitUnit, Procedure, Status, Urgency, Verified


def _valid_on(day: date) -> Q:
    return Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gte=day))


class LawRowQuerySet(models.QuerySet["LawRow"]):
    def on(self, day: date) -> LawRowQuerySet:
        """Provisions that apply on a day; the first and the last day are both included."""
        return self.filter(_valid_on(day))


class ServiceLevelQuerySet(models.QuerySet["ServiceLevel"]):
    def on(self, day: date) -> ServiceLevelQuerySet:
        """Clocks that apply on a day; the first and the last day are both included."""
        return self.filter(_valid_on(day))

    def open_to(self, principal_id: int | None) -> ServiceLevelQuerySet:
        """The principal's own rows and the defaults, own first and then the newest."""
        mine = Q(principal_id=None)
        if principal_id is not None:
            mine |= Q(principal_id=principal_id)
        return self.filter(mine).order_by(F("principal_id").asc(nulls_last=True), "-valid_from")


class LawRow(models.Model):
    """One provision as it reads between two days, told in our own words.

    Rows are delivered (`content/laws.yaml`) or `own`, added by people here. Delivering anew never undoes what people
    have decided: neither an own row's words, nor those of a row that someone has checked, nor an end set here.
    """

    code = models.CharField(_("kod"), max_length=60)
    title = models.CharField(_("rubrik"), max_length=160)
    citation = models.CharField(_("beteckning"), max_length=80, help_text="SoL 27 kap. 2 §")
    summary = models.TextField(_("i korthet"))
    kind = models.CharField(_("slag"), max_length=12, choices=Kind, default=Kind.LAW)
    valid_from = models.DateField(_("gäller från"))
    valid_to = models.DateField(_("gäller till och med"), null=True, blank=True)
    replaced_by = models.ForeignKey(
        "self", models.SET_NULL, verbose_name=_("ersatt av"), null=True, blank=True, related_name="replaces"
    )
    source = models.TextField(_("källa"))
    verified = models.CharField(_("kontrollerad"), max_length=10, choices=Verified, default=Verified.MEMORY)
    own = models.BooleanField(_("tillagd här"), default=False)
    ended_here = models.BooleanField(_("slutet är bestämt här"), default=False)
    checked_on = models.DateField(_("läst i källan den"), null=True, blank=True)
    checked_by = models.ForeignKey(
        "org.Person", models.SET_NULL, verbose_name=_("läst av"), null=True, blank=True, related_name="+"
    )
    checked_source = models.CharField(_("vad som lästes"), max_length=300, blank=True, default="")

    objects = LawRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("lagrum")
        verbose_name_plural = _("lagrum")
        ordering = ["citation", "valid_from"]
        constraints = [
            UniqueConstraint(fields=["code", "valid_from"], name="law_row_code_from"),
            CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="law_row_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.citation} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("law-detail", args=[self.code])

    @property
    def standing(self) -> Verified:
        """How sure the summary is: read in the source by someone here or when it was delivered, or not."""
        return Verified.VERIFIED if self.checked_on else Verified(self.verified)

    def state_on(self, day: date) -> LawState:
        if self.valid_from > day:
            return LawState.COMING
        return LawState.REPEALED if self.valid_to is not None and self.valid_to < day else LawState.IN_FORCE


class ServiceLevel(models.Model):
    """How long one step may take. A principal's own row wins over the default, which has no principal."""

    code = models.CharField(_("kod"), max_length=60)
    label = models.CharField(_("vad"), max_length=160)
    procedure = models.CharField(_("slag av ärende"), max_length=12, choices=Procedure)
    unit = models.CharField(_("enhet"), max_length=12, choices=LimitUnit)
    amount = models.PositiveSmallIntegerField(_("antal"), null=True, blank=True)
    warn_before = models.PositiveSmallIntegerField(
        _("påminn före"), null=True, blank=True, help_text=_("I samma enhet som tiden.")
    )
    urgency = models.CharField(_("lagens ord"), max_length=10, choices=Urgency, blank=True, default="")
    counted_from = models.CharField(_("räknas från"), max_length=120)
    basis = models.CharField(_("lagrum, kod"), max_length=60, blank=True, default="")
    source = models.TextField(_("källa"))
    status = models.CharField(_("vad tiden vilar på"), max_length=10, choices=Status)
    principal = models.ForeignKey(
        "org.Principal", models.CASCADE, verbose_name=_("huvudman"), null=True, blank=True, related_name="+"
    )
    valid_from = models.DateField(_("gäller från"))
    valid_to = models.DateField(_("gäller till och med"), null=True, blank=True)

    objects = ServiceLevelQuerySet.as_manager()

    class Meta:
        verbose_name = _("tid")
        verbose_name_plural = _("tider")
        ordering = ["procedure", "code", "valid_from"]
        constraints = [
            UniqueConstraint(
                fields=["code", "principal", "valid_from"],
                condition=Q(principal__isnull=False),
                name="service_level_own",
            ),
            UniqueConstraint(
                fields=["code", "valid_from"],
                condition=Q(principal__isnull=True),
                name="service_level_default",
            ),
            CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="service_level_ends_after_start",
            ),
            CheckConstraint(
                condition=Q(unit=LimitUnit.IMMEDIATE, amount__isnull=True)
                | (~Q(unit=LimitUnit.IMMEDIATE) & Q(amount__isnull=False)),
                name="service_level_only_immediate_has_no_amount",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.valid_from}"

    @property
    def limit(self) -> Limit:
        """The row as a limit to count with (hjulet.core.clocks.due_on)."""
        return Limit(cast(Unit, str(self.unit)), self.amount)
