from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HandoverConfig(AppConfig):
    name = "hjulet.handover"
    label = "handover"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hjulet.audit import hooks
        from hjulet.core.policies import ABOUT

        ABOUT["handover"] = "handover_handover"
        hooks.object_words.update({"handover": _("Överlämning"), "clock": _("Tid i ett ärende")})
        hooks.verb_words.update(
            {
                "handover.started": _("En överlämning började förberedas"),
                "handover.words": _("Den som slutar skrev till efterträdaren"),
                "handover.shared-out": _("Överlämningens rader fördelades"),
                "handover.carried-out": _("En överlämning genomfördes"),
                "handover.taken-over": _("Efterträdaren bekräftade att hen har tagit över"),
                "handover.withdrawn": _("En överlämning togs tillbaka"),
            }
        )
        from hjulet.handover import of_cases, of_documents, of_measures, of_unit  # noqa: F401 - they register themselves
