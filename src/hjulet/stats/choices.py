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


TIMES = frozenset({By.YEAR, By.QUARTER, By.MONTH})
# With small numbers hidden, a table is cut from one whole, or divided by one of the latter alone.
MASKED_TABLE = frozenset({By.YEAR, By.QUARTER, By.CATEGORY, By.UNIT})
MASKED_ALONE = (By.SEVERITY, By.STATE)
