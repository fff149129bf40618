from collections.abc import Collection

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OperationsConfig(AppConfig):
    name = "hjulet.operations"
    label = "operations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hjulet.audit import hooks

        hooks.object_words["principal"] = _("Huvudman")
        hooks.verb_words["installation.restored"] = _("Allt återlästes från en säkerhetskopia")
        hooks.object_names["principal"] = principal_names


def principal_names(ids: Collection[int]) -> dict[int, str]:
    from hjulet.org.models import Principal

    return dict(Principal.objects.filter(pk__in=ids).values_list("pk", "name"))
