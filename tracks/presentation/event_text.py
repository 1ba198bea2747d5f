"""What each kind of event says to people."""

from __future__ import annotations

from collections.abc import Callable

from django.template.defaultfilters import filesizeformat

from tracks.domain.statuses import AssetStatus, TaskStatus, TrackStatus
from tracks.domain.updates import Source, Timing, TrackKind
from tracks.models import Event
from tracks.presentation.labels import BAD, BUSY, GOOD, KIND_WORDS, QUIET, TASK_STATES, WARN

Words = tuple[str, str, str]


def tell(event: Event, with_title: bool) -> Words:
    """Tone, title and detail. ``with_title``: a track is called by title and place, else "the song"."""
    song = _title(event) if with_title else ""
    return _WORDS.get(event.kind, _unknown)(event, song)


def _title(event: Event) -> str:
    if event.track is None:
        title = _text(event, "title")
        return f"“{title}”" if title else ""
    return f"“{event.track.title or 'Untitled'}” ({event.track.position + 1})"


def _noun(event: Event) -> str:
    """What is told of; stems, videos and pictures have no better word in common."""
    return _NOUNS[event.track.kind] if event.track else _NOUNS[TrackKind.SONG]


def _the(event: Event) -> str:
    return f"the {_noun(event)}"


_NOUNS: dict[str, str] = {TrackKind.SONG: "song", TrackKind.LYRICS: "text", TrackKind.FILES: "result"}


def _text(event: Event, key: str) -> str:
    return str(event.data.get(key) or "")


def _unknown(event: Event, song: str) -> Words:
    return QUIET, event.kind.replace(".", " ").replace("_", " ").capitalize(), ""


def _created(event: Event, song: str) -> Words:
    if adopted := _text(event, "adopted"):
        return QUIET, "Adopted from a callback", f"Nobody here had sent it. The provider calls it {adopted}."
    by = _text(event, "by")
    return QUIET, f"Asked for by {by}" if by else "Asked for", ""


def _submitted(event: Event, song: str) -> Words:
    return GOOD, "Sent, and accepted by the provider", f"Its id there: {_text(event, 'external_id')}."


def _postponed(event: Event, song: str) -> Words:
    return WARN, "Not taken yet; it is sent again by itself", _text(event, "reason")


_SOURCES: dict[str, str] = {
    Source.CALLBACK: "A callback told us.",
    Source.POLL: "Seen when we asked the provider.",
    Source.CLOCK: "Our deadline passed.",
}
_TASK_TITLES: dict[str, str] = {
    TaskStatus.QUEUED: "To be sent once more",
    TaskStatus.RUNNING: "The provider is working on it",
    TaskStatus.UNSURE: "Sent, but the answer was lost",
    TaskStatus.SUCCEEDED: "Done: the provider has made everything",
    TaskStatus.PARTIAL: "Done, with gaps",
    TaskStatus.FAILED: "Failed",
    TaskStatus.OVERDUE: "Overdue: nothing was heard for too long",
}


def _task_status(event: Event, song: str) -> Words:
    to, by = _text(event, "to"), _text(event, "by")
    told = f"By {by}." if by else _SOURCES.get(_text(event, "source"), "")
    tone = TASK_STATES[to].tone if to in TASK_STATES else QUIET
    return tone, _TASK_TITLES.get(to, to), " ".join(filter(None, [_text(event, "message"), told]))


def _refresh(event: Event, song: str) -> Words:
    by = _text(event, "by")
    if by == "archive":
        return QUIET, "Fresh links asked for", "A link did not bring its file; the provider is asked again."
    return QUIET, f"Looked at again{f' for {by}' if by else ''}", ""


def _mismatch(event: Event, song: str) -> Words:
    ids = ", ".join(map(str, event.data.get("ids", [])))
    who = "A callback" if event.data.get("callback") else "The provider's answer"
    return WARN, f"{who} spoke of another task", f"It named {ids}. Nothing of that was applied."


def _track_created(event: Event, song: str) -> Words:
    return _track_is(_text(event, "status"), song or f"A {_noun(event)}", "is announced")


def _track_status(event: Event, song: str) -> Words:
    return _track_is(_text(event, "to"), song or f"The {_noun(event)}", "is being made")


def _track_is(status: str, song: str, pending: str) -> Words:
    said: dict[str, tuple[str, str]] = {
        TrackStatus.READY: (GOOD, f"{song} is finished"),
        TrackStatus.STREAMING: (BUSY, f"{song} has a first version at the provider"),
        TrackStatus.FAILED: (BAD, f"{song} failed"),
        TrackStatus.PENDING: (BUSY, f"{song} {pending}"),
    }
    tone, title = said.get(status, (QUIET, f"{song}: {status}"))
    return tone, title, ""


