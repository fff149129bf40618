"""What can become of an ordered file."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class OrderState(TextChoices):
    WAITING = "waiting", _("Väntar")
    WRITING = "writing", _("Skrivs")
    READY = "ready", _("Klar")
    FAILED = "failed", _("Gick inte att skriva")
