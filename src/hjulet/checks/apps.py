from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChecksConfig(AppConfig):
    name = "hjulet.checks"
    label = "checks"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hjulet.audit import hooks
        from hjulet.checks import (
            answering_hooks,
            exports,  # noqa: F401 - offers its lists
            hanging,  # noqa: F401 - tells the steps of processes
            jobs,  # noqa: F401 - registers it
            sources,
        )

        answering_hooks.offer()
        sources.offer()
        hooks.object_words["selfcheck"] = _("Planerad egenkontroll")
        hooks.object_words["checklist"] = _("Checklista")
        hooks.verb_words.update(
            {
                "selfcheck.planned": _("En egenkontroll planerades"),
                "selfcheck.replanned": _("En planerad egenkontroll ändrades"),
                "selfcheck.removed": _("En egenkontroll togs bort ur planen"),
                "selfcheck.analysed": _("En egenkontroll analyserades"),
                "selfcheck.measure": _("En åtgärd efter en egenkontroll ändrades"),
                "selfcheck.no_effect": _("En åtgärd efter en egenkontroll hade ingen effekt"),
                "checklist.made": _("En checklista skapades"),
                "checklist.draft": _("Ett utkast till checklista påbörjades"),
                "checklist.written": _("Ett utkast till checklista ändrades"),
                "checklist.published": _("En checklista publicerades"),
                "checklist.dropped": _("Ett utkast till checklista togs bort"),
                "checklist.ended": _("En checklista avslutades"),
                "checklist.again": _("En checklista togs i bruk igen"),
            }
        )
