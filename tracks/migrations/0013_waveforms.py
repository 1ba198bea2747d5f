"""Files get a waveform of peaks and RMS, and songs a hue."""

from django.db import migrations, models

from tracks.migrations._columns import AddBytesColumn


class Migration(migrations.Migration):

    dependencies = [
        ('tracks', '0012_doubts'),
    ]

    operations = [
        AddBytesColumn(
            model_name='asset',
            name='waveform',
            field=models.BinaryField(blank=True, default=b'', help_text='Peaks, then RMS, a byte for each point; empty without sound.'),
        ),
        migrations.AddField(
            model_name='track',
            name='hue',
            field=models.PositiveSmallIntegerField(blank=True, editable=False, help_text='Of its archived cover, in steps of 15 degrees, 0 to 23; null where it is not known.', null=True),
        ),
    ]
