from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Level(TextChoices):
    """What a process is for (S0 1.3.1.2): the work itself, what leads it, what it leans on."""

    OPERATING = "operating", _("Omsorgsprocess")
    LEADING = "leading", _("Ledningsprocess")
    SUPPORTING = "supporting", _("Stödprocess")


class Stage(TextChoices):
    """The seven sub-processes of an operating process, in order (S0)."""

    INTAKE = "intake", _("Aktualisera")
    INVESTIGATE = "investigate", _("Utreda")
    DECIDE = "decide", _("Besluta")
    COMMISSION = "commission", _("Utforma uppdrag")
    PERFORM = "perform", _("Genomföra uppdrag")
    FOLLOW_UP = "follow_up", _("Följa upp")
    CLOSE = "close", _("Avsluta")


class DrawnState(TextChoices):
    """Where a version of a process stands."""

    DRAFT = "draft", _("Utkast")
    ASKED = "asked", _("Väntar på godkännande")
    PUBLISHED = "published", _("Gäller")
    REPLACED = "replaced", _("Ersatt")
    WITHDRAWN = "withdrawn", _("Upphävd")
    DROPPED = "dropped", _("Kastad")


UNFINISHED = (DrawnState.DRAFT, DrawnState.ASKED)
ONCE_PUBLISHED = (DrawnState.PUBLISHED, DrawnState.REPLACED, DrawnState.WITHDRAWN)


class LinkKind(TextChoices):
    """What may hang on an element, told by its code in its own room."""

    DOCUMENT = "document", _("Dokument")
    LAW = "law", _("Lagrum")
    SERVICE = "service", _("Insats")
