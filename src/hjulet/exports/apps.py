from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExportsConfig(AppConfig):
    name = "hjulet.exports"
    label = "exports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hjulet.audit.hooks import object_words
        from hjulet.core.exports import later
        from hjulet.exports import jobs  # noqa: F401 - registers them
        from hjulet.exports.web import offer_later

        later.append(offer_later)
        object_words["export"] = _("Beställd fil")
