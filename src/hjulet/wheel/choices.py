"""Codes of the annual wheel: for whom an activity is, how it comes back, and how it stands."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from hjulet.org.choices import Duty, UnitKind

PLANS = Duty.WRITE_DOCUMENTS  # a year's plan is a steering document: the same people write it
DECIDES = Duty.DECIDE_YEAR
REMIND_LEVEL = "wheel.activity"  # the service level: how long before its last day an activity is told of


class Quarter(TextChoices):
    """Which quarter of the improvement wheel an activity belongs to; not a quarter of the year."""

    PLAN = "plan", _("Planera")
    DO = "do", _("Genomföra")
    CHECK = "check", _("Följa upp")
    ACT = "act", _("Förbättra")


class WheelReach(TextChoices):
    """Who does it: the unit that planned it, or each of some units under it for itself."""

    HERE = "here", _("Bara den här enheten")
    DEPARTMENTS = "departments", _("Varje avdelning under")
    UNITS = "units", _("Varje enhet under")
    PROVIDERS = "providers", _("Varje extern utförare under")
    ALL = "all", _("Alla under, på varje nivå")


# Kinds that a reach means. Providers are meant where the activity is for providers too; wards never.
KINDS: dict[str, tuple[str, ...]] = {
    WheelReach.DEPARTMENTS.value: (UnitKind.DEPARTMENT.value,),
    WheelReach.UNITS.value: (UnitKind.UNIT.value,),
    WheelReach.PROVIDERS.value: (),
    WheelReach.ALL.value: tuple(
        kind.value
        for kind in (UnitKind.ADMINISTRATION, UnitKind.DEPARTMENT, UnitKind.AREA, UnitKind.STAFF, UnitKind.UNIT)
    ),
}
TO_PROVIDERS = (WheelReach.UNITS.value, WheelReach.PROVIDERS.value, WheelReach.ALL.value)


class Repeats(TextChoices):
    """How an activity comes back next year (see recurrence)."""

    MONTHS = "months", _("Varje år, samma månader")
    DATE = "date", _("Varje år, samma datum")
    WEEKDAY = "weekday", _("Varje år, samma veckodag i månaden")
    WEEK = "week", _("Varje år, samma vecka och veckodag")
    ONCE = "once", _("Bara i år")


class PlanState(TextChoices):
    PROPOSED = "proposed", _("Förslag")
    ASKED = "asked", _("Väntar på beslut")
    ADOPTED = "adopted", _("Beslutat")


class Said(TextChoices):
    """What a unit has said of an activity. Without a word it is still to be done."""

    DONE = "done", _("Klar")
    SKIPPED = "skipped", _("Utgår")


class WheelStanding(TextChoices):
    """How an activity stands for a unit on a day; worked out, never kept."""

    LATE = "late", _("Sen")
    NOW = "now", _("Pågår")
    COMING = "coming", _("Kommer")
    DONE = "done", _("Klar")
    SKIPPED = "skipped", _("Utgår")
