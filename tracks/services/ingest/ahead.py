"""What an application of updates computes before it locks anything: JSON, the fold, what a search reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from tracks import providers
from tracks.domain import limits, lyrics
from tracks.domain.fold import Folded, FoldedTrack, fold
from tracks.domain.update_json import digest, to_json
from tracks.domain.updates import Source, TaskUpdate
from tracks.lib.redact import redact
from tracks.models import Statement, Task
from tracks.queries.search import tokens_of
from tracks.services.ingest.foreign import (
    foreign_statements,
    foreign_tracks,
    foreign_updates,
    stated_track_ids,
)
from tracks.services.ingest.lengths import measured_lengths

T = TypeVar("T")
# After these the fold is computed under the lock: an application must come to an end.
MAX_TRIES = 2
_FROM_PROVIDER = (Source.CALLBACK, Source.POLL)


class Outdated(Exception):
    """The statements under the lock are not those that were folded before it."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """How an update reached us. ``trace`` goes into the events' data, such as a callback's id."""

    source: Source
    at: datetime
    trace: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Encoded:
    """An update as it is stored: without our keys and tokens, within the limits.

    ``left_out``: a sentence where it held more; else blank.
    """

    update: TaskUpdate
    data: dict[str, Any]
    digest: str
    left_out: str


def encode_update(update: TaskUpdate) -> Encoded:
    kept = limits.cut(update)
    return _encoded(redact(kept), "" if kept is update else limits.CUT)


def _encoded(update: TaskUpdate, left_out: str) -> Encoded:
    data = to_json(update)
    return Encoded(update, data, digest(data), left_out)


@dataclass(frozen=True, slots=True)
class Stated:
    """What becomes of one statement.

    ``row``: a new one that is not saved yet, or the known one; None where the task takes no more.
    ``values``: new values of a known row. ``left_out``: a sentence where not all of it counts; else blank.
    """

    row: Statement | None
    values: Mapping[str, Any]
    left_out: str


def stated(statements: Sequence[Statement], one: Encoded, provenance: Provenance) -> Stated:
    """What becomes of a statement in a task that has these.

    When a link was last stated matters: of two that contradict, the one
    stated last is alive. So does the latest of a person's edits. All else stated twice leaves no trace.
    """
    known = _known(statements, one, provenance)
    if known is None and provenance.source in _FROM_PROVIDER:
        kept = limits.room_for((row.value for row in statements), one.update)
        if kept is None:
            return Stated(None, {}, limits.FULL)
        if kept is not one.update:
            one = _encoded(kept, limits.WITHOUT_LYRICS)
            known = _known(statements, one, provenance)
    if known is None:
        return Stated(_new_row(one, provenance), {}, one.left_out)
    return Stated(known, _later_values(known, one, provenance), one.left_out)


def _known(statements: Sequence[Statement], one: Encoded, provenance: Provenance) -> Statement | None:
    same = (row for row in statements if row.source == provenance.source and row.digest == one.digest)
    return next(same, None)


def _new_row(one: Encoded, provenance: Provenance) -> Statement:
    times = {"first_seen": provenance.at, "last_seen": provenance.at}
    return Statement(source=provenance.source, data=one.data, digest=one.digest, **times)


def _later_values(known: Statement, one: Encoded, provenance: Provenance) -> dict[str, Any]:
    values: dict[str, Any] = {"first_seen": min(provenance.at, known.first_seen)}
    is_later = provenance.at > known.last_seen
    if is_later and (provenance.source is Source.PERSON or _has_links(one.update)):
        values |= {"last_seen": provenance.at, "data": one.data}
    return values


def searched_texts(task: Task, track: FoldedTrack) -> tuple[str, str, str, str]:
    """What a search looks through: title, style, prompt and lyrics."""
    prompt = str(task.params.get("prompt") or "")
    lyrics_text = track.lyrics_text or lyrics.as_text(track.lyrics)
    return track.title, track.style, prompt or track.prompt, lyrics_text


def _has_links(update: TaskUpdate) -> bool:
    return any(track.stream_url or any(asset.url for asset in track.assets) for track in update.tracks)


class Ahead:
    """Results computed ahead, found again by exactly what they were computed from.

    One that is ``closed`` computes no fold under the lock: it raises Outdated instead.
    """

    def __init__(self) -> None:
        self.closed = False
        self._encoded: dict[TaskUpdate, Encoded] = {}
        self._rows: dict[tuple[str, str], list[Statement]] = {}
        self._folds: dict[tuple[tuple[int, ...], tuple[tuple[str, int], ...]], Folded] = {}
        self._search_texts: dict[tuple[str, ...], str] = {}

    def encode(self, update: TaskUpdate) -> Encoded:
        if update not in self._encoded:
            self._encoded[update] = encode_update(update)
        return self._encoded[update]

    def lend_values(self, rows: Iterable[Statement]) -> None:
        """Spares the rows reading their data where that was done ahead."""
        for row in rows:
            for known in self._rows.get((row.source, row.digest), ()):
                if row.take_value(known):
                    break

    def partition(
        self, task: Task, updates: Iterable[TaskUpdate], source: Source, rows: Sequence[Statement]
    ) -> tuple[list[Encoded], list[str]]:
        """What may change this task, and the ids of what may not: another task's, or a second identity."""
        given = [(update, self.encode(update)) for update in updates]
        is_foreign = foreign_updates(task, [one.update for _, one in given], source, rows)
        accepted, foreign_ids = [], []
        for (update, one), foreign in zip(given, is_foreign, strict=True):
            if foreign:
                foreign_ids.append(one.update.external_id)
                continue
            theirs = foreign_tracks(task, one.update)
            foreign_ids += theirs
            accepted.append(self.encode(_without(update, theirs)) if theirs else one)
        return accepted, foreign_ids

    def fold(self, provider: str, rows: Sequence[Statement], measured: Mapping[str, int]) -> Folded:
        """``measured``: see measured_lengths(). Raises Outdated."""
        # The values are kept here, so that no other has the id of one of them.
        key = (tuple(sorted(id(row.value) for row in rows)), tuple(sorted(measured.items())))
        if key not in self._folds:
            if self.closed:
                raise Outdated
            retention = providers.get(provider).retention
            self._folds[key] = fold((row.value for row in rows), retention, measured)
            self._keep(rows)
        return self._folds[key]

    def search_text(self, *texts: str) -> str:
        if texts not in self._search_texts:
            self._search_texts[texts] = tokens_of(*texts)
        return self._search_texts[texts]

    def prepare(self, task: Task, updates: Iterable[TaskUpdate], provenance: Provenance) -> None:
        """Computes what applying the updates will need, if nothing else comes between.

        The task may be one that is not saved yet.
        """
        rows = list(task.statements.all()) if task.pk else []
        self._keep(rows)
        accepted, _ = self.partition(task, updates, provenance.source, rows)
        changed = [_state(rows, one, provenance) for one in accepted]
        if not any(changed):
            return
        measured = measured_lengths(task) if task.pk else {}
        staying, foreign = foreign_statements(rows)
        for theirs in foreign.values():
            moved = {key: measured.pop(key) for key in stated_track_ids(theirs) & measured.keys()}
            self._prepare_fold(task, theirs, moved)
        self._prepare_fold(task, staying, measured)

    def prepare_measured(self, task: Task, measured: Mapping[str, int]) -> None:
        """Computes what follows for the task once its songs' lengths are these."""
        rows = list(task.statements.all())
        self._keep(rows)
        self._prepare_fold(task, rows, measured)

    def _prepare_fold(self, task: Task, rows: Sequence[Statement], measured: Mapping[str, int]) -> None:
        for track in self.fold(task.provider, rows, measured).tracks:
            self.search_text(*searched_texts(task, track))

    def _keep(self, rows: Iterable[Statement]) -> None:
        """Copies, because a row that is brought forward reads another value."""
        for row in rows:
            value, kept = row.value, self._rows.setdefault((row.source, row.digest), [])
            if not any(one.value is value for one in kept):
                kept.append(copy(row))


def _without(update: TaskUpdate, foreign: Sequence[str]) -> TaskUpdate:
    return replace(update, tracks=tuple(one for one in update.tracks if one.external_id not in foreign))


def _state(rows: list[Statement], one: Encoded, provenance: Provenance) -> bool:
    """Brings the rows, which are not saved, to what they will be; whether that changes any."""
    given = stated(rows, one, provenance)
    row = given.row
    if row is None:
        return False
    if row.pk is None and row not in rows:
        rows.append(row)
        return True
    changes = {name: value for name, value in given.values.items() if getattr(row, name) != value}
    for name, value in changes.items():
        setattr(row, name, value)
    return bool(changes)


def apply_ahead(prepare: Callable[[], Ahead], run: Callable[[Ahead], T]) -> T:
    """Runs a transaction with what was prepared outside of it; again, when other statements came between."""
    for _try in range(MAX_TRIES):
        ahead = prepare()
        ahead.closed = True
        try:
            return run(ahead)
        except Outdated:
            continue
    return run(Ahead())
