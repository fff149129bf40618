"""Codes of internal reviews with their Swedish labels."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from hjulet.org.choices import Duty

REVIEWS = Duty.INTERNAL_REVIEW  # who plans and makes the visits
ANSWERS = Duty.RECEIVE  # who answers for the unit that was visited


class FunctionKind(TextChoices):
    FUNCTION = "function", _("Avdelning eller funktion")
    AUTHORITY = "authority", _("Myndighetsutövning")


class Mode(TextChoices):
    ANNOUNCED = "announced", _("Anmält")
    UNANNOUNCED = "unannounced", _("Oanmält")


class VisitState(TextChoices):
    PLANNED = "planned", _("Planerat")
    VISITED = "visited", _("Pågår")
    REPORTED = "reported", _("Resultatet är lämnat")
    ANSWERED = "answered", _("Enheten har svarat")
    CLOSED = "closed", _("Avslutat")


TOLD = (VisitState.REPORTED, VisitState.ANSWERED, VisitState.CLOSED)  # the result is for others than the reviewers


class Which(TextChoices):
    YOUNGEST = "youngest", _("Yngst")
    OLDEST = "oldest", _("Äldst")
