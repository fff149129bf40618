"""Codes of the learning stops, and who does what with them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from hjulet.org.choices import Duty, UnitKind

PLANS = Duty.WRITE_DOCUMENTS  # who plans a unit's year also documents its learning stops, as on the wheel
READERS = (PLANS, Duty.STATISTICS, Duty.RECEIVE, Duty.RECEIVE_MISCONDUCT, Duty.HANDLE, Duty.READ, Duty.READ_LEX)
MASKED = Duty.MASKED_STATISTICS  # a board's people: what has been handed to them, no more
WORKS = (UnitKind.UNIT,)  # each of these does all stops
LEVELS = (UnitKind.ADMINISTRATION, UnitKind.DEPARTMENT, UnitKind.AREA)  # these sum what is below
NO_STOP = (UnitKind.WARD, UnitKind.PRINCIPAL, UnitKind.COMMITTEE)


class StopState(TextChoices):
    """A stop that nobody has begun has no row."""

    OPEN = "open", _("Påbörjad")
    SIGNED = "signed", _("Underskriven")


class StopStanding(TextChoices):
    """How a unit's stop stands on a day; worked out, never kept."""

    COMING = "coming", _("Kommer")
    WAITING = "waiting", _("Inte påbörjad")
    OPEN = "open", _("Påbörjad")
    LATE = "late", _("Inte klar än")
    SIGNED = "signed", _("Underskriven")
    SKIPPED = "skipped", _("Utgår")
