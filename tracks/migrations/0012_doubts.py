"""Files know what was doubted of the stored one, so that an event says it when that is archived in the end."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tracks', '0011_roles'),
    ]

    operations = [
        migrations.AddField(
            model_name='asset',
            name='is_cut',
            field=models.BooleanField(default=False, help_text="It lacks some of its sound, see Probe."),
        ),
        migrations.AddField(
            model_name='asset',
            name='gap_bytes',
            field=models.PositiveIntegerField(default=0, help_text='Bytes that are neither sound nor a tag.'),
        ),
        migrations.AddField(
            model_name='asset',
            name='defect',
            field=models.TextField(blank=True, default='', help_text='What is wrong inside a ZIP.'),
            preserve_default=False,
        ),
    ]
