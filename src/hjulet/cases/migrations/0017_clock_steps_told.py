from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0016_public_door'),
    ]

    operations = [
        migrations.AddField(
            model_name='clock',
            name='steps_told',
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
    ]
