"""What has been adopted reads the same for ever; it can only be replaced or withdrawn."""

from django.db import migrations

from hjulet.core.unchanging import NeverChanges

WORDING = (
    *("document_id", "number", "title", "body", "text", "changes", "file_id"),
    *("adopted_by_id", "adopted_role", "adopted_on", "reference", "valid_from"),
)


class Migration(migrations.Migration):
    dependencies = [("documents", "0002_asked_looked_over_watched")]
    operations = [
        NeverChanges(
            "documents_version",
            "wording_never_changes",
            "an adopted wording never changes",
            WORDING,
            "OLD.state IN ('adopted', 'replaced', 'withdrawn')",
        ),
    ]
