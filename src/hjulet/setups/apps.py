from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SetupsConfig(AppConfig):
    name = "hjulet.setups"
    label = "setups"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hjulet.audit import hooks

        hooks.object_words.update(
            {
                "servicelevel": _("Tid för ett steg"),
                "expertrule": _("Gräns för att fråga en expert"),
                "maskingrule": _("Regel för små tal"),
                "quiethours": _("Tysta timmar"),
                "receivingrule": _("Mottagare av rapporter"),
            }
        )
