from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Part(TextChoices):
    """The sections of the whole, in reading order."""

    INTRO = "intro", _("Inledning")
    SCOPE = "scope", _("Omfattning")
    RESPONSIBILITY = "responsibility", _("Ansvar")
    LAWS = "laws", _("Lagar och regler")
    DOCUMENTS = "documents", _("Styrande dokument")
    PROCESSES = "processes", _("Processer")
    METHODS = "methods", _("Metoder för systematiskt kvalitetsarbete")
    WHEEL = "wheel", _("Året")
    COOPERATION = "cooperation", _("Samverkan")
    PARTICIPATION = "participation", _("Personalens medverkan")
    SERVICES = "services", _("Insatser")


WRITTEN = (Part.INTRO, Part.SCOPE, Part.COOPERATION, Part.PARTICIPATION)  # sections that also hold words of one's own
