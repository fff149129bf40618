"""Groups of notices, and what can become of a mail."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Group(TextChoices):
    """What a person chooses mail for, one by one. Acute danger is always mailed."""

    ACUTE = "acute", _("Akut fara")
    CASES = "cases", _("Ärenden du arbetar med")
    OWN = "own", _("Svar på det du själv har rapporterat")
    MEASURES = "measures", _("Åtgärder du ansvarar för")
    CHECKS = "checks", _("Löften du ska kontrollera")
    WHEEL = "wheel", _("Årshjulet: det du ska göra")
    READING = "reading", _("Det du ska läsa och bekräfta")
    DOCUMENTS = "documents", _("Dokument du skriver, granskar eller har frågat om")
    FILES = "files", _("Filer du har beställt")
    ACCESS = "access", _("Nödåtkomst och ändrade uppdrag")


ALWAYS_MAILED = frozenset({Group.ACUTE})


class OutboxState(TextChoices):
    PENDING = "pending", _("Väntar")
    SENDING = "sending", _("Skickas")
    SENT = "sent", _("Skickat")
    FAILED = "failed", _("Gick inte att skicka")
