from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "hjulet.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hjulet.core.policies import ABOUT
        from hjulet.core.words_index import TABLES

        TABLES.append("cases_case")
        ABOUT["case"] = "cases_case"
        from hjulet.cases import (  # noqa: F401
            exports,  # noqa: F401 - offers its lists
            jobs,
            sources,
        )
        from hjulet.cases.papers import archive  # noqa: F401 - offers the papers as a file
