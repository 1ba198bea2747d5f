"""Covers know the small pictures that are stored beside them."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tracks', '0018_lyric_versions'),
    ]

    operations = [
        migrations.AddField(
            model_name='asset',
            name='thumbnail_side',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Pixels across its large thumbnail; 0 if none could be made, null if not tried.', null=True),
        ),
    ]
