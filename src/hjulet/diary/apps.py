from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class DiaryConfig(AppConfig):
    name = "hjulet.diary"
    label = "diary"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hjulet.core.policies import ABOUT
        from hjulet.diary import exports  # noqa: F401 - offers its list

        ABOUT["matter"] = "diary_matter"
        post_migrate.connect(_keep_guards, sender=self)


def _keep_guards(using: str, **kwargs: Any) -> None:
    """A migration that rebuilds a table of the diary loses its triggers without a word; here they come back."""
    from hjulet.diary import guards

    connection = connections[using]
    tables = connection.introspection.table_names()
    if all(table in tables for table in guards.TABLES) and guards.missing(connection):
        guards.install(connection)
