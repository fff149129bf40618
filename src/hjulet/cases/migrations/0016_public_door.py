import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0015_wall_of_notes_never_changes'),
        ('org', '0006_delegation_reminded'),
    ]

    operations = [
        migrations.CreateModel(
            name='PublicDoor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('phone', models.CharField(blank=True, max_length=40)),
                ('principal', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='org.principal')),
            ],
            options={
                'ordering': ['principal_id'],
            },
        ),
    ]
