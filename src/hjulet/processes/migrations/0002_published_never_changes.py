"""What has been published is drawn the same for ever; it can only be replaced or withdrawn."""

from django.db import migrations

from hjulet.core.unchanging import NeverChanges

DRAWN = ("process_id", "number", "xml", "svg", "changes", "published_by_id", "published_on")


class Migration(migrations.Migration):
    dependencies = [("processes", "0001_initial")]
    operations = [
        NeverChanges(
            "processes_drawing",
            "drawing_never_changes",
            "a published process never changes",
            DRAWN,
            "OLD.state IN ('published', 'replaced', 'withdrawn')",
        ),
    ]
