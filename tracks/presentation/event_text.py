"""Events in words: a tone, a title and a detail for each kind."""

from __future__ import annotations

from collections.abc import Callable

from django.template.defaultfilters import filesizeformat

from tracks.domain.statuses import AssetStatus, TaskStatus, TrackStatus
from tracks.domain.updates import Source, Timing, TrackKind
from tracks.lib.unseen import shown
from tracks.models import Event
from tracks.presentation.labels import (
    ASSET_LABELS,
    BAD,
    OK,
    QUIET,
    REVIEW_STATES,
    TASK_STATES,
    WAIT,
    WARN,
    StateLabel,
    failure_word,
)
from tracks.presentation.times import timecode

# Tone, title and detail.
EventText = tuple[str, str, str]


def describe_event(event: Event, with_title: bool) -> EventText:
    """``with_title``: a track is named by its title and its position in the task, else it is "the song"."""
    song = _title(event) if with_title else ""
    return _DESCRIPTIONS.get(event.kind, _unknown)(event, song)


def _title(event: Event) -> str:
    if event.track is None:
        title = _text(event, "title")
        return f"“{title}”" if title else ""
    return f"“{shown(event.track.title) or 'Untitled'}” ({event.track.position + 1})"


def _noun(event: Event) -> str:
    return _NOUNS[event.track.kind] if event.track else _NOUNS[TrackKind.SONG]


def _the(event: Event) -> str:
    return f"the {_noun(event)}"


# Stems, videos and pictures have no better word in common than "result".
_NOUNS: dict[str, str] = {TrackKind.SONG: "song", TrackKind.LYRICS: "text", TrackKind.FILES: "result"}


def _text(event: Event, key: str) -> str:
    return shown(str(event.data.get(key) or ""))


def _unknown(event: Event, song: str) -> EventText:
    return QUIET, event.kind.replace(".", " ").replace("_", " ").capitalize(), ""


def _created(event: Event, song: str) -> EventText:
    if adopted := _text(event, "adopted"):
        return QUIET, "Adopted from a callback", f"It was not sent from here. The provider's id: {adopted}."
    by = _text(event, "by")
    return QUIET, f"Requested by {by}" if by else "Requested", ""


def _submitted(event: Event, song: str) -> EventText:
    return OK, "Sent, and accepted by the provider", f"The provider's id: {_text(event, 'external_id')}."


def _postponed(event: Event, song: str) -> EventText:
    return WARN, "Not accepted yet; it will be sent again automatically", _text(event, "reason")


_SOURCES: dict[str, str] = {
    Source.CALLBACK: "Reported by a callback.",
    Source.POLL: "Found by polling the provider.",
    Source.CLOCK: "The deadline passed.",
}
_TASK_TITLES: dict[str, str] = {
    TaskStatus.QUEUED: "To be sent again",
    TaskStatus.RUNNING: "The provider is working on it",
    TaskStatus.UNSURE: "Sent, but the answer was lost",
    TaskStatus.SUCCEEDED: "Done: the provider has finished everything",
    TaskStatus.PARTIAL: "Done, with gaps",
    TaskStatus.OVERDUE: "Overdue: the provider has been silent for too long",
}


def _task_status(event: Event, song: str) -> EventText:
    to, by = _text(event, "to"), _text(event, "by")
    source = f"By {by}." if by else _SOURCES.get(_text(event, "source"), "")
    tone = TASK_STATES[to].tone if to in TASK_STATES else QUIET
    title = _TASK_TITLES.get(to, to)
    if to == TaskStatus.FAILED:
        title = _capitalised(failure_word(_text(event, "error")))
    return tone, title, " ".join(filter(None, [_text(event, "message"), source]))


def _refresh(event: Event, song: str) -> EventText:
    by = _text(event, "by")
    if by == "archive":
        return (
            QUIET,
            "Fresh links requested",
            "A link did not deliver its file, so the provider is polled again.",
        )
    return QUIET, f"Poll requested{f' by {by}' if by else ''}", ""


def _mismatch(event: Event, song: str) -> EventText:
    ids = ", ".join(map(str, event.data.get("ids", [])))
    who = "A callback" if event.data.get("callback") else "The provider's answer"
    return WARN, f"{who} named another task", f"It named {ids}. Nothing of it was applied."


def _limit(event: Event, song: str) -> EventText:
    return WARN, "More than a task can hold", _text(event, "message")


def _track_created(event: Event, song: str) -> EventText:
    return _track_is(_text(event, "status"), song or f"A {_noun(event)}", "is announced")


def _track_status(event: Event, song: str) -> EventText:
    return _track_is(_text(event, "to"), song or f"The {_noun(event)}", "is being made")


def _track_is(status: str, song: str, pending: str) -> EventText:
    titles: dict[str, tuple[str, str]] = {
        TrackStatus.READY: (OK, f"{song} is finished"),
        TrackStatus.STREAMING: (WAIT, f"{song} has a first version at the provider"),
        TrackStatus.FAILED: (BAD, f"{song} failed"),
        TrackStatus.PENDING: (WAIT, f"{song} {pending}"),
    }
    tone, title = titles.get(status, (QUIET, f"{song}: {status}"))
    return tone, title, ""


