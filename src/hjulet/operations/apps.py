from collections.abc import Collection

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class OperationsConfig(AppConfig):
    name = "hjulet.operations"
    label = "operations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hjulet.audit import hooks
        from hjulet.operations import app_role

        # with the log's own room: Django tells only rooms that have tables
        audit = apps.get_app_config("audit")
        post_migrate.connect(app_role.keep_log_closed, sender=audit, dispatch_uid="log-closed")
        hooks.object_words["principal"] = _("Huvudman")
        hooks.verb_words["installation.restored"] = _("Allt återlästes från en säkerhetskopia")
        hooks.object_names["principal"] = principal_names


def principal_names(ids: Collection[int]) -> dict[int, str]:
    from hjulet.org.models import Principal

    return dict(Principal.objects.filter(pk__in=ids).values_list("pk", "name"))
