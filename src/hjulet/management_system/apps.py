from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ManagementSystemConfig(AppConfig):
    name = "hjulet.management_system"
    label = "management_system"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hjulet.audit import hooks
        from hjulet.management_system import jobs  # noqa: F401 - registers them

        hooks.object_words["managementsystem"] = _("Ledningssystem")
        hooks.verb_words.update(
            {
                "management-system.adopted": _("Ledningssystemet antogs"),
                "management-system.written": _("Ett avsnitt i ledningssystemet skrevs om"),
            }
        )
