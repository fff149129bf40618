"""Codes of self-checks with their Swedish labels."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from hjulet.org.choices import Duty

PLANS = Duty.WRITE_DOCUMENTS  # what is to be checked is part of the management system: the same people write it


class ChecklistKind(TextChoices):
    SELF_CHECK = "self-check", _("Egenkontroll")
    REVIEW = "review", _("Intern granskning")


class VersionState(TextChoices):
    DRAFT = "draft", _("Utkast")
    PUBLISHED = "published", _("Gäller")
    REPLACED = "replaced", _("Ersatt")


class RoundState(TextChoices):
    OPEN = "open", _("Pågår")
    SENT = "sent", _("Inskickad")
    ANALYSED = "analysed", _("Analyserad")


class Often(TextChoices):
    """How often a check is done; the months of a year that each round covers."""

    YEARLY = "yearly", _("En gång om året")
    HALF_YEARLY = "half-yearly", _("Varje halvår")
    TERTIAL = "tertial", _("Varje tertial")
    QUARTERLY = "quarterly", _("Varje kvartal")
    MONTHLY = "monthly", _("Varje månad")


MONTHS = {
    Often.YEARLY: 12,
    Often.HALF_YEARLY: 6,
    Often.TERTIAL: 4,
    Often.QUARTERLY: 3,
    Often.MONTHLY: 1,
}


class CheckStanding(TextChoices):
    """How a round stands on a day."""

    LATE = "late", _("Sen")
    NOW = "now", _("Att göra nu")
    COMING = "coming", _("Kommer")
    SENT = "sent", _("Väntar på analys")
    ANALYSED = "analysed", _("Klar")


class Cause(TextChoices):
    """Why a measure after a check had no effect."""

    ROUTINE = "routine", _("Rutin eller arbetssätt")
    KNOWLEDGE = "knowledge", _("Kunskap och introduktion")
    STAFFING = "staffing", _("Bemanning och tid")
    MEANS = "means", _("Lokaler, utrustning eller system")
    COOPERATION = "cooperation", _("Samarbete med andra")
    OTHER = "other", _("Annat")
