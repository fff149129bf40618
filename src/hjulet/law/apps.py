from django.apps import AppConfig


class LawConfig(AppConfig):
    name = "hjulet.law"
    label = "law"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hjulet.core.kept import WATCHED
        from hjulet.law import (
            exports,  # noqa: F401 - offers its lists
            hanging,
            registry,
        )
        from hjulet.law.models import ServiceLevel

        registry.HANGERS.extend((hanging.clocks, hanging.duties))
        WATCHED[ServiceLevel] = ()
