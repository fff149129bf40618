from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class CaseKind(TextChoices):
    DEVIATION = "deviation", _("Avvikelse")
    LEX_SARAH = "lex-sarah", _("Lex Sarah")
    LEX_MARIA = "lex-maria", _("Lex Maria")
    COMPLAINT = "complaint", _("Klagomål")
    VIEW = "view", _("Synpunkt")
    PRAISE = "praise", _("Beröm")
    SUGGESTION = "suggestion", _("Förslag")
    QUESTION = "question", _("Fråga")
    LICENSED = "licensed", _("Fara för patientsäkerheten")


class State(TextChoices):
    REPORTED = "reported", _("Rapporterad")
    RECEIVED = "received", _("Mottagen")
    ASSESSED = "assessed", _("Bedömd")
    INVESTIGATING = "investigating", _("Utreds")
    MEASURES = "measures", _("Åtgärdas")
    FOLLOW_UP = "follow-up", _("Följs upp")
    CLOSED = "closed", _("Avslutad")
    HANDED_OVER = "handed-over", _("Överlämnad")
    ANNULLED = "annulled", _("Makulerad")
    OPENED = "opened", _("Inledd")
    DECIDED = "decided", _("Beslutad")
    NOTIFIED = "notified", _("Anmäld till IVO")
    SUPPLEMENTED = "supplemented", _("Utredningen skickad till IVO")
    IVO_DECIDED = "ivo-decided", _("IVO har beslutat")
    FED_BACK = "fed-back", _("Återkopplad")
    REGISTERED = "registered", _("Registrerad")
    CONFIRMED = "confirmed", _("Bekräftad")
    ANSWERED = "answered", _("Besvarad")


ENDED = frozenset({State.CLOSED, State.HANDED_OVER, State.ANNULLED})
OPEN = frozenset(State) - ENDED

LEX = frozenset({CaseKind.LEX_SARAH, CaseKind.LEX_MARIA})
# What the public sends, and staff's suggestions: received by the registrar, answered by name.
VOICES = frozenset({CaseKind.COMPLAINT, CaseKind.VIEW, CaseKind.PRAISE, CaseKind.SUGGESTION, CaseKind.QUESTION})

# Read only by those with the duty for it: someone with a licence may be a danger to patients (PSL 3 kap. 7 §).
# That so few may read it is our strictest reading and stands in `law` as one from memory.
RESTRICTED = frozenset({CaseKind.LICENSED})

# Thanked or answered, and closed.
LIGHT = frozenset({CaseKind.PRAISE, CaseKind.SUGGESTION})


class Grade(TextChoices):
    """What an inquiry into a report came to; the last two go to IVO (SoL 27 kap. 6 §, LSS 24 f §; PSL 3 kap. 5 §)."""

    NONE = "none", _("Inget missförhållande")
    MISCONDUCT = "misconduct", _("Missförhållande")
    RISK = "risk", _("Påtaglig risk för ett missförhållande")
    SERIOUS = "serious", _("Allvarligt missförhållande")
    SERIOUS_RISK = "serious-risk", _("Påtaglig risk för ett allvarligt missförhållande")
    INJURY = "injury", _("Vårdskada, inte allvarlig")
    SERIOUS_INJURY = "serious-injury", _("Allvarlig vårdskada")
    SERIOUS_INJURY_RISK = "injury-risk", _("Risk för allvarlig vårdskada")
    NO_INJURY = "no-injury", _("Ingen vårdskada")


GRADES = {
    CaseKind.LEX_SARAH: (Grade.NONE, Grade.MISCONDUCT, Grade.RISK, Grade.SERIOUS, Grade.SERIOUS_RISK),
    CaseKind.LEX_MARIA: (Grade.NO_INJURY, Grade.INJURY, Grade.SERIOUS_INJURY_RISK, Grade.SERIOUS_INJURY),
}
TO_IVO = frozenset({Grade.SERIOUS, Grade.SERIOUS_RISK, Grade.SERIOUS_INJURY, Grade.SERIOUS_INJURY_RISK})


class ContentPoint(TextChoices):
    """What the record of an inquiry must tell (SOSFS 2011:5 5 kap.). Causes, planned measures and the position taken
    have places of their own in the case.
    """

    HAPPENED = "happened", _("Vad som hände och vad det ledde till, eller kunde ha lett till")
    NOTICED = "noticed", _("När och hur det uppmärksammades")
    WHEN = "when", _("När det hände")
    SIMILAR = "similar", _("Om något liknande har hänt förut, och i så fall varför det hände igen")
    RECURRENCE = "recurrence", _("Om det kan hända igen")
    TAKEN = "taken", _("Vad som redan har gjorts för att avhjälpa det, och när")
    OTHER = "other", _("Annat som utredningen visade")


