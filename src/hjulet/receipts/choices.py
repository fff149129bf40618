"""Who is asked to confirm, and how it stands with one person's confirmation."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from hjulet.org.choices import Duty

COUNTERS = (Duty.RECEIVE, Duty.HANDLE, Duty.READ, Duty.STATISTICS)  # whoever leads or follows up a unit
MASKED = (Duty.MASKED_STATISTICS,)


class Asked(TextChoices):
    STAFF = "staff", _("Alla anställda")
    CHOSEN = "chosen", _("Valda enheter och roller")


class Standing(TextChoices):
    LATE = "late", _("Tiden har gått ut")
    MISSING = "missing", _("Inte bekräftat än")
    SOON = "soon", _("Dags att läsa igen")
    HELD = "held", _("Bekräftat")
