from django.apps import AppConfig


class OrgConfig(AppConfig):
    name = "hjulet.org"
    label = "org"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hjulet.org import (
            exports,  # noqa: F401 - offers its lists
            jobs,  # noqa: F401 - registers them
            sessions,  # noqa: F401 - registers its job
        )
