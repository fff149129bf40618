from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WheelConfig(AppConfig):
    name = "hjulet.wheel"
    label = "wheel"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hjulet.audit import hooks
        from hjulet.wheel import (
            exports,  # noqa: F401 - offers its list
            jobs,  # noqa: F401 - registers it
        )

        hooks.object_words["wheel-plan"] = _("Plan för ett år")
        hooks.object_words["wheel-activity"] = _("Aktivitet på årshjulet")
        hooks.object_words["wheel-feed"] = _("Prenumeration på årshjulet")
        hooks.verb_words.update(
            {
                "wheel.planned": _("Ett års aktiviteter planerades"),
                "wheel.asked": _("En årsplan lämnades till beslut"),
                "wheel.taken-back": _("En årsplan togs tillbaka"),
                "wheel.sent-back": _("En årsplan skickades tillbaka"),
                "wheel.adopted": _("Ett beslut om en årsplan skrevs in"),
                "wheel.added": _("En aktivitet lades till på årshjulet"),
                "wheel.changed": _("En aktivitet på årshjulet ändrades"),
                "wheel.removed": _("En aktivitet togs bort från årshjulet"),
                "wheel.done": _("En aktivitet på årshjulet blev klar"),
                "wheel.skipped": _("En aktivitet på årshjulet utgick"),
                "wheel.undone": _("Ett svar om en aktivitet togs tillbaka"),
                "wheel.subscribed": _("En prenumeration på årshjulet började"),
                "wheel.unsubscribed": _("En prenumeration på årshjulet stängdes"),
            }
        )