class EventKind(TextChoices):
    RISK = "risk", _("Risk: har inte hänt, men kan hända")
    NEAR_MISS = "near-miss", _("Tillbud: hände, men ingen kom till skada")
    ADVERSE_EVENT = "adverse-event", _("Negativ händelse: någon kom till skada")


class Harm(TextChoices):
    NONE = "none", _("Ingen skada")
    DISCOMFORT = "discomfort", _("Obehag som gick över")
    TRANSIENT = "transient", _("Övergående skada")
    LASTING = "lasting", _("Bestående skada")
    DEATH = "death", _("Död")
    UNKNOWN = "unknown", _("Vet inte ännu")


class ReportedHarm(TextChoices):
    """What the reporter answers; the handler assesses harm later."""

    YES = "yes", _("Ja")
    NEAR = "near", _("Nej, men det var nära")
    NO = "no", _("Nej")
    UNKNOWN = "unknown", _("Jag vet inte")


class Severity(IntegerChoices):
    MINOR = 1, _("1 Mindre: obehag eller obetydlig skada")
    MODERATE = 2, _("2 Måttlig: övergående nedsättning")
    SIGNIFICANT = 3, _("3 Betydande: bestående måttlig nedsättning")
    CATASTROPHIC = 4, _("4 Katastrofal: död eller bestående stor nedsättning")


class Likelihood(IntegerChoices):
    VERY_LOW = 1, _("1 Mycket liten: ungefär en gång om året eller mer sällan")
    LOW = 2, _("2 Liten: varje månad")
    HIGH = 3, _("3 Stor: varje vecka")
    VERY_HIGH = 4, _("4 Mycket stor: varje dag")


class SourceType(TextChoices):
    """Whom a report came from; the groups of SOSFS 2011:9 5 kap. 3 §."""

    STAFF = "staff", _("Personal")
    USER = "user", _("Den enskilde")
    RELATIVE = "relative", _("Närstående")
    OTHER_CAREGIVER = "other_caregiver", _("Annan vårdgivare")
    OTHER_PROVIDER = "other_provider", _("Annan utförare")
    AUTHORITY = "authority", _("Myndighet")
    ASSOCIATION = "association", _("Förening eller organisation")
    PUBLIC = "public", _("Annan invånare")


class Channel(TextChoices):
    """How something came in."""

    WEB = "web", _("Webben")
    PHONE = "phone", _("Telefon")
    LETTER = "letter", _("Brev")
    SPOKEN = "spoken", _("Muntligen på plats")
    MAIL = "mail", _("E-post")


class Relation(TextChoices):
    """Whom a complaint is about, by the one who sends it."""

    SELF = "self", _("Mig själv")
    OTHER = "other", _("Någon annan")
    NOBODY = "nobody", _("Ingen särskild person")


class NoteKind(TextChoices):
    FACT = "fact", _("Fakta")
    ASSESSMENT = "assessment", _("Bedömning")


class Informed(TextChoices):
    YES = "yes", _("Ja, den enskilde är informerad")
    RELATIVE = "relative", _("Ja, en närstående är informerad")
    NO = "no", _("Nej")
    NOT_APPLICABLE = "not-applicable", _("Gäller ingen enskild person")


class Answer(TextChoices):
    YES = "yes", _("Ja")
    NO = "no", _("Nej")


class MessageKind(TextChoices):
    QUESTION = "question", _("Fråga till den som rapporterade")
    REPLY = "reply", _("Svar från den som rapporterade")
    DECISION = "decision", _("Besked om vad som beslutades")
    CLOSING = "closing", _("Besked om vad som ändrades")
    CONFIRMATION = "confirm", _("Bekräftelse")
    DELAY = "delay", _("Besked om dröjsmål")
    ANSWER = "answer", _("Svar")


class CauseArea(TextChoices):
    COMMUNICATION = "communication", _("Kommunikation och information")
    ORGANISATION = "environment_organisation", _("Omgivning och organisation")
    PROCEDURES = "procedures", _("Rutiner, riktlinjer och arbetssätt")
    TECHNOLOGY = "technology", _("Teknik, utrustning och hjälpmedel")
    COMPETENCE = "competence", _("Utbildning och kompetens")
