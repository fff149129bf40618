"""Outcomes and reasons of a log review."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Outcome(TextChoices):
    OK = "ok", _("Läsningen hör till arbetet")
    QUESTION = "question", _("Chefen är tillfrågad och har svarat")
    UNCLEAR = "unclear", _("Oklar, ska utredas")
    MISUSE = "misuse", _("Misstänkt obehörig läsning, till dataskyddsombudet")


class Reason(TextChoices):
    SAMPLE = "sample", _("Slumpat urval")
    OFF_HOURS = "off_hours", _("Läst utanför arbetstid")
    NO_RELATION = "no_relation", _("Läst utan att ha arbetat i ärendet")
    PROTECTED = "protected", _("Gäller någon med skyddade personuppgifter")
    RELATIVE = "relative", _("Samma efternamn eller adress som den läsningen gäller")