def _track_changed(event: Event, song: str) -> Words:
    by, known = _text(event, "by"), song or _the(event)
    return (
        QUIET,
        f"{by} changed {known}" if by else f"More is known about {known}",
        "",
    )


def _reviewed(event: Event, song: str) -> Words:
    said = event.data.get("to", {})
    parts = [str(said["review"])] if said.get("review") else []
    if "rating" in said:
        parts.append("no rating" if said["rating"] is None else f"{said['rating']} of 5 stars")
    if "notes" in said:
        parts.append("notes")
    tone = {"approved": GOOD, "rejected": BAD}.get(str(said.get("review")), QUIET)
    return tone, f"{_text(event, 'by') or 'Somebody'} judged {song or _the(event)}", ", ".join(parts)


def _track_lyrics(event: Event, song: str) -> Words:
    how: dict[str, str] = {Timing.WORD: "word by word", Timing.LINE: "line by line"}
    timing = how.get(_text(event, "timing"), "without timing")
    return GOOD, f"Lyrics{f' of {song}' if song else ''} came, {timing}", ""


def _handed_over(event: Event, song: str) -> Words:
    detail = f"What it brought stands at task {_text(event, 'to_task')}; nothing was thrown away."
    return WARN, f"{_text(event, 'external_id')} turned out to be another task", detail


def _archive_again(event: Event, song: str) -> Words:
    count = event.data.get("files", 0)
    files = "1 file to fetch." if count == 1 else f"{count} files to fetch."
    return QUIET, f"{_text(event, 'by')} had {song or _the(event)} archived again", files


def _file(event: Event, song: str) -> str:
    kind = KIND_WORDS.get(_text(event, "kind"), "File")
    label = event.asset.label if event.asset else ""
    return f"{kind}{f' ({label})' if label else ''}{f' of {song}' if song else ''}"


def _asset_status(event: Event, song: str) -> Words:
    to, error, file = _text(event, "to"), _text(event, "error"), _file(event, song)
    if to == AssetStatus.ARCHIVED:
        size = event.data.get("bytes")
        return GOOD, f"{file} kept", filesizeformat(size) if size else ""
    if to == AssetStatus.FAILED:
        return BAD, f"{file} could not be kept", error
    if to == AssetStatus.EXPIRED:
        return BAD, f"{file} is gone at the provider", error
    return BUSY, f"{file} can be fetched", error


def _asset_try(event: Event, song: str) -> Words:
    return WARN, f"{_file(event, song)} could not be fetched yet; it is tried again", _text(event, "error")


def _replaced(event: Event, song: str) -> Words:
    detail = "The link brought another file than the one that was kept first; that one stays on the disk."
    return GOOD, f"{_file(event, song)} kept anew", detail


def _same_file(event: Event, song: str) -> Words:
    detail = "The provider kept delivering the other take's file, so it is kept as it is. Listen to both."
    return WARN, f"{_file(event, song)} is the same as another take's", detail


def _other_length(event: Event, song: str) -> Words:
    how = "shorter" if event.kind == "asset.short" else "longer"
    said = _text(event, "reason")
    detail = f"{said[:1].upper()}{said[1:]}. Nothing better came, so it is kept as it is."
    return WARN, f"{_file(event, song)} is {how} than promised", detail


def _damaged(event: Event, song: str) -> Words:
    said = _text(event, "reason")
    detail = f"{said[:1].upper()}{said[1:]}. It came so each time, so it is kept for what is sound in it."
    return WARN, f"{_file(event, song)} is damaged", detail


def _other_link(event: Event, song: str) -> Words:
    return QUIET, f"Another link for {_file(event, song)}", "The file that is kept stays."


_WORDS: dict[str, Callable[[Event, str], Words]] = {
    "task.created": _created,
    "task.submitted": _submitted,
    "task.postponed": _postponed,
    "task.status": _task_status,
    "task.refresh": _refresh,
    "task.mismatch": _mismatch,
    "task.handed_over": _handed_over,
    "track.created": _track_created,
    "track.status": _track_status,
    "track.changed": _track_changed,
    "track.lyrics": _track_lyrics,
    "track.reviewed": _reviewed,
    "track.archive_again": _archive_again,
    "asset.status": _asset_status,
    "asset.try": _asset_try,
    "asset.other_link": _other_link,
    "asset.replaced": _replaced,
    "asset.same_file": _same_file,
    "asset.short": _other_length,
    "asset.longer": _other_length,
    "asset.damaged": _damaged,
}
