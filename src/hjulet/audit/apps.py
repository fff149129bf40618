from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    name = "hjulet.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hjulet.audit import (
            exports,  # noqa: F401 - offers its lists
            jobs,  # noqa: F401 - registers them
        )

        post_migrate.connect(_keep_guards, sender=self)


def _keep_guards(using: str, **kwargs: Any) -> None:
    """A migration that rebuilds a table of the log loses its triggers without a word; here they come back."""
    from hjulet.audit import guards

    connection = connections[using]
    tables = connection.introspection.table_names()
    if all(table in tables for table in guards.TABLES) and guards.missing(connection):
        guards.install(connection)
