from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class By(TextChoices):
    """What a table can be divided by."""

    YEAR = "year", _("år")
    QUARTER = "quarter", _("kvartal")
    MONTH = "month", _("månad")
    UNIT = "unit", _("enhet")
    CATEGORY = "category", _("kategori")
    KIND = "kind", _("ärendetyp")
    TRACK = "track", _("lagrum")
    SEVERITY = "severity", _("allvarlighet")
    STATE = "state", _("läge")


class Tree(TextChoices):
    NOW = "now", _("Organisationen som den är nu")
    THEN = "then", _("Organisationen som den var då")


class Chart(TextChoices):
    """A chart over time; which one depends on what the numbers are."""

    RUN = "run", _("följdiagram")
    I = "i", _("enskilda värden (XmR)")  # noqa: E741 - the chart's own name
    P = "p", _("andelar (p)")
    U = "u", _("antal per enhet (u)")
    C = "c", _("antal (c)")
    T = "t", _("tid mellan händelser (t)")


class Rules(TextChoices):
    """Whose rules tell a change from chance."""

    ANHOJ = "anhoj", _("Anhøj")
    MDC = "mdc", _("Making Data Count")


class Measure(TextChoices):
    """What is followed over time."""

    CASES = "cases", _("Antal ärenden")
    FEEDBACK = "feedback", _("Svar i tid")
    CLOSING = "closing", _("Dagar till avslut")
    HARM = "harm", _("Dagar mellan allvarliga skador")


class Per(TextChoices):
    """How time is cut."""

    MONTH = "month", _("månad")
    QUARTER = "quarter", _("kvartal")
    WEEK = "week", _("vecka")


TIMES = frozenset({By.YEAR, By.QUARTER, By.MONTH})
# With small numbers hidden, a table is cut from one whole, or divided by one of the latter alone.
MASKED_TABLE = frozenset({By.YEAR, By.QUARTER, By.CATEGORY, By.UNIT})
MASKED_ALONE = (By.SEVERITY, By.STATE)
