from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LearningStopsConfig(AppConfig):
    name = "hjulet.learning_stops"
    label = "learning_stops"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hjulet.audit import hooks
        from hjulet.learning_stops import (
            checked_parts,  # noqa: F401 - joins its parts
            exports,  # noqa: F401 - offers its list
            hanging,  # noqa: F401 - joins the wheel
            parts,  # noqa: F401 - joins its parts
        )

        hooks.object_words["learning-stop"] = _("Hållplats för lärande")
        hooks.object_words["learning-theme"] = _("Tema för en hållplats")
        hooks.verb_words.update(
            {
                "learning-stop.begun": _("En hållplats påbörjades"),
                "learning-stop.figures": _("Siffrorna i en hållplats hämtades på nytt"),
                "learning-stop.answered": _("En fråga i en hållplats besvarades"),
                "learning-stop.people": _("Det skrevs vilka som deltog i en hållplats"),
                "learning-stop.signed": _("En hållplats skrevs under"),
                "learning-stop.reopened": _("En underskriven hållplats öppnades igen"),
                "learning-stop.handed": _("En hållplats lämnades till nämnden"),
                "learning-theme.placed": _("De färdiga hållplatserna lades in"),
                "learning-theme.planned": _("En hållplats månad eller frågor ändrades"),
            }
        )
