"""Which side of the wall a cause, a file or a message was written on never changes."""

from django.db import migrations

from hjulet.core.unchanging import NeverChanges

WALL = ("lex_track", "lex_handler_id")


class Migration(migrations.Migration):
    dependencies = [("cases", "0021_more_of_lex_cases")]
    operations = [
        NeverChanges(f"cases_{name}", f"{name}_wall_never_changes", f"a {name} keeps its wall", WALL)
        for name in ("cause", "casefile", "message")
    ]
