from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ShellConfig(AppConfig):
    name = "hjulet.shell"
    label = "shell"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hjulet.audit import hooks
        from hjulet.notify.actions import tell

        hooks.told.append(tell)
        hooks.object_words.update({"case": _("Ärende"), "measure": _("Åtgärd")})
