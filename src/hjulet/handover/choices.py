from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class HandoverState(TextChoices):
    PREPARED = "prepared", _("Förbereds")
    DONE = "done", _("Genomförd")
    TAKEN_OVER = "taken-over", _("Övertagen")
    WITHDRAWN = "withdrawn", _("Återtagen")


ENDED = frozenset({HandoverState.DONE, HandoverState.TAKEN_OVER, HandoverState.WITHDRAWN})


class Kind(TextChoices):
    """What goes from one person to another. The database's policy knows these by name (models.NET)."""

    CASE = "case", _("Ärende")
    MEASURE = "measure", _("Åtgärd")
    DOCUMENT = "document", _("Dokument")


class Heading(TextChoices):
    """What the one who leaves writes to the one who comes."""

    FIRST = "first", _("Det som är viktigast de första veckorna")
    ONGOING = "ongoing", _("Det som är påbörjat och inte syns i listorna")
    RISKS = "risks", _("Det som oroar dig")
    PEOPLE = "people", _("Kontakter och samarbeten")
    REST = "rest", _("Något mer")
