"""What is already there gets its words, so that it is found; the index itself is kept after every migration."""

from typing import Any

from django.db import migrations

from hjulet.core.swedish_words import index_words


def forwards(apps: Any, schema_editor: Any) -> None:
    for case in apps.get_model("cases", "Case").objects.prefetch_related("notes", "causes").iterator(500):
        notes = (text for note in case.notes.all() for text in (note.text, note.source))
        texts = (case.title, case.description, case.immediate_action, *notes, *(cause.text for cause in case.causes.all()))
        case.search_text = index_words(" ".join(texts))
        case.save(update_fields=["search_text"])
    for measure in apps.get_model("measures", "Measure").objects.iterator(500):
        texts = (measure.title, measure.expected_effect, measure.done_note, measure.effect_note)
        measure.search_text = index_words(" ".join(texts))
        measure.save(update_fields=["search_text"])


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_lists_in_order"), ("measures", "0002_search_text")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
