from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CasesConfig(AppConfig):
    name = "hjulet.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hjulet.audit import hooks
        from hjulet.cases.models import Category, ExpertRule, LocalProcedure
        from hjulet.cases.protected import place_the_old
        from hjulet.core.kept import WATCHED
        from hjulet.core.policies import ABOUT
        from hjulet.core.words_index import TABLES

        post_migrate.connect(place_the_old, sender=self, dispatch_uid="cases-place-the-old")
        TABLES.append("cases_case")
        WATCHED.update({Category: (), ExpertRule: (), LocalProcedure: ()})
        ABOUT["case"] = "cases_case"
        from hjulet.cases import (  # noqa: F401
            exports,  # noqa: F401 - offers its lists
            jobs,
            sources,
        )
        from hjulet.cases.sources import protected_keys

        hooks.protected["case"] = protected_keys
        from hjulet.cases.hanging import KINDS, hanging
        from hjulet.cases.hurting import measures_in_steps
        from hjulet.cases.papers import archive  # noqa: F401 - offers the papers as a file
        from hjulet.law import registry
        from hjulet.processes.registry import SIGNS

        SIGNS.append(measures_in_steps)
        registry.HANGERS.append(hanging)
        registry.KINDS.update(KINDS)
