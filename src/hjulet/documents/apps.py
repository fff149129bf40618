from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "hjulet.documents"
    label = "documents"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hjulet.audit import hooks
        from hjulet.core.words_index import TABLES
        from hjulet.documents import came_of, exports, jobs  # noqa: F401 - they register and offer
        from hjulet.documents.circulating import readers_beside, text_to_read
        from hjulet.documents.hanging import hanging
        from hjulet.documents.registry import beside
        from hjulet.law import registry as law
        from hjulet.measures import registry as measures
        from hjulet.receipts.registry import texts

        TABLES.extend(("documents_document", "documents_watchitem"))
        beside.append(readers_beside)
        law.HANGERS.append(hanging)
        law.KINDS["document"] = _("Styrande dokument")
        texts.append(text_to_read)
        measures.came_of.append(came_of.versions)
        measures.ways.append(came_of.ways)
        hooks.object_words.update({"document": _("Dokument"), "watch": _("Omvärldsbevakning")})
        hooks.verb_words.update(
            {
                "document.created": _("Ett dokument skapades"),
                "document.begun": _("En ny version påbörjades"),
                "document.written": _("Ett utkast skrevs om"),
                "document.file": _("En fil lades i ett utkast"),
                "document.facts": _("Uppgifter om ett dokument ändrades"),
                "document.sent-for-review": _("Ett utkast skickades på granskning"),
                "document.taken-back": _("Ett utkast togs tillbaka från granskning"),
                "document.reviewed": _("Ett utkast granskades"),
                "document.commented": _("Ett utkast fick en kommentar"),
                "document.settled": _("En kommentar till ett utkast togs om hand"),
                "document.adopted": _("Ett dokument fastställdes"),
                "document.holds": _("En version av ett dokument började gälla"),
                "document.sent-for-reading": _("Ett dokument skickades för läsning"),
                "document.passed-on": _("Ett dokument fick en ny ägare"),
                "document.called-off": _("Ett beslut om ett dokument återtogs"),
                "document.dropped": _("Ett utkast kastades"),
                "document.withdrawn": _("Ett dokument upphävdes"),
                "document.asked": _("Någon föreslog en ändring i ett dokument"),
                "document.request-accepted": _("En föreslagen ändring ska göras"),
                "document.request-declined": _("En föreslagen ändring görs inte"),
                "document.because": _("En åtgärd gav en ny version av ett dokument"),
                "measure.document": _("Åtgärden gav en ny version av ett dokument"),
                "document.looked-over": _("Ett dokument sågs över och ändrades inte"),
                "watch.noted": _("Något nytt i lag eller kunskap antecknades"),
                "watch.changed": _("En anteckning om något nytt ändrades"),
                "watch.asked": _("Dokument ska ses över för att något är nytt"),
                "watch.answered": _("Ett dokument sågs över för att något är nytt"),
                "watch.settled": _("En anteckning om något nytt blev klar"),
            }
        )
