from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReceiptsConfig(AppConfig):
    name = "hjulet.receipts"
    label = "receipts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hjulet.audit import hooks
        from hjulet.core.policies import ABOUT
        from hjulet.law import registry
        from hjulet.receipts import (
            exports,  # noqa: F401 - offers its lists
            jobs,  # noqa: F401 - registers them
        )
        from hjulet.receipts.hanging import hanging

        registry.HANGERS.append(hanging)
        registry.KINDS["reading"] = _("Läsa och bekräfta")

        ABOUT["receipt"] = "receipts_receipt"
        hooks.object_words["receipt"] = _("Bekräftelse")
        hooks.verb_words["receipt.confirmed"] = _("Bekräftade att hen har läst")
