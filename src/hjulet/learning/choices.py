from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class LessonKind(TextChoices):
    LESSON = "lesson", _("Lärdom")
    PRAISE = "praise", _("Beröm")
    SUGGESTION = "suggestion", _("Förslag")


class LessonState(TextChoices):
    WAITING = "waiting", _("Väntar på granskning")
    RETURNED = "returned", _("Tillbaka till den som skrev")
    PUBLISHED = "published", _("Publicerad")
    WITHDRAWN = "withdrawn", _("Tillbakadragen")
