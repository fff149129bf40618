"""Outcomes and reasons of a log review."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Outcome(TextChoices):
    OK = "ok", _("Läsningen var befogad")
    QUESTION = "question", _("Behöver frågas om")
    MISUSE = "misuse", _("Misstänkt obehörig läsning")


class Reason(TextChoices):
    SAMPLE = "sample", _("Slumpat urval")
    OFF_HOURS = "off_hours", _("Läst mellan 22.00 och 06.00")
    NO_RELATION = "no_relation", _("Läst utan att ha arbetat i ärendet")
