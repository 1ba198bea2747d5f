"""The peaks of before are in the waveforms."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('tracks', '0014_waveforms_of_before'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='asset',
            name='peaks',
        ),
    ]
