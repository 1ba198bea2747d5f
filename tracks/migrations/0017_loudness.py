"""Files know how loud they are, once they are measured."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tracks', '0016_playlists_and_tags'),
    ]

    operations = [
        migrations.AddField(
            model_name='asset',
            name='loudness_lufs',
            field=models.FloatField(blank=True, help_text='Integrated, by EBU R 128; -70 for silence, null if not measured.', null=True),
        ),
    ]
