from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    name = "hjulet.measures"
    label = "measures"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hjulet.core.policies import ABOUT
        from hjulet.core.words_index import TABLES

        TABLES.append("measures_measure")
        ABOUT["measure"] = "measures_measure"
        from hjulet.measures import exports  # noqa: F401 - offers its lists
