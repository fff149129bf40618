import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('org', '0006_delegation_reminded'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CentralService',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True)),
                ('label', models.CharField(max_length=120)),
                ('label_en', models.CharField(blank=True, max_length=120)),
                ('place', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'ordering': ['place', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Declaration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(default=1)),
                ('state', models.CharField(choices=[('draft', 'Förslag'), ('adopted', 'Beslutad'), ('replaced', 'Ersatt')], default='draft', max_length=10)),
                ('decided_by', models.CharField(blank=True, max_length=120)),
                ('decision_number', models.CharField(blank=True, max_length=60)),
                ('decided_on', models.DateField(blank=True, null=True)),
                ('valid_from', models.DateField(blank=True, null=True)),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('entered_at', models.DateTimeField(blank=True, null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('intro', models.TextField(blank=True)),
                ('intro_en', models.TextField(blank=True)),
                ('entered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['service_id', '-number'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Promise',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=60)),
                ('place', models.PositiveSmallIntegerField(default=0)),
                ('text', models.CharField(max_length=300)),
                ('text_en', models.CharField(blank=True, max_length=300)),
                ('measure', models.CharField(max_length=200)),
                ('measure_en', models.CharField(blank=True, max_length=200)),
                ('comparator', models.CharField(choices=[('at-least', 'Minst'), ('at-most', 'Högst'), ('words', 'Bedöms med ord')], default='words', max_length=10)),
                ('target', models.DecimalField(blank=True, decimal_places=2, max_digits=9, null=True)),
                ('target_unit', models.CharField(blank=True, max_length=40)),
                ('target_words', models.CharField(blank=True, max_length=200)),
                ('source', models.CharField(choices=[('manual', 'Den som kontrollerar skriver in resultatet'), ('own', 'Hjulet räknar ut resultatet')], default='manual', max_length=10)),
                ('figure', models.CharField(blank=True, max_length=60)),
                ('areas', models.JSONField(blank=True, default=list)),
                ('every', models.CharField(choices=[('month', 'Varje månad'), ('quarter', 'Varje kvartal'), ('half-year', 'Varje halvår'), ('year', 'Varje år')], default='quarter', max_length=10)),
                ('declaration', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='promises', to='services.declaration')),
            ],
            options={
                'ordering': ['declaration_id', 'place', 'id'],
            },
        ),
        migrations.CreateModel(
            name='PromiseCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('period_first', models.DateField()),
                ('period_last', models.DateField()),
                ('due_on', models.DateField()),
                ('outcome', models.CharField(choices=[('waiting', 'Ska kontrolleras'), ('met', 'Hölls'), ('not-met', 'Hölls inte'), ('not-possible', 'Gick inte att kontrollera')], default='waiting', max_length=14)),
                ('value', models.DecimalField(blank=True, decimal_places=2, max_digits=9, null=True)),
                ('computed', models.BooleanField(default=False)),
                ('evidence', models.TextField(blank=True)),
                ('analysis', models.TextField(blank=True)),
                ('no_measure_reason', models.TextField(blank=True)),
                ('checked_at', models.DateTimeField(blank=True, null=True)),
                ('reminded_on', models.DateField(blank=True, null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('checked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('principal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.principal')),
                ('promise', models.ForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='services.promise')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.unit')),
            ],
            options={
                'ordering': ['due_on', 'id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Service',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=60)),
                ('label', models.CharField(max_length=120)),
                ('label_en', models.CharField(blank=True, max_length=120)),
                ('tracks', models.JSONField(default=list)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('search_text', models.TextField(blank=True)),
                ('central', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='services.centralservice')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('owner_role', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='org.role')),
                ('principal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.principal')),
            ],
            options={
                'ordering': ['central__place', 'label', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Description',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(default=1)),
                ('state', models.CharField(choices=[('draft', 'Förslag'), ('adopted', 'Beslutad'), ('replaced', 'Ersatt')], default='draft', max_length=10)),
                ('decided_by', models.CharField(blank=True, max_length=120)),
                ('decision_number', models.CharField(blank=True, max_length=60)),
                ('decided_on', models.DateField(blank=True, null=True)),
                ('valid_from', models.DateField(blank=True, null=True)),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('entered_at', models.DateTimeField(blank=True, null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('purpose', models.TextField(blank=True)),
                ('purpose_en', models.TextField(blank=True)),
                ('goal', models.TextField(blank=True)),
                ('goal_en', models.TextField(blank=True)),
                ('scope', models.TextField(blank=True)),
                ('scope_en', models.TextField(blank=True)),
                ('how', models.TextField(blank=True)),
                ('how_en', models.TextField(blank=True)),
                ('laws', models.JSONField(blank=True, default=list)),
                ('entered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='services.service')),
            ],
            options={
                'ordering': ['service_id', '-number'],
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='declaration',
            name='service',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='services.service'),
        ),
        migrations.CreateModel(
            name='ServiceUnit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='places', to='services.service')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.unit')),
            ],
            options={
                'ordering': ['unit__path', 'id'],
            },
        ),
        migrations.AddConstraint(
            model_name='promise',
            constraint=models.UniqueConstraint(fields=('declaration', 'code'), name='promise_code_unique'),
        ),
        migrations.AddConstraint(
            model_name='promise',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('comparator', 'words'), ('target__isnull', True)), models.Q(models.Q(('comparator', 'words'), _negated=True), ('target__isnull', False)), _connector='OR'), name='promise_number_or_words'),
        ),
        migrations.AddIndex(
            model_name='promisecheck',
            index=models.Index(fields=['principal', 'outcome', 'due_on'], name='promise_check_due'),
        ),
        migrations.AddIndex(
            model_name='promisecheck',
            index=models.Index(fields=['unit', 'outcome', 'due_on'], name='promise_check_unit'),
        ),
        migrations.AddConstraint(
            model_name='promisecheck',
            constraint=models.UniqueConstraint(fields=('promise', 'unit', 'period_first'), name='promise_check_once'),
        ),
        migrations.AddConstraint(
            model_name='promisecheck',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('checked_at__isnull', True), ('outcome', 'waiting')), models.Q(models.Q(('outcome', 'waiting'), _negated=True), ('checked_at__isnull', False)), _connector='OR'), name='promise_check_done_has_moment'),
        ),
        migrations.AddConstraint(
            model_name='service',
            constraint=models.UniqueConstraint(fields=('principal', 'code'), name='service_code_unique'),
        ),
        migrations.AddConstraint(
            model_name='service',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='service_dates'),
        ),
        migrations.AddConstraint(
            model_name='description',
            constraint=models.UniqueConstraint(fields=('service', 'number'), name='description_number'),
        ),
        migrations.AddConstraint(
            model_name='description',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('service',), name='description_one_draft'),
        ),
        migrations.AddConstraint(
            model_name='description',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'draft'), ('valid_from__isnull', True)), models.Q(models.Q(('state', 'draft'), _negated=True), ('decided_on__isnull', False), ('valid_from__isnull', False)), _connector='OR'), name='description_decided_has_days'),
        ),
        migrations.AddConstraint(
            model_name='declaration',
            constraint=models.UniqueConstraint(fields=('service', 'number'), name='declaration_number'),
        ),
        migrations.AddConstraint(
            model_name='declaration',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('service',), name='declaration_one_draft'),
        ),
        migrations.AddConstraint(
            model_name='declaration',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'draft'), ('valid_from__isnull', True)), models.Q(models.Q(('state', 'draft'), _negated=True), ('decided_on__isnull', False), ('valid_from__isnull', False)), _connector='OR'), name='declaration_decided_has_days'),
        ),
        migrations.AddConstraint(
            model_name='serviceunit',
            constraint=models.UniqueConstraint(fields=('service', 'unit'), name='service_unit_once'),
        ),
    ]
