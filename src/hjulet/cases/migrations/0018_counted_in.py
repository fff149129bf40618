import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0017_clock_steps_told'),
        ('org', '0006_delegation_reminded'),
    ]

    operations = [
        migrations.AddField(
            model_name='case',
            name='counted_in',
            field=models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.unit'),
        ),
    ]
