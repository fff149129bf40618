"""Facts: cases counted once per month, so that a table costs the same whether ten thousand or a million
came in.
"""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from hjulet.core.policies import places
from hjulet.org.choices import Duty
from hjulet.org.dated import holding
from hjulet.org.models import Principal, Unit
from hjulet.processes.models import Process

DEFAULT_THRESHOLD, DEFAULT_MIN_DENOMINATOR = 5, 10
LEAST_THRESHOLD, LEAST_DENOMINATOR = 3, 2
DEFAULT_SOURCE = "Hjulets grundvärde. Ingen lag anger talet; kommunen kan välja ett annat, dock minst 3."


class CaseFact(models.Model):
    """How many cases of one sort one unit got in one month, by the Swedish day they were reported.

     The grain is the month: quarters and years are sums of months, and the few things that need days (a
    period that starts inside a month, a unit that moved inside a month, reports with time left for an answer)
    are counted straight from the cases of those months; see `source.py`. Every row is about the case as it
    is now, in the month it came: a reclassified, moved or reopened case moves between rows of its original
    month, in the same transaction.

     `category` is a Category's id, `severity` 1–4; both are 0 where none is set, since a unique key takes
    no NULL. `track` is `unsure` until the track is set. `closed…` count cases in state closed; days run
    from the reported day to the closing day. `with_reporter` counts cases someone can be answered in. The
    numbers may be negative for a moment only if facts and cases disagree, which `verify-stats` tells; they
    never stop a case from being handled.
    """

    net = f"(unit_id, track::text) IN {places(Duty.STATISTICS, Duty.MASKED_STATISTICS, unsure=True)}"
    SUMS = (
        "cases",
        "closed",
        "days_to_close",
        "closed_30",
        "closed_60",
        "closed_90",
        "with_reporter",
        "answered",
        "answered_in_time",
    )
    KEY = ("principal_id", "unit_id", "month", "kind", "track", "category", "severity", "state")

    principal = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    month = models.DateField()  # the month's first day
    kind = models.CharField(max_length=12)
    track = models.CharField(max_length=10)
    category = models.BigIntegerField(default=0)
    severity = models.SmallIntegerField(default=0)
    state = models.CharField(max_length=14)
    cases = models.IntegerField(default=0)
    closed = models.IntegerField(default=0)
    days_to_close = models.BigIntegerField(default=0)
    closed_30 = models.IntegerField(default=0)
    closed_60 = models.IntegerField(default=0)
    closed_90 = models.IntegerField(default=0)
    with_reporter = models.IntegerField(default=0)
    answered = models.IntegerField(default=0)
    answered_in_time = models.IntegerField(default=0)

    class Meta:
        ordering = ["principal_id", "month", "unit_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["principal", "month", "unit", "kind", "track", "category", "severity", "state"],
                name="case_fact_cell",
            )
        ]
        indexes = [models.Index(fields=["unit", "month"], name="case_fact_unit_month")]


class CaseTotal(models.Model):
    """The facts of all units below the third level of the tree carried to their place there, and of those above to
    themselves, without kind, severity and state; annulled cases are left out. Whoever asks about much of the town is
    answered out of these (`case_totals.answers`): a tenth of the rows.

    A change adds a row and never touches one: those who change cases of different units would else wait for each
    other. The sum of a cell's rows is its number; each day they become one (`case_totals.sum_up`).
    """

    net = f"(unit_id, track::text) IN {places(Duty.STATISTICS, Duty.MASKED_STATISTICS, unsure=True)}"
    SUMS = CaseFact.SUMS
    KEY = ("principal_id", "unit_id", "month", "track", "category")

    principal = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    month = models.DateField()  # the month's first day
    track = models.CharField(max_length=10)
    category = models.BigIntegerField(default=0)
    cases = models.IntegerField(default=0)
    closed = models.IntegerField(default=0)
    days_to_close = models.BigIntegerField(default=0)
    closed_30 = models.IntegerField(default=0)
    closed_60 = models.IntegerField(default=0)
    closed_90 = models.IntegerField(default=0)
    with_reporter = models.IntegerField(default=0)
    answered = models.IntegerField(default=0)
    answered_in_time = models.IntegerField(default=0)

    class Meta:
        ordering = ["principal_id", "month", "unit_id", "id"]
        indexes = [models.Index(fields=["principal", "month", "unit"], name="case_total_month")]


class CountedStep(models.Model):
    """How many cases there are in one step of a process and one month, whichever its version. Annulled ones are left
    out. `s1`–`s4` count by severity, where it is set; `open` those that are not ended.
    """

    net = f"(unit_id, track::text) IN {places(Duty.STATISTICS, Duty.MASKED_STATISTICS, unsure=True)}"
    SUMS = ("cases", "open", "s1", "s2", "s3", "s4")
    KEY = ("principal_id", "unit_id", "month", "kind", "track", "process_id", "step")

    principal = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    month = models.DateField()  # the month's first day
    kind = models.CharField(max_length=12)
    track = models.CharField(max_length=10)
    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="+", db_index=False)
    step = models.CharField(max_length=200)
    cases = models.IntegerField(default=0)
    open = models.IntegerField(default=0)
    s1 = models.IntegerField(default=0)
    s2 = models.IntegerField(default=0)
    s3 = models.IntegerField(default=0)
    s4 = models.IntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ["principal_id", "month", "unit_id", "id"]


class StepFact(CountedStep):
    """What one unit got. Kept as CaseFact is."""

    class Meta(CountedStep.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["principal", "month", "unit", "kind", "track", "process", "step"], name="step_fact_cell"
            )
        ]
        indexes = [models.Index(fields=["process", "month"], name="step_fact_process")]


class StepTotal(CountedStep):
    """The same for all at and below each place high in the tree (`step_facts.LEVELS`), where the answer would else be
    summed from as many rows as there are units.

    A change adds a row and never touches one: those who change cases of different units would else wait for each
    other. The sum of a cell's rows is its number; each day they become one (`step_facts.sum_up`).
    """

    class Meta(CountedStep.Meta):
        indexes = [models.Index(fields=["unit", "process", "month"], name="step_total_place")]


class MaskingRule(models.Model):
    """Below which number statistics are hidden from those who may only see masked ones. No principal:
    Hjulet's own.

     `threshold` is the smallest number shown, at least 3. Percentages need `min_denominator` cases.
    """

    principal = models.ForeignKey(Principal, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    threshold = models.PositiveSmallIntegerField(default=DEFAULT_THRESHOLD)
    min_denominator = models.PositiveSmallIntegerField(default=DEFAULT_MIN_DENOMINATOR)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    source = models.TextField()

    class Meta:
        ordering = ["principal_id", "valid_from", "id"]
        constraints = [
            models.UniqueConstraint(fields=["principal", "valid_from"], name="masking_rule_from"),
            models.CheckConstraint(condition=Q(threshold__gte=LEAST_THRESHOLD), name="masking_threshold"),
            models.CheckConstraint(condition=Q(min_denominator__gte=LEAST_DENOMINATOR), name="masking_denominator"),
        ]

    @classmethod
    def of(cls, principal_id: int, on: date) -> MaskingRule:
        """The rule on a day: the principal's own, else Hjulet's."""
        rows = cls.objects.filter(Q(principal_id=principal_id) | Q(principal__isnull=True))
        found: MaskingRule = holding(rows, on) or cls(valid_from=on, source=DEFAULT_SOURCE)
        return found
