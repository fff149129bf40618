"""Codes of the law room and the phrases its rows use."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop


class Kind(models.TextChoices):
    LAW = "law", _("Lag")
    SECRECY = "secrecy", _("Lag om sekretess")
    REGULATION = "regulation", _("Föreskrift")
    GUIDELINE = "guideline", _("Riktlinje")
    LOCAL = "local", _("Lokal regel")


class LawState(models.TextChoices):
    IN_FORCE = "in-force", _("Gäller")
    COMING = "coming", _("Gäller inte än")
    REPEALED = "repealed", _("Upphävd")


class Verified(models.TextChoices):
    VERIFIED = "verified", _("Läst i källan")
    MEMORY = "memory", _("Ur minnet, inte kontrollerad")
    LOCAL = "local", _("Lokal regel, ingen lag")


class Status(models.TextChoices):
    LAW = "law", _("Lagen säger så")
    REGULATION = "regulation", _("Föreskrift säger så")
    LOCAL = "local", _("Kommunens egen tid")
    DESIGN = "design", _("Hjulets förslag, ingen lag")
    MEMORY = "memory", _("Ur minnet, inte kontrollerad")


class LimitUnit(models.TextChoices):
    WORKING_DAYS = "working-days", _("arbetsdagar")
    DAYS = "days", _("dagar")
    MONTHS = "months", _("månader")
    HOURS = "hours", _("timmar")
    IMMEDIATE = "immediate", _("ingen dag angiven")


class Urgency(models.TextChoices):
    """The word a law uses where it names no day."""

    IMMEDIATE = "immediate", _("Genast")
    ASAP = "asap", _("Snarast")
    PROMPT = "prompt", _("Skyndsamt")
    NO_DELAY = "no_delay", _("Utan dröjsmål")


class Procedure(models.TextChoices):
    DEVIATION = "deviation", _("Avvikelse")
    LEX_SARAH = "lexsarah", _("Lex Sarah")
    LEX_MARIA = "lexmaria", _("Lex Maria")
    COMPLAINT = "complaint", _("Synpunkt och klagomål")
    SUGGESTION = "suggestion", _("Medarbetares förslag")
    AUDIT = "audit", _("Loggkontroll")
    SIDE = "side", _("Andra anmälningar")
    OTHER = "other", _("Övrigt")


# What clocks are counted from, as stored; listed here so that they are translated where they are shown.
COUNTED_FROM = (
    gettext_noop("sedan händelsen upptäcktes"),
    gettext_noop("sedan rapporten kom in"),
    gettext_noop("sedan chefen tog emot rapporten"),
    gettext_noop("sedan bedömningen"),
    gettext_noop("sedan det stod klart att en produkt är inblandad"),
    gettext_noop("sedan misstanken"),
    gettext_noop("sedan anmälan"),
    gettext_noop("sedan det stod klart att det kan vara en fara"),
    gettext_noop("sedan ni fick veta"),
    gettext_noop("sedan åtgärderna blev klara"),
    gettext_noop("sedan rapporten togs emot"),
    gettext_noop("sedan utredningen inleddes"),
    gettext_noop("sedan det stod klart att det är allvarligt"),
    gettext_noop("sedan anmälan till IVO"),
    gettext_noop("sedan beslutet"),
    gettext_noop("sedan den senast granskade månaden"),
    gettext_noop("sedan granskaren såg läsningen"),
    gettext_noop("sedan urvalet gjordes"),
    gettext_noop("sedan beslutet eller förra uppföljningen"),
    gettext_noop("sedan planen upprättades eller följdes upp"),
    gettext_noop("sedan förra informationen"),
    gettext_noop("sedan ärendet togs upp"),
    gettext_noop("sedan händelsen"),
    gettext_noop("sedan synpunkten kom in"),
    gettext_noop("sedan förslaget kom in"),
    gettext_noop("sedan det blev klart vem som ska svara"),
    gettext_noop("sedan patientnämnden frågade"),
    gettext_noop("sedan förra kontrollen"),
    gettext_noop("sedan perioden gick ut"),
    gettext_noop("sedan nämnden antog det"),
    gettext_noop("före sista dagen"),
)
