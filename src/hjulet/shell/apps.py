from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

MEASURE_VERBS = {
    "measure.proposed": _("Åtgärden föreslogs"),
    "measure.planned": _("Åtgärden ändrades"),
    "measure.passed-on": _("Åtgärden gavs till någon annan"),
    "measure.done": _("Åtgärden markerades som genomförd"),
    "measure.effect": _("Åtgärdens effekt bedömdes"),
    "measure.reopened": _("Åtgärden öppnades igen"),
    "measure.cancelled": _("Åtgärden återkallades"),
}


class ShellConfig(AppConfig):
    name = "hjulet.shell"
    label = "shell"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.db.models import Subquery

        from hjulet.audit import hooks
        from hjulet.cases.sources import refs_of
        from hjulet.cases.timeline import verb_words
        from hjulet.core import jobs
        from hjulet.notify.actions import tell
        from hjulet.org import jobs as org_jobs
        from hjulet.org.login import KNOWN_WITH_PERSON
        from hjulet.shell import ways  # noqa: F401 - joins the wheel

        KNOWN_WITH_PERSON["jobs_sign"] = lambda: Subquery(jobs.latest_sign().values("sign"))
        hooks.told.append(tell)
        org_jobs.told.append(tell)
        hooks.object_words.update({"case": _("Ärende"), "measure": _("Åtgärd"), "statistics": _("Statistik")})
        hooks.verb_words.update(verb_words() | MEASURE_VERBS)
        hooks.verb_words["extract.made"] = _("Ett registerutdrag gjordes")
        hooks.object_names["case"] = refs_of
