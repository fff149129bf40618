from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MeasureState(TextChoices):
    PLANNED = "planned", _("Planerad")
    DONE = "done", _("Genomförd, effekten ska bedömas")
    EFFECTIVE = "effective", _("Genomförd med effekt")
    CANCELLED = "cancelled", _("Återkallad")


class Effect(TextChoices):
    YES = "yes", _("Ja, den hade effekt")
    PARTLY = "partly", _("Delvis")
    NO = "no", _("Nej, ingen effekt")


class Strength(TextChoices):
    STRONG = "strong", _("Stark: gör det svårt att göra fel")
    MEDIUM = "medium", _("Medel: gör det lättare att göra rätt")
    WEAK = "weak", _("Svag: bygger på att människor minns")
