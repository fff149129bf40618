from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InternalReviewsConfig(AppConfig):
    name = "hjulet.internal_reviews"
    label = "internal_reviews"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hjulet.audit import hooks
        from hjulet.internal_reviews import (
            exports,  # noqa: F401 - offers its list
            sources,  # noqa: F401 - where measures come from
        )

        hooks.object_words["internal-review"] = _("Intern granskning")
        hooks.object_words["internal-review-plan"] = _("Plan för interna granskningar")
        hooks.object_words["internal-review-rules"] = _("Regler för interna granskningar")
        hooks.object_words["drawn"] = _("Person som drogs till en granskning")
        hooks.verb_words.update(
            {
                "internal-review.rules": _("Reglerna för interna granskningar ändrades"),
                "internal-review.planned": _("Ett års interna granskningar planerades"),
                "internal-review.dropped": _("Planen för interna granskningar togs bort"),
                "internal-review.added": _("En intern granskning lades till"),
                "internal-review.moved": _("En intern granskning fick en dag"),
                "internal-review.removed": _("En intern granskning togs bort"),
                "internal-review.drawn": _("Två personer drogs till en intern granskning"),
                "internal-review.answered": _("Svar skrevs i en intern granskning"),
                "internal-review.reported": _("Resultatet av en intern granskning lämnades"),
                "internal-review.replied": _("Enheten svarade på en intern granskning"),
                "internal-review.measure": _("En åtgärd efter en intern granskning ändrades"),
                "internal-review.taken-up": _("Ledningsgruppen tog upp en intern granskning"),
                "internal-review.closed": _("En intern granskning avslutades"),
            }
        )
