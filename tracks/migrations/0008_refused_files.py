"""Files know the bytes that were refused and kept aside, and what is unusual about an archived one."""

from django.db import migrations, models

from tracks.migrations._columns import AddTextColumn


class Migration(migrations.Migration):

    dependencies = [
        ('tracks', '0007_names'),
    ]

    operations = [
        AddTextColumn(
            model_name='asset',
            name='unusual',
            field=models.TextField(blank=True, default='', help_text='What people should know of the archived file.'),
            preserve_default=False,
        ),
        AddTextColumn(
            model_name='asset',
            name='refused_file',
            field=models.CharField(blank=True, default='', help_text='Name in the media storage of refused bytes.', max_length=255),
            preserve_default=False,
        ),
        AddTextColumn(
            model_name='asset',
            name='refused_reason',
            field=models.TextField(blank=True, default='', help_text='Why they were refused.'),
            preserve_default=False,
        ),
    ]
