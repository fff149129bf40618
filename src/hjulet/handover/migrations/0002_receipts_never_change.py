"""What passed is evidence: once it is carried out, only the successor's confirmation is added."""

from django.db import migrations

from hjulet.core.unchanging import NeverChanges

WHAT = "a handover that is carried out never changes"
KEPT = (
    *("receipt", "words", "leaving_id", "successor_id", "unit_id", "more_units", "first_day", "started_at"),
    *("started_by_id", "carried_out_at", "carried_out_by_id", "principal_id"),
)


class Migration(migrations.Migration):
    dependencies = [("handover", "0001_initial")]
    operations = [
        NeverChanges("handover_handover", "handover_never_changes", WHAT, KEPT, "OLD.receipt IS NOT NULL"),
        NeverChanges("handover_passed", "passed_never_changes", WHAT),
    ]
