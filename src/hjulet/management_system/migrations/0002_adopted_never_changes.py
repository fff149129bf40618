"""What a board has adopted never changes: it is read and printed in the same way for as long as it is kept."""

from django.db import migrations

from hjulet.core.unchanging import NeverChanges


class Migration(migrations.Migration):
    dependencies = [("management_system", "0001_initial")]
    operations = [
        NeverChanges("management_system_adoption", "adoption_never_changes", "an adopted version never changes"),
    ]
