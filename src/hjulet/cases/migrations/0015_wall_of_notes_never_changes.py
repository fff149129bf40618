"""Which side of the wall a note was written on never changes either."""

from django.db import migrations

from hjulet.core.unchanging import NeverChanges

WALL = ("lex_track", "lex_handler_id")


class Migration(migrations.Migration):
    dependencies = [("cases", "0014_notes_of_lex_cases")]
    operations = [NeverChanges("cases_note", "note_wall_never_changes", "a note keeps its wall", WALL)]
