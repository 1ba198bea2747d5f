"""Playlists, tags and saved searches; events about no task; an index for files that something is wrong with."""

from __future__ import annotations

from typing import Any

import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from tracks.migrations._roles import let_roles_look

NEW_MODELS = ("playlist", "playlistentry", "tag", "tracktag", "savedsearch")


def _id() -> tuple[str, models.BigAutoField[int, int]]:
    return "id", models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )


def _user() -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )


def _key(max_length: int) -> models.CharField[str, str]:
    text = "The name, folded; see name_key()."
    return models.CharField(max_length=max_length, unique=True, editable=False, help_text=text)


def _now() -> models.DateTimeField[Any, Any]:
    return models.DateTimeField(default=django.utils.timezone.now)


class Migration(migrations.Migration):
    dependencies = [
        ("tracks", "0015_without_peaks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            "Playlist",
            fields=[
                _id(),
                ("name", models.CharField(max_length=200)),
                ("key", _key(200)),
                ("description", models.TextField(blank=True)),
                ("created_at", _now()),
                (
                    "updated_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, help_text="When its name or order last changed."
                    ),
                ),
                ("created_by", _user()),
            ],
            options={"ordering": ["-id"]},
        ),
        migrations.CreateModel(
            "PlaylistEntry",
            fields=[
                _id(),
                ("position", models.PositiveIntegerField(help_text="From 0.")),
                ("added_at", _now()),
                ("added_by", _user()),
                (
                    "playlist",
                    models.ForeignKey(
                        "tracks.playlist", on_delete=models.CASCADE, related_name="entries", db_index=False
                    ),
                ),
                (
                    "track",
                    models.ForeignKey(
                        "tracks.track", on_delete=models.CASCADE, related_name="playlist_entries"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "playlist entries",
                "ordering": ["playlist", "position", "id"],
                "indexes": [
                    models.Index(fields=["playlist", "position", "id"], name="playlist_in_order")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=["playlist", "track"], name="playlist_has_track_once")
                ],
            },
        ),
        migrations.CreateModel(
            "Tag",
            fields=[
                _id(),
                ("name", models.CharField(max_length=64, help_text="As it was first written.")),
                ("key", _key(64)),
            ],
            options={"ordering": ["key"]},
        ),
        migrations.CreateModel(
            "TrackTag",
            fields=[
                _id(),
                ("added_at", _now()),
                ("added_by", _user()),
                (
                    "tag",
                    models.ForeignKey(
                        "tracks.tag", on_delete=models.CASCADE, related_name="links", db_index=False
                    ),
                ),
                (
                    "track",
                    models.ForeignKey("tracks.track", on_delete=models.CASCADE, related_name="tag_links"),
                ),
            ],
            options={
                "verbose_name": "tag on a track",
                "verbose_name_plural": "tags on tracks",
                "constraints": [
                    models.UniqueConstraint(fields=["tag", "track"], name="track_has_tag_once")
                ],
            },
        ),
        migrations.AddField(
            "tag",
            "tracks",
            models.ManyToManyField("tracks.track", through="tracks.TrackTag", related_name="tags"),
        ),
        migrations.CreateModel(
            "SavedSearch",
            fields=[
                _id(),
                ("name", models.CharField(max_length=200)),
                ("key", _key(200)),
                (
                    "query",
                    models.JSONField(
                        default=dict,
                        help_text="Filters of the library by name, each value as text; "
                        "see queries/library.py.",
                    ),
                ),
                ("created_at", _now()),
                ("created_by", _user()),
            ],
            options={"verbose_name_plural": "saved searches", "ordering": ["-id"]},
        ),
        migrations.AlterField(
            "event",
            "task",
            models.ForeignKey(
                "tracks.task",
                null=True,
                blank=True,
                on_delete=models.CASCADE,
                related_name="events",
                help_text="None where it is about no task, such as a playlist.",
            ),
        ),
        migrations.AddIndex(
            "asset",
            models.Index(
                fields=["track"],
                condition=models.Q(is_cut=True) | models.Q(gap_bytes__gt=0) | ~models.Q(unusual=""),
                name="asset_flagged",
            ),
        ),
        let_roles_look(*NEW_MODELS),
    ]
