"""Orders stems or the lossless file of a song, once: what is on its way or here is not bought again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from tracks import providers
from tracks.domain.statuses import TaskStatus
from tracks.domain.updates import AssetKind
from tracks.models import Task, Track
from tracks.providers.operations import Operation
from tracks.services.ingest.apply import lock
from tracks.services.submission.source_links import is_made_by_link
from tracks.services.submission.sources import prepare
from tracks.services.submission.submit import create_task

_WORDS = {AssetKind.STEM: "stems", AssetKind.AUDIO_HI: "lossless file"}


class NotOrdered(Exception):
    """Nothing was bought; the text says why, for people."""


@dataclass(frozen=True, slots=True)
class FilesOrdered:
    """``task``: None where the song came with such a file. ``is_new``: whether this call made the task."""

    task: Task | None
    is_new: bool


def order_files(track_id: int, kind: AssetKind, params: Mapping[str, Any], by: User) -> FilesOrdered:
    """Requests the song's files of this kind (STEM or AUDIO_HI), of its own provider where that makes them.

    The same request from the same song is made once, whoever sends it and however often, until it fails.
    Raises Track.DoesNotExist and NotOrdered.
    """
    with transaction.atomic():
        # Whoever orders from this song at the same moment waits here, and then finds the task.
        lock(Track.objects.values_list("task_id", flat=True).get(pk=track_id))
        track = Track.objects.select_related("task").get(pk=track_id)
        if kind != AssetKind.STEM and track.assets.filter(kind=kind).exists():
            return FilesOrdered(None, False)
        provider, operation = _maker(track, kind)
        prepared = prepare(provider, operation, params, track)
        if prepared.problems:
            raise NotOrdered(f"Nothing was ordered. {' '.join(each.sentence for each in prepared.problems)}")
        if found := _same_order(track, provider, operation, prepared.params):
            return FilesOrdered(found, False)
        task, _ = create_task(
            provider, operation.name, prepared.params, by, source=track, warnings=prepared.warnings
        )
        return FilesOrdered(task, True)


def _maker(track: Track, kind: AssetKind) -> tuple[str, Operation]:
    """The provider and its operation; the song's own provider first. Raises NotOrdered."""
    found = sorted(_makers(track, kind), key=lambda pair: pair[0] != track.provider)
    if not found:
        raise NotOrdered(f"Nothing was ordered: no provider makes the {_WORDS[kind]} of this song.")
    return found[0]


def _makers(track: Track, kind: AssetKind) -> Iterator[tuple[str, Operation]]:
    for name, provider in providers.registered().items():
        for operation in provider.operations.values():
            if operation.brings is kind and (name == track.provider or is_made_by_link(operation)):
                yield name, operation


def _same_order(track: Track, provider: str, operation: Operation, params: Mapping[str, Any]) -> Task | None:
    """The latest such task that did not fail; a parameter that is left out has its default."""
    orders = Task.objects.filter(source_track=track, provider=provider, operation=operation.name)
    wanted = {**operation.defaults, **params}
    open_or_done = orders.exclude(status=TaskStatus.FAILED).order_by("-pk")
    return next((task for task in open_or_done if {**operation.defaults, **task.params} == wanted), None)