def _track_changed(event: Event, song: str) -> EventText:
    by, name = _text(event, "by"), song or _the(event)
    return QUIET, f"{by} changed {name}" if by else f"New details of {name}", ""


def _reviewed(event: Event, song: str) -> EventText:
    changes = event.data.get("to", {})
    review = REVIEW_STATES.get(str(changes.get("review")), StateLabel("", QUIET))
    parts = [review.word]
    if "rating" in changes:
        parts.append("no rating" if changes["rating"] is None else f"{changes['rating']} of 5 stars")
    if "notes" in changes:
        parts.append("general note")
    parts.append(_text(event, "reason"))
    title = f"{_by(event)} reviewed {song or _the(event)}"
    return review.tone, title, ", ".join(filter(None, parts))


def _parked(event: Event, song: str) -> EventText:
    return QUIET, f"{_text(event, 'by') or 'Somebody'} parked {song or _the(event)}", _text(event, "reason")


def _unparked(event: Event, song: str) -> EventText:
    by = _text(event, "by") or "Somebody"
    return QUIET, f"{by} took {song or _the(event)} back", "It is parked no more."


def _tagged(event: Event, song: str) -> EventText:
    by, name = _by(event), song or _the(event)
    added, removed = _quoted(event, "added"), _quoted(event, "removed")
    if not removed:
        return QUIET, f"{by} tagged {name} {added}", ""
    if not added:
        return QUIET, f"{by} took {removed} off {name}", ""
    return QUIET, f"{by} changed the tags of {name}", f"Added {added}, removed {removed}."


def _quoted(event: Event, key: str) -> str:
    return ", ".join(f"“{shown(str(name))}”" for name in event.data.get(key, []))


def _in_playlist(event: Event, song: str) -> EventText:
    by, name = _by(event), song or _the(event)
    playlist = f"the playlist “{_text(event, 'name')}”"
    if event.data.get("change") == "removed":
        return QUIET, f"{by} took {name} out of {playlist}", ""
    return QUIET, f"{by} added {name} to {playlist}", ""


def _playlist(event: Event, song: str) -> EventText:
    verb = {"playlist.created": "created", "playlist.deleted": "deleted"}.get(event.kind, "changed")
    title = f"{_text(event, 'by') or 'Somebody'} {verb} the playlist “{_text(event, 'name')}”"
    before = event.data.get("from", {})
    parts = [
        f"before: “{shown(str(before['name']))}”" if "name" in before else "",
        "another description" if "description" in before else "",
        *(f"{event.data[key]} {key}" for key in ("added", "removed") if event.data.get(key)),
    ]
    if verb == "changed" and not any(parts):
        return QUIET, title, "another order"
    return QUIET, title, ", ".join(filter(None, parts))


def _search(event: Event, song: str) -> EventText:
    verb = "saved" if event.kind == "search.saved" else "deleted"
    return QUIET, f"{_text(event, 'by') or 'Somebody'} {verb} the search “{_text(event, 'name')}”", ""


def _noted(event: Event, song: str) -> EventText:
    title = f"{_text(event, 'by')} wrote a note on {song or _the(event)}{_moment(event)}"
    return QUIET, title, _text(event, "text")


def _note_removed(event: Event, song: str) -> EventText:
    title = f"{_text(event, 'by')} removed a note on {song or _the(event)}{_moment(event)}"
    return QUIET, title, _text(event, "text")


def _moment(event: Event) -> str:
    time = event.data.get("time")
    return f" at {timecode(int(time * 1000))}" if isinstance(time, int | float) else ""


def _track_lyrics(event: Event, song: str) -> EventText:
    how: dict[str, str] = {Timing.WORD: "timed by word", Timing.LINE: "timed by line"}
    timing = how.get(_text(event, "timing"), "without timing")
    if event.data.get("shown") is False:
        detail = "The edited lyrics stay shown. The provider's are kept, and can be restored."
        return QUIET, f"Other lyrics{f' of {song}' if song else ''} came from the provider, {timing}", detail
    return OK, f"Lyrics{f' of {song}' if song else ''} arrived, {timing}", ""


def _lyrics_edited(event: Event, song: str) -> EventText:
    title = f"{_by(event)} edited the lyrics of {song or _the(event)}"
    detail = f"Version {_text(event, 'version')}, made from {_lyrics(event, 'based_on')}."
    return OK, title, " ".join(filter(None, [detail, _text(event, "note")]))


def _lyrics_chosen(event: Event, song: str) -> EventText:
    title = f"{_by(event)} chose other lyrics of {song or _the(event)}"
    return QUIET, title, f"Now {_lyrics(event, 'to')} is shown; before it was {_lyrics(event, 'from')}."


def _lyrics(event: Event, key: str) -> str:
    number = event.data.get(key)
    return f"version {number}" if isinstance(number, int) else "the provider's version"


