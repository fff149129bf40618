from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExportsConfig(AppConfig):
    name = "hjulet.exports"
    label = "exports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hjulet.audit import hooks
        from hjulet.core.exports import later
        from hjulet.exports import jobs  # noqa: F401 - registers them
        from hjulet.exports.web import offer_later

        later.append(offer_later)
        hooks.object_words["export"] = _("Beställd fil")
        hooks.verb_words.update(
            {
                "export.ordered": _("En fil beställdes"),
                "export.fetched": _("En beställd fil hämtades"),
                "export.removed": _("En beställd fil togs bort"),
            }
        )
