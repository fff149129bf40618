"""Codes of the services room: areas of good quality, states of a text that is decided, how promises are told."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from hjulet.org.choices import Duty

# Who leads or follows up a unit, and so sees how its promises are kept.
FOLLOWS = (
    *(Duty.RECEIVE, Duty.HANDLE, Duty.READ, Duty.READ_LEX, Duty.STATISTICS, Duty.MASKED_STATISTICS),
    Duty.MANAGE_SERVICES,
)
CHECKS = (Duty.RECEIVE, Duty.MANAGE_SERVICES)  # who says whether a promise was kept
CHECK_LEVEL = "promise.check"  # the service level: how long after the period


class Area(TextChoices):
    """The six areas of good quality (Socialstyrelsen's model of quality in social services)."""

    SELF = "self-determination", _("Självbestämmande och integritet")
    WHOLE = "whole", _("Helhetssyn och samordning")
    SAFE = "safety", _("Trygghet och säkerhet")
    KNOWLEDGE = "knowledge", _("Kunskapsbaserad verksamhet")
    ACCESS = "access", _("Tillgänglighet")
    EFFICIENT = "efficiency", _("Effektivitet")


class EditionState(TextChoices):
    """A text that someone decides: proposed, decided, and then replaced by the next."""

    DRAFT = "draft", _("Förslag")
    ADOPTED = "adopted", _("Beslutad")
    REPLACED = "replaced", _("Ersatt")


DECIDED = (EditionState.ADOPTED, EditionState.REPLACED)


class Every(TextChoices):
    """How often a promise is checked."""

    MONTH = "month", _("Varje månad")
    QUARTER = "quarter", _("Varje kvartal")
    HALF_YEAR = "half-year", _("Varje halvår")
    YEAR = "year", _("Varje år")


class Comparator(TextChoices):
    """How a result is set against the target. `words`: the target is told in words and judged by whoever checks."""

    AT_LEAST = "at-least", _("Minst")
    AT_MOST = "at-most", _("Högst")
    WORDS = "words", _("Bedöms med ord")


class Source(TextChoices):
    MANUAL = "manual", _("Den som kontrollerar skriver in resultatet")
    OWN = "own", _("Hjulet räknar ut resultatet")


class Outcome(TextChoices):
    """How a check stands. `waiting` until someone has said."""

    WAITING = "waiting", _("Ska kontrolleras")
    MET = "met", _("Hölls")
    NOT_MET = "not-met", _("Hölls inte")
    NOT_POSSIBLE = "not-possible", _("Gick inte att kontrollera")


class Cause(TextChoices):
    """What lies behind when a measure after a check had no effect."""

    STAFFING = "staffing", _("Bemanning och kunskap")
    WORKING = "working", _("Arbetssätt och rutiner")
    PLANNING = "planning", _("Planering och samordning")
    PREMISES = "premises", _("Lokaler och hjälpmedel")
    OTHER = "other", _("Annat")
