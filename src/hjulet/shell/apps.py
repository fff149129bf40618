from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ShellConfig(AppConfig):
    name = "hjulet.shell"
    label = "shell"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.db.models import Exists

        from hjulet.audit import hooks
        from hjulet.core import jobs
        from hjulet.core.now import now
        from hjulet.notify.actions import tell
        from hjulet.org.login import KNOWN_WITH_PERSON

        KNOWN_WITH_PERSON["jobs_at_work"] = lambda: Exists(jobs.lately(now()))
        hooks.told.append(tell)
        hooks.object_words.update({"case": _("Ärende"), "measure": _("Åtgärd")})
