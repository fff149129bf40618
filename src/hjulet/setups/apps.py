from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SetupsConfig(AppConfig):
    name = "hjulet.setups"
    label = "setups"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hjulet.audit import hooks
        from hjulet.diary import registry
        from hjulet.diary.actions import numbers_of
        from hjulet.diary.timeline import WORDS
        from hjulet.law import registry as law
        from hjulet.law.history import VERBS
        from hjulet.setups.diary import secrecy_provisions
        from hjulet.setups.laws import clock_page, marks

        registry.provisions.append(secrecy_provisions)
        hooks.verb_words.update(WORDS)
        hooks.verb_words.update(VERBS)
        law.HANGERS.append(marks)
        law.KINDS["mark"] = _("Märkning i diariet")
        law.clock_pages.append(clock_page)
        hooks.object_names["matter"] = numbers_of

        hooks.object_words.update(
            {
                "servicelevel": _("Tid för ett steg"),
                "lawrow": _("Lagrum"),
                "expertrule": _("Gräns för att fråga en expert"),
                "localprocedure": _("Egna steg i handläggningen"),
                "maskingrule": _("Regel för små tal"),
                "publicdoor": _("Telefon på sidan för synpunkter"),
                "quiethours": _("Tysta timmar"),
                "diaryseries": _("Nummerserie i diariet"),
                "matter": _("Ärende i diariet"),
                "document": _("Handling i diariet"),
                "receivingrule": _("Mottagare av rapporter"),
            }
        )