def _lyrics_offset(event: Event, song: str) -> EventText:
    title = f"{_by(event)} moved the lyrics of {song or _the(event)} against the music"
    return QUIET, title, f"They were shown {_moved(event, 'from')}, and are now shown {_moved(event, 'to')}."


def _moved(event: Event, key: str) -> str:
    seconds = float(event.data.get(key) or 0)
    if not seconds:
        return "at their own times"
    return f"{abs(seconds):.2f} seconds {'later' if seconds > 0 else 'earlier'}"


def _by(event: Event) -> str:
    return _text(event, "by") or "Somebody"


def _handed_over(event: Event, song: str) -> EventText:
    detail = f"Its results are in task {_text(event, 'to_task')} now; nothing was lost."
    return WARN, f"{_text(event, 'external_id')} turned out to be another task", detail


def _archive_again(event: Event, song: str) -> EventText:
    count = event.data.get("files", 0)
    files = "1 file to fetch." if count == 1 else f"{count} files to fetch."
    return QUIET, f"{_text(event, 'by')} requested archiving of {song or _the(event)} again", files


def _file(event: Event, song: str) -> str:
    kind = ASSET_LABELS.get(_text(event, "kind"), "File")
    label = event.asset.label if event.asset else ""
    return f"{kind}{f' ({label})' if label else ''}{f' of {song}' if song else ''}"


def _asset_status(event: Event, song: str) -> EventText:
    to, error, file = _text(event, "to"), _text(event, "error"), _file(event, song)
    if to == AssetStatus.ARCHIVED:
        size = event.data.get("bytes")
        return OK, f"{file} archived", filesizeformat(size) if size else ""
    if to == AssetStatus.FAILED:
        return BAD, f"{file} could not be archived", error
    if to == AssetStatus.EXPIRED:
        return BAD, f"{file} was deleted by the provider", error
    return WAIT, f"{file} can be fetched", error


def _asset_try(event: Event, song: str) -> EventText:
    return (
        WARN,
        f"{_file(event, song)} could not be fetched yet; it will be tried again",
        _text(event, "error"),
    )


def _replaced(event: Event, song: str) -> EventText:
    detail = "The link delivered another file than the one archived first; that one stays on disk."
    return OK, f"{_file(event, song)} archived again", detail


def _same_file(event: Event, song: str) -> EventText:
    detail = (
        "The provider delivered the other take's file each time, so it is archived as it is. Listen to both."
    )
    return WARN, f"{_file(event, song)} is the same as another take's", detail


def _other_length(event: Event, song: str) -> EventText:
    how = "shorter" if event.kind == "asset.short" else "longer"
    detail = f"{_capitalised(_text(event, 'reason'))}. No better file came, so it is archived as it is."
    return WARN, f"{_file(event, song)} is {how} than promised", detail


def _damaged(event: Event, song: str) -> EventText:
    reason = _capitalised(_text(event, "reason"))
    detail = f"{reason}. It came like this each time, so it is archived for the parts that are intact."
    return WARN, f"{_file(event, song)} is damaged", detail


def _cut(event: Event, song: str) -> EventText:
    reason = _capitalised(_text(event, "reason"))
    lost, where = ("a part", "all of it") if event.data.get("gap_bytes") else ("its end", "its end")
    return WARN, f"{_file(event, song)} may lack {lost}", f"{reason}. Listen to {where}."


def _unusual(event: Event, song: str) -> EventText:
    return QUIET, f"{_file(event, song)} is of an unusual kind", _text(event, "reason")


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _other_link(event: Event, song: str) -> EventText:
    return QUIET, f"Another link for {_file(event, song)}", "The archived file stays."


_DESCRIPTIONS: dict[str, Callable[[Event, str], EventText]] = {
    "task.created": _created,
    "task.submitted": _submitted,
    "task.postponed": _postponed,
    "task.status": _task_status,
    "task.refresh": _refresh,
    "task.mismatch": _mismatch,
    "task.limit": _limit,
    "task.handed_over": _handed_over,
    "track.created": _track_created,
    "track.status": _track_status,
    "track.changed": _track_changed,
    "track.lyrics": _track_lyrics,
    "track.lyrics_chosen": _lyrics_chosen,
    "track.lyrics_edited": _lyrics_edited,
    "track.lyrics_offset": _lyrics_offset,
    "track.reviewed": _reviewed,
    "track.noted": _noted,
    "track.note_removed": _note_removed,
    "track.archive_again": _archive_again,
    "track.parked": _parked,
    "track.unparked": _unparked,
    "track.tagged": _tagged,
    "track.playlist": _in_playlist,
    "playlist.created": _playlist,
    "playlist.changed": _playlist,
    "playlist.deleted": _playlist,
    "search.saved": _search,
    "search.deleted": _search,
    "asset.status": _asset_status,
    "asset.try": _asset_try,
    "asset.other_link": _other_link,
    "asset.replaced": _replaced,
    "asset.same_file": _same_file,
    "asset.short": _other_length,
    "asset.longer": _other_length,
    "asset.damaged": _damaged,
    "asset.cut": _cut,
    "asset.unusual": _unusual,
}
