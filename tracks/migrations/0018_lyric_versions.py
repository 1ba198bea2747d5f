"""Lyrics that people edited, version by version, and by how much a song's lines are moved."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from tracks.migrations._columns import AddNumberColumn

TIMINGS = [("none", "none"), ("plain", "plain"), ("line", "line"), ("word", "word")]


class Migration(migrations.Migration):
    dependencies = [("tracks", "0017_loudness")]
    operations = [
        migrations.CreateModel(
            name="LyricVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(help_text="From 1; 0 is the provider's.")),
                ("timing", models.CharField(choices=TIMINGS, max_length=8)),
                ("lines", models.JSONField(blank=True, default=list, help_text="The cues, see tracks/domain/updates.py.")),
                ("by", models.CharField(blank=True, help_text="Who saved it; blank for the provider.", max_length=150)),
                (
                    "at",
                    models.DateTimeField(
                        blank=True,
                        default=django.utils.timezone.now,
                        help_text="When it was saved. Of number 0: when the provider changed it, blank if never.",
                        null=True,
                    ),
                ),
                ("note", models.TextField(blank=True)),
                (
                    "based_on",
                    models.PositiveIntegerField(
                        blank=True, help_text="The version that was edited; blank: the provider's.", null=True
                    ),
                ),
                (
                    "track",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lyric_versions", to="tracks.track"
                    ),
                ),
            ],
            options={
                "ordering": ["track", "number"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("timing__in", ["none", "plain", "line", "word"])),
                        name="lyric_version_timing_known",
                    ),
                    models.UniqueConstraint(fields=("track", "number"), name="lyric_version_number_unique"),
                ],
            },
        ),
        migrations.AddField(
            model_name="track",
            name="lyrics_version",
            field=models.PositiveIntegerField(
                blank=True, help_text="The edited version whose lines are shown; blank: the provider's.", null=True
            ),
        ),
        AddNumberColumn(
            model_name="track",
            name="lyrics_offset_ms",
            field=models.IntegerField(
                default=0,
                help_text="By how much all lyric lines come later than their own times say.",
                validators=[
                    django.core.validators.MinValueValidator(-10000),
                    django.core.validators.MaxValueValidator(10000),
                ],
            ),
        ),
    ]
