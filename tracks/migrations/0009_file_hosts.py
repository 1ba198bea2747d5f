"""Hosts that files are fetched from get rows, and files the names of their hosts; fresh files come first."""

from django.db import migrations, models

from tracks.migrations._columns import AddTextColumn


class Migration(migrations.Migration):

    dependencies = [
        ('tracks', '0008_refused_files'),
    ]

    operations = [
        migrations.CreateModel(
            name='FileHost',
            fields=[
                ('name', models.CharField(max_length=260, primary_key=True, serialize=False)),
                ('failures', models.PositiveSmallIntegerField(default=0, help_text='Tries since its last answer that met with silence or a trickle.')),
                ('next_try_at', models.DateTimeField(blank=True, help_text='Until then none of its files is fetched.', null=True)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        AddTextColumn(
            model_name='asset',
            name='host',
            field=models.CharField(blank=True, editable=False, help_text='The host of the link; see host_of().', max_length=260),
        ),
        migrations.AddIndex(
            model_name='asset',
            index=models.Index(condition=models.Q(('next_attempt_at__isnull', False)), fields=['attempts', 'expires_at', 'next_attempt_at', 'id'], name='asset_fresh'),
        ),
    ]
