from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class UnitKind(TextChoices):
    PRINCIPAL = "principal", _("Huvudman")
    COMMITTEE = "committee", _("Nämnd")
    ADMINISTRATION = "administration", _("Förvaltning")
    DEPARTMENT = "department", _("Avdelning eller funktion")
    AREA = "area", _("Område")
    UNIT = "unit", _("Enhet")
    WARD = "ward", _("Avdelning på enheten")
    STAFF = "staff", _("Stab")
    PROVIDER = "provider", _("Extern utförare")


# From the level of a department and upwards.
DEPARTMENTS = frozenset({UnitKind.DEPARTMENT, UnitKind.ADMINISTRATION, UnitKind.COMMITTEE, UnitKind.PRINCIPAL})


class Track(TextChoices):
    """The law a matter belongs to. `unsure` and `several` are answers in a form, never where a case stays."""

    SOL = "sol", _("SoL")
    LSS = "lss", _("LSS")
    HSL = "hsl", _("HSL")
    SEVERAL = "several", _("Flera lagar")
    UNSURE = "unsure", _("Inte bestämt")
    NONE = "none", _("Annan lag")


FAILED_LOGIN = "person.login_failed"  # the log's verb for a password given in vain


class Duty(TextChoices):
    """Duties that open doors in the product. Which role carries them is set-up data; see RoleDuty."""

    REPORT = "report_deviations", _("Rapportera avvikelser, missförhållanden och risker")
    RECEIVE = "receive_deviations", _("Ta emot och utreda avvikelser")
    RECEIVE_MISCONDUCT = "receive_lex_sarah", _("Ta emot rapporter om missförhållanden (lex Sarah)")
    HANDLE = "handle_cases", _("Handlägga ärenden")
    READ = "read_cases", _("Läsa ärenden")
    ANNUL = "annul_cases", _("Makulera ärenden")
    LEX = "handle_lex", _("Handlägga lex Sarah och lex Maria")
    READ_LEX = "read_lex", _("Läsa lex Sarah, lex Maria och klagomål")
    DECIDE_LEX = "decide_lex", _("Besluta i lex Sarah och lex Maria, med delegation")
    LICENSED = "handle_licensed", _("Utreda och anmäla legitimerad personal (PSL 3 kap. 7 §)")
    REGISTER = "register_matters", _("Registrera handlingar och klagomål")
    ON_CALL = "on_call", _("Ha beredskap vid akut fara")
    STATISTICS = "view_statistics", _("Se statistik för den egna delen")
    MASKED_STATISTICS = "view_masked_statistics", _("Se statistik där små tal är dolda")
    MANAGE_ORGANISATION = "manage_organisation", _("Ändra organisation, roller och uppdrag")
    LOG_REVIEW = "log_review", _("Granska loggar återkommande")
    APPROVE_BREAK_GLASS = "approve_break_glass", _("Godkänna tillfällig åtkomst")
    WATCH_BREAK_GLASS = "watch_break_glass", _("Få veta om tillfällig åtkomst")
    MEASURES = "own_measures", _("Ansvara för åtgärder")
    WRITE_DOCUMENTS = "write_documents", _("Skriva och ändra styrande dokument")
    DECIDE_YEAR = "decide_year", _("Besluta om årets plan på årshjulet")
    PUBLISH_PROCESSES = "publish_processes", _("Godkänna och publicera processer (kvalitetsgruppen)")
    INTERNAL_REVIEW = "internal_review", _("Planera och göra intern kvalitetsgranskning")
    MANAGE_SERVICES = "manage_services", _("Ändra insatser, servicedeklarationer och löften")
    MANAGE_SETTINGS = "manage_settings", _("Ändra kommunens inställningar")


class Standing(TextChoices):
    """Where a row with dates stands on a day."""

    IN_FORCE = "in-force", _("Gäller")
    COMING = "coming", _("Kommer")
    ENDED = "ended", _("Avslutade")


class Mandate(TextChoices):
    """What the board may let someone decide in its name (KL 6 kap. 37 §, 7 kap. 5 §; PSL 3 kap. 5 §)."""

    LEX_SARAH = "lex-sarah", _("Besluta och anmäla enligt lex Sarah")
    LEX_MARIA = "lex-maria", _("Besluta och anmäla enligt lex Maria (anmälningsansvarig)")
