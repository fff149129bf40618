from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LearningConfig(AppConfig):
    name = "hjulet.learning"
    label = "learning"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hjulet.audit import hooks
        from hjulet.core.policies import ABOUT
        from hjulet.core.words_index import TABLES

        TABLES.append("learning_lesson")
        ABOUT["lesson"] = "learning_lesson"
        hooks.object_words["lesson"] = _("Lärdom")
        hooks.verb_words.update(
            {
                "lesson.written": _("En lärdom skrevs"),
                "lesson.rewritten": _("En lärdom skrevs om"),
                "lesson.confirmed": _("En lärdom granskades och publicerades"),
                "lesson.returned": _("En lärdom gick tillbaka till den som skrev"),
                "lesson.taken-down": _("En lärdom drogs tillbaka"),
                "lesson.used": _("En enhet gör likadant"),
            }
        )
        from hjulet.learning import exports  # noqa: F401 - offers its lists
