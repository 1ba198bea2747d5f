"""Rows for tests, as few fields as a test cares about."""

from __future__ import annotations

import itertools
from typing import Any

from django.contrib.auth.models import Group, User
from django.utils import timezone

from tracks import providers
from tracks.domain.statuses import FINISHED, AssetStatus, TaskStatus
from tracks.domain.updates import AssetKind, CueKind, Source, TaskUpdate, Timing, TrackUpdate
from tracks.files.download.addresses import host_of
from tracks.models import Account, Asset, LyricLine, Task, Track
from tracks.queries.search import tokens_of
from tracks.services.ingest.apply import Provenance, apply

_numbers = itertools.count(1)


def make_staff(username: str = "ada", role: str = "operator", **over: Any) -> User:
    """A staff user with this role; a blank one is none."""
    user = User.objects.create_user(username, password="listen closely", is_staff=True, **over)
    if role:
        user.groups.set([Group.objects.get(name=role)])
    return user


def make_superuser(username: str = "root", **over: Any) -> User:
    return User.objects.create_superuser(username, password="listen closely", **over)


def make_account(provider: str = "suno", **over: Any) -> Account:
    """The row of the account that the settings name."""
    values = {"provider": provider, "account": providers.get(provider).account} | over
    return Account.objects.create(**values)


def make_task(**over: Any) -> Task:
    values = {
        "provider": "tempolor",
        "operation": "generate",
        "status": TaskStatus.RUNNING,
        "external_id": f"item-{next(_numbers)}",
        "submitted_at": timezone.now(),
        "params": {"prompt": "an owl's dance", "model": "TemPolor v4.5"},
    } | over
    if values["status"] in FINISHED:
        values.setdefault("finished_at", timezone.now())
    if values["status"] == TaskStatus.OVERDUE:
        values.setdefault("gave_up_at", timezone.now())
    return Task.objects.create(**values)


def make_track(task: Task | None = None, **over: Any) -> Track:
    task = task or make_task()
    values: dict[str, Any] = {
        "provider": task.provider,
        "external_id": f"track-{next(_numbers)}",
        "title": "Owl's Moonlit Waltz",
        "style": "Pop",
        "prompt": "an owl's dance",
        "status": "ready",
        "duration_ms": 96_000,
    } | over
    values.setdefault(
        "search_text",
        tokens_of(values["title"], values["style"], values["prompt"], values.get("lyrics_text", "")),
    )
    return Track.objects.create(task=task, **values)


def make_reported_track() -> Track:
    """A track that follows from a statement of the provider, so that a fold after an edit still gives it."""
    task = make_task()
    reported = TaskUpdate(task.external_id, tracks=(TrackUpdate(task.external_id, title="Owls"),))
    apply(task.pk, [reported], Provenance(Source.POLL, timezone.now(), {}))
    return task.tracks.get()


def make_lines(track: Track, *lines: tuple[str, int | None, int | None] | str) -> None:
    """Sung lines as ``(text, start_ms, end_ms)``; a bare string is a section heading."""
    for position, line in enumerate(lines):
        kind = CueKind.SECTION if isinstance(line, str) else CueKind.LINE
        text, start, end = (line, None, None) if isinstance(line, str) else line
        LyricLine.objects.create(
            track=track, position=position, kind=kind, text=text, start_ms=start, end_ms=end
        )
    Track.objects.filter(pk=track.pk).update(lyrics_timing=Timing.LINE)
    track.refresh_from_db()


def time_headings(track: Track, starts: dict[str, int]) -> None:
    """Gives headings of a song their starts, in milliseconds, by their text."""
    for text, start_ms in starts.items():
        track.lines.filter(kind=CueKind.SECTION, text=text).update(start_ms=start_ms)


def make_asset(track: Track | None = None, **over: Any) -> Asset:
    values = {
        "kind": AssetKind.AUDIO,
        "status": AssetStatus.PENDING,
        "source_url": "https://media.example/song.mp3?signature=abc",
    } | over
    values.setdefault("host", host_of(values["source_url"]))
    return Asset.objects.create(track=track or make_track(), **values)
