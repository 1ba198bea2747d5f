"""Columns for pacing, callback health, word timing, archives and lineage; accounts and the catalogue."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tracks', '0003_track_search'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(max_length=16)),
                ('account', models.CharField(blank=True, help_text='Tells keys apart; no part of the key.', max_length=16)),
                ('version', models.PositiveBigIntegerField(default=0)),
                ('recent', models.JSONField(default=list, help_text='[[Unix seconds, lane], …]: the requests that count.')),
                ('paused_until', models.DateTimeField(blank=True, help_text='The provider told us to slow down (Retry-After, a rate refusal).', null=True)),
                ('paused_because', models.TextField(blank=True)),
                ('failures', models.PositiveIntegerField(default=0, help_text='Requests in a row that it did not serve.')),
                ('opened_at', models.DateTimeField(blank=True, help_text='Since when the breaker is open.', null=True)),
                ('opened_until', models.DateTimeField(blank=True, help_text='When one request tries again; the breaker is closed where blank.', null=True)),
                ('opened_because', models.TextField(blank=True)),
                ('parallel_most', models.PositiveIntegerField(blank=True, help_text='Learned: it refused one more task while so many were being made.', null=True)),
                ('full_until', models.DateTimeField(blank=True, help_text='When one more task is tried although none has ended.', null=True)),
                ('balance', models.DecimalField(blank=True, decimal_places=4, max_digits=20, null=True)),
                ('balance_unit', models.CharField(blank=True, max_length=32)),
                ('balance_at', models.DateTimeField(blank=True, null=True)),
                ('balance_error', models.TextField(blank=True, help_text='Why the latest look brought none.')),
                ('balance_due_at', models.DateTimeField(blank=True, null=True)),
                ('balance_claims', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'ordering': ['provider', 'account'],
            },
        ),
        migrations.CreateModel(
            name='CatalogueEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(max_length=16)),
                ('kind', models.CharField(choices=[('model', 'model'), ('voice', 'voice')], max_length=8)),
                ('name', models.CharField(help_text='As the provider writes it.', max_length=100)),
                ('label', models.CharField(blank=True, help_text='For people.', max_length=200)),
                ('operations', models.JSONField(blank=True, default=list, help_text='Operations that take it; empty: all that have such a field.')),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('is_listed', models.BooleanField(default=True, help_text='Off: known, but no longer suggested.')),
                ('is_default', models.BooleanField(default=False, help_text='From our list; refreshed with it.')),
                ('is_edited', models.BooleanField(default=False, help_text='Changed by a person; refreshing leaves it.')),
            ],
            options={
                'verbose_name': 'model or voice',
                'verbose_name_plural': 'models and voices',
                'ordering': ['provider', 'kind', 'position', 'name'],
            },
        ),
        migrations.AddField(
            model_name='asset',
            name='link_key',
            field=models.CharField(blank=True, editable=False, help_text='Finds a file by its link; see link_key().', max_length=16),
        ),
        migrations.AddField(
            model_name='asset',
            name='member',
            field=models.CharField(blank=True, help_text="Its name inside the track's archive, if it comes from there.", max_length=64),
        ),
        migrations.AddField(
            model_name='task',
            name='called_back_at',
            field=models.DateTimeField(blank=True, help_text='When a callback last came.', null=True),
        ),
        migrations.AddField(
            model_name='task',
            name='finish_delay_ms',
            field=models.PositiveIntegerField(blank=True, help_text="From the provider's own finish time to our hearing of it.", null=True),
        ),
        migrations.AddField(
            model_name='task',
            name='finished_by',
            field=models.CharField(blank=True, choices=[('submit', 'submit'), ('callback', 'callback'), ('poll', 'poll'), ('person', 'person'), ('clock', 'clock')], help_text='Whose word finished it.', max_length=16),
        ),
        migrations.AddField(
            model_name='task',
            name='stages',
            field=models.JSONField(blank=True, default=list, help_text="The callbacks that came, by the provider's words."),
        ),
        migrations.AddField(
            model_name='track',
            name='words_at',
            field=models.DateTimeField(blank=True, help_text='Word timing is due to be asked for; the lease meanwhile.', null=True),
        ),
        migrations.AddField(
            model_name='track',
            name='words_claims',
            field=models.PositiveSmallIntegerField(default=0, help_text='Asked and not concluded.'),
        ),
        migrations.AddField(
            model_name='track',
            name='words_tries',
            field=models.PositiveSmallIntegerField(default=0, help_text='Asked without getting it.'),
        ),
        migrations.AlterField(
            model_name='track',
            name='timing_state',
            field=models.CharField(blank=True, choices=[('waiting', 'waiting'), ('failed', 'failed'), ('instrumental', 'instrumental'), ('there', 'there')], max_length=16),
        ),
        migrations.AddIndex(
            model_name='asset',
            index=models.Index(condition=models.Q(('link_key', ''), _negated=True), fields=['link_key'], name='asset_by_link'),
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(condition=models.Q(('status', 'running')), fields=['provider'], name='task_running_by_provider'),
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(models.F('provider'), models.OrderBy(models.F('finished_at'), descending=True), condition=models.Q(('finished_at__isnull', False)), name='task_finished_by_provider'),
        ),
        migrations.AddIndex(
            model_name='track',
            index=models.Index(condition=models.Q(('words_at__isnull', False)), fields=['provider', 'words_at', 'id'], name='track_due_for_words'),
        ),
        migrations.RemoveIndex(model_name='task', name='task_due_to_submit'),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(condition=models.Q(('submit_at__isnull', False)), fields=['provider', 'submit_at', 'id'], name='task_due_to_submit'),
        ),
        migrations.RemoveIndex(model_name='task', name='task_due_to_poll'),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(condition=models.Q(('next_poll_at__isnull', False)), fields=['provider', 'next_poll_at', 'id'], name='task_due_to_poll'),
        ),
        migrations.AddConstraint(
            model_name='account',
            constraint=models.UniqueConstraint(fields=('provider', 'account'), name='account_unique'),
        ),
        migrations.AddConstraint(
            model_name='catalogueentry',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['model', 'voice'])), name='catalogue_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='catalogueentry',
            constraint=models.UniqueConstraint(fields=('provider', 'kind', 'name'), name='catalogue_entry_unique'),
        ),
    ]
