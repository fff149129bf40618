"""Codes of the diary."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Direction(TextChoices):
    """Whether a document came in, went out or was drawn up here."""

    IN = "in", _("Inkommen")
    OUT = "out", _("Utgående")
    DRAWN_UP = "drawn-up", _("Upprättad")
