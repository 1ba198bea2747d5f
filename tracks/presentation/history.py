"""A task's events as a story: what happened, in words, and how long each step took."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.template.defaultfilters import filesizeformat

from tracks.lifecycle import AssetStatus, TaskStatus, TrackStatus
from tracks.models import Event
from tracks.presentation.times import span
from tracks.presentation.words import BAD, BUSY, GOOD, KIND_WORDS, QUIET, TASK_STATES, WARN
from tracks.updates import Source, Timing


@dataclass(frozen=True, slots=True)
class Entry:
    """One step. ``took``: the time since the step before; ``callback``: the id of the body that told us."""

    at: datetime
    tone: str
    title: str
    detail: str = ""
    took: str = ""
    callback: int | None = None
    track: int | None = None
    subject: str = ""
    times: int = 1


def story(events: Iterable[Event]) -> list[Entry]:
    """Oldest first; tries of the same file in a row are one step."""
    told = [entry for event in events if (entry := _told(event))]
    return _timed(_merged(told))


def _told(event: Event) -> Entry | None:
    if event.kind == "task.status" and _is_the_answer_itself(event.data):
        return None
    tone, title, detail = _WORDS.get(event.kind, _plain)(event)
    callback = event.data.get("callback")
    return Entry(
        at=event.at,
        tone=tone,
        title=title,
        detail=detail,
        callback=callback if isinstance(callback, int) else None,
        track=event.track_id,
        subject=f"{event.kind} {event.asset_id or event.track_id or event.pk}",
    )


def _is_the_answer_itself(data: dict[str, Any]) -> bool:
    """The step "accepted" says it already."""
    return data.get("source") == Source.SUBMIT and data.get("to") == TaskStatus.RUNNING


def _merged(entries: Sequence[Entry]) -> list[Entry]:
    merged: list[Entry] = []
    for entry in entries:
        if merged and entry.subject.startswith("asset.try") and merged[-1].subject == entry.subject:
            merged[-1] = replace(entry, times=merged[-1].times + 1)
        else:
            merged.append(entry)
    return merged


def _timed(entries: Sequence[Entry]) -> list[Entry]:
    befores = [None, *entries]
    return [
        replace(entry, took=span(entry.at - before.at)) if before else entry
        for before, entry in zip(befores, entries, strict=False)
    ]


Words = tuple[str, str, str]


def _plain(event: Event) -> Words:
    return QUIET, event.kind.replace(".", " ").replace("_", " ").capitalize(), ""


def _text(event: Event, key: str) -> str:
    return str(event.data.get(key) or "")


def _song(event: Event) -> str:
    title = event.track.title if event.track else _text(event, "title")
    return f"“{title}”" if title else "the song"


def _this_song(event: Event) -> str:
    """The same at the head of a sentence."""
    song = _song(event)
    return song[:1].upper() + song[1:]


def _created(event: Event) -> Words:
    if adopted := _text(event, "adopted"):
        return QUIET, "Adopted from a callback", f"Nobody here had sent it. The provider calls it {adopted}."
    by = _text(event, "by")
    return QUIET, f"Asked for by {by}" if by else "Asked for", ""


def _submitted(event: Event) -> Words:
    return GOOD, "Sent, and accepted by the provider", f"It is {_text(event, 'external_id')} there."


def _postponed(event: Event) -> Words:
    return WARN, "Not taken yet; it is sent again by itself", _text(event, "reason")


_SOURCES = {
    Source.CALLBACK: "A callback told us.",
    Source.POLL: "Seen when we asked the provider.",
    Source.CLOCK: "Our deadline passed.",
    Source.SUBMIT: "The provider's answer to our request.",
}


def _task_status(event: Event) -> Words:
    to, by, message = _text(event, "to"), _text(event, "by"), _text(event, "message")
    told = _SOURCES.get(_text(event, "source"), f"By {by}." if by else "")
    if to == TaskStatus.QUEUED:
        return BUSY, "To be sent once more", told
    title = {
        TaskStatus.RUNNING: "The provider is working on it",
        TaskStatus.UNSURE: "Sent, but the answer was lost",
        TaskStatus.SUCCEEDED: "Done: everything is here",
        TaskStatus.PARTIAL: "Done, with gaps",
        TaskStatus.FAILED: "Failed",
        TaskStatus.OVERDUE: "Overdue: nothing was heard for too long",
    }.get(to, to)
    tone = TASK_STATES[to].tone if to in TASK_STATES else QUIET
    return tone, title, " ".join(filter(None, [message, told]))


def _refresh(event: Event) -> Words:
    by = _text(event, "by")
    if by == "archive":
        return QUIET, "Fresh links asked for", "A link was refused, so the provider is asked for a new one."
    return QUIET, f"Looked at again{f' for {by}' if by else ''}", ""


def _mismatch(event: Event) -> Words:
    ids = ", ".join(map(str, event.data.get("ids", [])))
    return WARN, "A callback spoke of another task", f"It named {ids}. Nothing of it was applied."


def _track_created(event: Event) -> Words:
    if event.data.get("status") == TrackStatus.READY:
        return GOOD, f"{_this_song(event)} came", ""
    return BUSY, f"{_this_song(event)} announced", ""


def _track_status(event: Event) -> Words:
    to = _text(event, "to")
    if to == TrackStatus.READY:
        return GOOD, f"{_this_song(event)} is finished", ""
    if to == TrackStatus.STREAMING:
        return BUSY, f"A first version of {_song(event)} exists at the provider", ""
    if to == TrackStatus.FAILED:
        return BAD, f"{_this_song(event)} failed", ""
    return BUSY, f"{_this_song(event)} is being made", ""


def _track_changed(event: Event) -> Words:
    fields = [str(name).replace("_ms", "").replace("_", " ") for name in event.data.get("fields", [])]
    known = [name for name in fields if name != "search text"]
    by = _text(event, "by")
    title = f"{by} changed {_song(event)}" if by else f"More is known about {_song(event)}"
    return QUIET, title, ", ".join(known)


def _reviewed(event: Event) -> Words:
    said = event.data.get("to", {})
    parts = [str(said["review"])] if said.get("review") else []
    if "rating" in said:
        parts.append("no rating" if said["rating"] is None else f"{said['rating']} of 5 stars")
    if "notes" in said:
        parts.append("notes")
    tone = {"approved": GOOD, "rejected": BAD}.get(str(said.get("review")), QUIET)
    return tone, f"{_text(event, 'by') or 'Somebody'} judged {_song(event)}", ", ".join(parts)


def _track_lyrics(event: Event) -> Words:
    how = {Timing.WORD: "word by word", Timing.LINE: "line by line"}.get(
        _text(event, "timing"), "without timing"
    )
    return GOOD, f"Lyrics of {_song(event)} came, {how}", ""


def _withdrawn(event: Event) -> Words:
    return WARN, f"{_this_song(event)} taken out again", "It turned out to belong to another id."


def _archive_again(event: Event) -> Words:
    count = event.data.get("files", 0)
    return QUIET, f"Archiving {_song(event)} again, for {_text(event, 'by')}", f"{count} files to fetch."


def _file(event: Event) -> str:
    kind = KIND_WORDS.get(_text(event, "kind"), "File")
    label = event.asset.label if event.asset else ""
    return f"{kind}{f' ({label})' if label else ''} of {_song(event)}"


def _asset_status(event: Event) -> Words:
    to, error = _text(event, "to"), _text(event, "error")
    if to == AssetStatus.ARCHIVED:
        size = event.data.get("bytes")
        return GOOD, f"{_file(event)} kept", filesizeformat(size) if size else ""
    if to == AssetStatus.FAILED:
        return BAD, f"{_file(event)} could not be kept", error
    if to == AssetStatus.EXPIRED:
        return BAD, f"{_file(event)} is gone at the provider", error
    if to == AssetStatus.PENDING:
        return BUSY, f"{_file(event)} can be fetched", ""
    return QUIET, f"{_file(event)} is promised", ""


def _asset_try(event: Event) -> Words:
    return WARN, f"{_file(event)} could not be fetched yet; it is tried again", _text(event, "error")


_WORDS: dict[str, Callable[[Event], Words]] = {
    "task.created": _created,
    "task.submitted": _submitted,
    "task.postponed": _postponed,
    "task.status": _task_status,
    "task.refresh": _refresh,
    "task.mismatch": _mismatch,
    "track.created": _track_created,
    "track.status": _track_status,
    "track.changed": _track_changed,
    "track.lyrics": _track_lyrics,
    "track.reviewed": _reviewed,
    "track.withdrawn": _withdrawn,
    "track.archive_again": _archive_again,
    "asset.status": _asset_status,
    "asset.try": _asset_try,
}
