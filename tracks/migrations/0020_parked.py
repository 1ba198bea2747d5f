"""Songs that are set aside, and indexes for the two views of the library that hold few songs."""

from django.db import migrations, models

from tracks.migrations._columns import AddTextColumn


class Migration(migrations.Migration):
    dependencies = [("tracks", "0019_cover_thumbnails")]

    operations = [
        migrations.AddField(
            "track",
            "parked_at",
            models.DateTimeField(
                null=True, blank=True, help_text="Since when it is set aside; null where it is not."
            ),
        ),
        AddTextColumn(
            "track",
            "parked_by",
            models.CharField(
                max_length=150, blank=True, default="", help_text="The person or the rule that did it."
            ),
            preserve_default=False,
        ),
        AddTextColumn(
            "track",
            "parked_reason",
            models.CharField(max_length=200, blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AddIndex(
            "track",
            models.Index(fields=["-id"], condition=models.Q(parked_at__isnull=False), name="track_parked"),
        ),
        migrations.AddIndex(
            "track",
            models.Index(fields=["-id"], condition=models.Q(status="failed"), name="track_failed"),
        ),
    ]
