from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProcessesConfig(AppConfig):
    name = "hjulet.processes"
    label = "processes"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hjulet.audit import hooks
        from hjulet.core.words_index import TABLES
        from hjulet.documents import registry as documents
        from hjulet.law import registry as law
        from hjulet.processes import exports, jobs, work_lists  # noqa: F401 - they register and offer
        from hjulet.processes.hanging import beside_document, hanging

        TABLES.append("processes_process")
        law.HANGERS.append(hanging)
        law.KINDS["process"] = _("Process")
        documents.beside.append(beside_document)
        documents.yearly.append(work_lists.yearly)
        documents.also_waits.append(work_lists.waits_on)
        hooks.object_words["process"] = _("Process")
        hooks.verb_words.update(
            {
                "process.created": _("En process lades till"),
                "process.begun": _("En ny version av en process påbörjades"),
                "process.drawn": _("En process ritades om i utkastet"),
                "process.facts": _("Uppgifter om en process ändrades"),
                "process.hung": _("Det som hör till ett steg i en process ändrades"),
                "process.asked": _("En process skickades till kvalitetsgruppen"),
                "process.taken-back": _("En process togs tillbaka till utkast"),
                "process.sent-back": _("En process skickades tillbaka för ändring"),
                "process.published": _("En process godkändes och började gälla"),
                "process.dropped": _("Ett utkast till en process kastades"),
                "process.withdrawn": _("En process upphävdes"),
                "process.change-asked": _("Någon föreslog en ändring i en process"),
                "process.request-accepted": _("En föreslagen ändring i en process ska göras"),
                "process.request-declined": _("En föreslagen ändring i en process görs inte"),
                "process.looked-over": _("En process sågs över och ändrades inte"),
            }
        )
