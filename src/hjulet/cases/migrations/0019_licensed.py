from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0018_counted_in'),
    ]

    operations = [
        migrations.AlterField(
            model_name='case',
            name='kind',
            field=models.CharField(choices=[('deviation', 'Avvikelse'), ('lex-sarah', 'Lex Sarah'), ('lex-maria', 'Lex Maria'), ('complaint', 'Klagomål'), ('view', 'Synpunkt'), ('praise', 'Beröm'), ('suggestion', 'Förslag'), ('question', 'Fråga'), ('licensed', 'Fara för patientsäkerheten')], default='deviation', max_length=12),
        ),
        migrations.AlterField(
            model_name='case',
            name='receiving_duty',
            field=models.CharField(choices=[('report_deviations', 'Rapportera avvikelser, missförhållanden och risker'), ('receive_deviations', 'Ta emot och utreda avvikelser'), ('receive_lex_sarah', 'Ta emot rapporter om missförhållanden (lex Sarah)'), ('handle_cases', 'Handlägga ärenden'), ('read_cases', 'Läsa ärenden'), ('annul_cases', 'Makulera ärenden'), ('handle_lex', 'Handlägga lex Sarah och lex Maria'), ('read_lex', 'Läsa lex Sarah, lex Maria och klagomål'), ('decide_lex', 'Besluta i lex Sarah och lex Maria, med delegation'), ('handle_licensed', 'Utreda och anmäla legitimerad personal (PSL 3 kap. 7 §)'), ('register_matters', 'Registrera handlingar och klagomål'), ('on_call', 'Ha beredskap vid akut fara'), ('view_statistics', 'Se statistik för den egna delen'), ('view_masked_statistics', 'Se statistik där små tal är dolda'), ('manage_organisation', 'Ändra organisation, roller och uppdrag'), ('log_review', 'Granska loggar återkommande'), ('approve_break_glass', 'Godkänna tillfällig åtkomst'), ('watch_break_glass', 'Få veta om tillfällig åtkomst'), ('own_measures', 'Ansvara för åtgärder'), ('write_documents', 'Skriva och ändra styrande dokument'), ('manage_services', 'Ändra insatser, servicedeklarationer och löften'), ('manage_settings', 'Ändra kommunens inställningar')], default='receive_deviations', max_length=60),
        ),
        migrations.AlterField(
            model_name='localprocedure',
            name='kind',
            field=models.CharField(choices=[('deviation', 'Avvikelse'), ('lex-sarah', 'Lex Sarah'), ('lex-maria', 'Lex Maria'), ('complaint', 'Klagomål'), ('view', 'Synpunkt'), ('praise', 'Beröm'), ('suggestion', 'Förslag'), ('question', 'Fråga'), ('licensed', 'Fara för patientsäkerheten')], max_length=12),
        ),
    ]
