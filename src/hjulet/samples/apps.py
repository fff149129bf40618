from __future__ import annotations

from datetime import date

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SamplesConfig(AppConfig):
    name = "hjulet.samples"
    label = "samples"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hjulet.audit import hooks
        from hjulet.core.policies import ABOUT
        from hjulet.samples import (
            exports,  # noqa: F401 - offers its lists
            jobs,  # noqa: F401 - registers it
        )
        from hjulet.samples.choices import UNCLEAR_LEVEL
        from hjulet.samples.limits import until

        def unclear_until(principal_id: int, day: date) -> date:
            return until(UNCLEAR_LEVEL, principal_id, day)

        hooks.unclear_until.append(unclear_until)
        ABOUT["sample"] = "samples_draw"
        ABOUT["log-extract"] = "samples_extract"
        hooks.object_words["sample"] = _("Stickprov")
        hooks.object_words["log-extract"] = _("Granskning av ett annat systems logg")
        hooks.object_words["decision-list"] = _("Lista över beslut")
        hooks.object_words["decision"] = _("Beslut om insats")
        hooks.verb_words.update(
            {
                "sample.drawn": _("Ett stickprov drogs"),
                "sample.judged": _("En akt i ett stickprov bedömdes"),
                "sample.closed": _("Ett stickprov avslutades"),
                "sample.erased": _("Aktnumren i ett stickprov gallrades"),
                "log_extract.drawn": _("Ett urval ur ett annat systems logg gjordes"),
                "log_extract.judged": _("En läsning i ett annat system granskades"),
                "log_extract.closed": _("Granskningen av ett annat systems logg avslutades"),
                "log_extract.erased": _("Rader ur ett annat systems logg gallrades"),
                "decision_list.read_in": _("En lista över beslut lästes in"),
                "decision_list.erased": _("En gammal lista över beslut gallrades"),
            }
        )
