"""Help texts in the words of docs/glossary.md; nothing in the database changes."""


import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tracks', '0005_after_rebuild'),
    ]

    operations = [
        migrations.AlterField(
            model_name='account',
            name='balance_error',
            field=models.TextField(blank=True, help_text='Why the latest query brought none.'),
        ),
        migrations.AlterField(
            model_name='account',
            name='parallel_most',
            field=models.PositiveIntegerField(blank=True, help_text='Learned: it refused one more task while so many were running.', null=True),
        ),
        migrations.AlterField(
            model_name='account',
            name='paused_until',
            field=models.DateTimeField(blank=True, help_text='Until then no request is sent: the provider asked for it (Retry-After, a rate refusal).', null=True),
        ),
        migrations.AlterField(
            model_name='account',
            name='recent',
            field=models.JSONField(default=list, help_text='[[Unix seconds, request kind], …]: the requests in the window.'),
        ),
        migrations.AlterField(
            model_name='statement',
            name='data',
            field=models.JSONField(help_text='The update, see tracks/domain/updates.py.'),
        ),
        migrations.AlterField(
            model_name='statement',
            name='last_seen',
            field=models.DateTimeField(help_text='When it last came with these very links.'),
        ),
        migrations.AlterField(
            model_name='task',
            name='finish_delay_ms',
            field=models.PositiveIntegerField(blank=True, help_text="From the provider's own finish time to our receiving it.", null=True),
        ),
        migrations.AlterField(
            model_name='task',
            name='finished_by',
            field=models.CharField(blank=True, choices=[('submit', 'submit'), ('callback', 'callback'), ('poll', 'poll'), ('person', 'person'), ('clock', 'clock')], help_text='Whose statement finished it.', max_length=16),
        ),
        migrations.AlterField(
            model_name='task',
            name='heard_at',
            field=models.DateTimeField(blank=True, help_text='When an update last came.', null=True),
        ),
        migrations.AlterField(
            model_name='task',
            name='next_poll_at',
            field=models.DateTimeField(blank=True, help_text='When it is due to be polled; the lease meanwhile.', null=True),
        ),
        migrations.AlterField(
            model_name='task',
            name='poll_claims',
            field=models.PositiveSmallIntegerField(default=0, help_text='Polls begun and not concluded.'),
        ),
        migrations.AlterField(
            model_name='task',
            name='poll_error',
            field=models.TextField(blank=True, help_text='Why the latest poll brought nothing; blank where it did.'),
        ),
        migrations.AlterField(
            model_name='task',
            name='polls',
            field=models.PositiveIntegerField(default=0, help_text='Polls since the last update.'),
        ),
        migrations.AlterField(
            model_name='task',
            name='provider',
            field=models.CharField(help_text='A name of the registry in tracks/providers/.', max_length=16),
        ),
        migrations.AlterField(
            model_name='task',
            name='stages',
            field=models.JSONField(blank=True, default=list, help_text="The callbacks that came, in the provider's words."),
        ),
        migrations.AlterField(
            model_name='task',
            name='submit_at',
            field=models.DateTimeField(blank=True, help_text='When it is due to be submitted; the lease meanwhile.', null=True),
        ),
        migrations.AlterField(
            model_name='task',
            name='submit_claims',
            field=models.PositiveSmallIntegerField(default=0, help_text='Submits begun and not concluded.'),
        ),
        migrations.AlterField(
            model_name='track',
            name='created_at',
            field=models.DateTimeField(blank=True, help_text='As the provider states it.', null=True),
        ),
        migrations.AlterField(
            model_name='track',
            name='duration_ms',
            field=models.PositiveIntegerField(blank=True, help_text='As the provider states it.', null=True),
        ),
        migrations.AlterField(
            model_name='track',
            name='finished_at',
            field=models.DateTimeField(blank=True, help_text='As the provider states it.', null=True),
        ),
        migrations.AlterField(
            model_name='track',
            name='model',
            field=models.CharField(blank=True, help_text='As the result states it.', max_length=200),
        ),
        migrations.AlterField(
            model_name='track',
            name='prompt',
            field=models.TextField(blank=True, help_text='What was asked for.'),
        ),
        migrations.AlterField(
            model_name='track',
            name='received_at',
            field=models.DateTimeField(default=django.utils.timezone.now, help_text='When an update first named it.'),
        ),
        migrations.AlterField(
            model_name='track',
            name='search_text',
            field=models.TextField(blank=True, editable=False, help_text='Search tokens, see tracks/queries/search.py.'),
        ),
        migrations.AlterField(
            model_name='track',
            name='stream_url',
            field=models.TextField(blank=True, help_text="The provider's short-lived link; never played here."),
        ),
        migrations.AlterField(
            model_name='track',
            name='words_at',
            field=models.DateTimeField(blank=True, help_text='When word timing is due to be fetched; the lease meanwhile.', null=True),
        ),
        migrations.AlterField(
            model_name='track',
            name='words_claims',
            field=models.PositiveSmallIntegerField(default=0, help_text='Tries begun and not concluded.'),
        ),
        migrations.AlterField(
            model_name='track',
            name='words_tries',
            field=models.PositiveSmallIntegerField(default=0, help_text='Tries that brought none.'),
        ),
    ]
