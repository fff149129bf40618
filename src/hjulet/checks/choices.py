"""Codes of self-checks with their Swedish labels."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


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
