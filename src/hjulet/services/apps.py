from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ServicesConfig(AppConfig):
    name = "hjulet.services"
    label = "services"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hjulet.audit import hooks
        from hjulet.core.policies import ABOUT
        from hjulet.core.words_index import TABLES
        from hjulet.law import registry as law
        from hjulet.services import (
            exports,  # noqa: F401 - offers its lists
            jobs,  # noqa: F401 - registers them
            sources,  # noqa: F401 - measures may come from a check
        )
        from hjulet.services.registry import hanging

        TABLES.append("services_service")
        law.HANGERS.append(hanging)
        law.KINDS["service"] = _("Insats")
        ABOUT["promise-check"] = "services_promisecheck"
        hooks.object_words["service"] = _("Insats")
        hooks.object_words["promise-check"] = _("Kontroll av ett löfte")
        hooks.verb_words.update(
            {
                "service.created": _("En insats lades till"),
                "service.changed": _("En insats ändrades"),
                "service.drafted": _("Ett utkast för en insats ändrades"),
                "service.adopted": _("Ett beslut om en insats skrevs in"),
                "service.promised": _("Ett löfte i ett utkast ändrades"),
                "service.unpromised": _("Ett löfte togs bort ur ett utkast"),
                "promise.checked": _("Ett löfte kontrollerades"),
                "promise.corrected": _("En kontroll av ett löfte rättades"),
                "promise.measure": _("En åtgärd efter en kontroll ändrades"),
                "promise.no-effect": _("En åtgärd efter en kontroll hade ingen effekt"),
            }
        )
