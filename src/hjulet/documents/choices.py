from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class VersionState(TextChoices):
    DRAFT = "draft", _("Utkast")
    REVIEW = "review", _("På granskning")
    COMING = "coming", _("Fastställd, börjar gälla senare")
    ADOPTED = "adopted", _("Gäller")
    REPLACED = "replaced", _("Ersatt")
    WITHDRAWN = "withdrawn", _("Upphävd")
    DROPPED = "dropped", _("Kastat utkast")


UNFINISHED = (VersionState.DRAFT, VersionState.REVIEW)
UNDER_WAY = (*UNFINISHED, VersionState.COMING)
ONCE_ADOPTED = (VersionState.ADOPTED, VersionState.REPLACED, VersionState.WITHDRAWN)


class Verdict(TextChoices):
    AGREES = "agrees", _("Bra som det är")
    CHANGE = "change", _("Behöver ändras")


class RequestState(TextChoices):
    NEW = "new", _("Väntar på svar")
    ACCEPTED = "accepted", _("Ska ändras")
    DONE = "done", _("Ändrat")
    DECLINED = "declined", _("Ändras inte")


class Standing(TextChoices):
    """Where a document stands on a day, for lists and filters."""

    IN_FORCE = "galler", _("Gäller")
    DRAFT = "utkast", _("Utkast och granskning")
    DUE = "oversyn", _("Ska ses över")
    ENDED = "upphavd", _("Upphävda")
