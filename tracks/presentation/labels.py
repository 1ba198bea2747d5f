"""Labels of statuses, kinds and names: each says what it means for the song, and what a person can do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tracks import providers
from tracks.domain.statuses import ArchiveStatus, AssetStatus, TaskStatus, TrackStatus
from tracks.domain.updates import AssetKind, ErrorKind, Timing, TimingState, TrackKind
from tracks.lib.unseen import shown
from tracks.models import Asset, Review, Task, Track
from tracks.presentation import media
from tracks.presentation.times import relative_time

OK, WARN, BAD, WAIT, QUIET = "ok", "warn", "bad", "wait", "quiet"


@dataclass(frozen=True, slots=True)
class StateLabel:
    """``tone``: one of the five above. ``detail``: a sentence that says what the word means, or blank."""

    word: str
    tone: str
    detail: str = ""


def provider_label(name: str) -> str:
    try:
        return providers.get(name).label
    except providers.UnknownProvider:
        return name


def operation_label(provider: str, operation: str) -> str:
    try:
        declared = providers.get(provider).operations.get(operation)
    except providers.UnknownProvider:
        declared = None
    return declared.label if declared else operation.replace("-", " ").capitalize()


TASK_STATES: dict[str, StateLabel] = {
    TaskStatus.QUEUED: StateLabel(
        "waiting to be sent", WAIT, "A worker sends it as soon as one is free. It has cost nothing yet."
    ),
    TaskStatus.UNSURE: StateLabel(
        "unsure",
        WARN,
        "It was sent, but the answer was lost. The provider may have accepted it, so it is not sent again "
        "automatically: that could cost twice. If it was accepted, its callback resolves this; if no "
        "callback comes, you can.",
    ),
    TaskStatus.RUNNING: StateLabel("being made", WAIT, "The provider is working on it."),
    TaskStatus.SUCCEEDED: StateLabel(
        "done", OK, "The provider has finished everything. The results show which files are archived."
    ),
    TaskStatus.PARTIAL: StateLabel(
        "done with gaps",
        WARN,
        "The provider finished, but some results are missing. What exists can be played.",
    ),
    TaskStatus.FAILED: StateLabel("failed", BAD, "It brought no results."),
    TaskStatus.OVERDUE: StateLabel(
        "overdue",
        WARN,
        "The provider has been silent for too long. It is still polled once an hour, and late results are "
        "accepted.",
    ),
}

# What a failure means for the song, where the provider gave no advice of its own.
ADVICE: dict[str, str] = {
    ErrorKind.AUTH: "The provider did not accept our key. Check the key in the settings, then send it again.",
    ErrorKind.CREDIT: "The account has no credit left. Top it up at the provider, then send it again.",
    ErrorKind.RATE: "The provider wants fewer requests. Send it again in a while.",
    ErrorKind.BUSY: "The provider is too busy. Send it again in a while.",
    ErrorKind.INPUT: "The provider could not use the request. Change it and send it again.",
    ErrorKind.CONTENT: "The provider refused the text. Change it and send it again.",
    ErrorKind.COPYRIGHT: "It is close to a known work. Change the lyrics or recording and send it again.",
    ErrorKind.NOT_FOUND: "The provider does not know what this refers to. Check the ids and send it again.",
    ErrorKind.UPSTREAM: "Something failed at the provider. Sending it again often helps.",
    ErrorKind.UNKNOWN: "The provider did not say what is wrong. Sending it again may help.",
}


REVIEW_STATES: dict[str, StateLabel] = {
    Review.NEW: StateLabel("in review", QUIET),
    Review.APPROVED: StateLabel("approved", OK),
    Review.REJECTED: StateLabel("rejected", BAD),
}

REVIEW_CHOICES: list[tuple[str, str]] = [(str(review), label.word) for review, label in REVIEW_STATES.items()]


def review_state(track: Track) -> StateLabel:
    return REVIEW_STATES[track.review]


def task_state(task: Task) -> StateLabel:
    return TASK_STATES[task.status]


def advice(task: Task) -> str:
    """What a person can do about a task's error; blank without one."""
    return task.error_advice or ADVICE.get(task.error_kind, "")


def song_state(track: Track, assets: Iterable[Asset], now: datetime) -> StateLabel:
    """Whether the song can be played, what is still to come, or what went wrong."""
    if track.status == TrackStatus.FAILED:
        what = "this song" if track.kind == TrackKind.SONG else "it"
        return StateLabel("failed", BAD, f"The provider could not make {what}.")
    if track.status == TrackStatus.PENDING:
        return StateLabel("arriving", WAIT, "The provider is still making it.")
    if track.status == TrackStatus.STREAMING:
        return StateLabel("arriving", WAIT, "The provider has a first version; the finished file comes next.")
    if track.kind == TrackKind.LYRICS and track.archive == ArchiveStatus.NONE:
        return StateLabel("written", OK, "These are lyrics only; there is nothing to play.")
    return _ready_state(track, list(assets), now)


def _ready_state(track: Track, assets: list[Asset], now: datetime) -> StateLabel:
    playable = any(map(media.is_playable, assets))
    archive = archive_state(track, assets, now)
    if playable and track.archive == ArchiveStatus.COMPLETE:
        coming = sorted(ASSET_LABELS[a.kind].lower() for a in assets if a.status == AssetStatus.WAITING)
        return StateLabel(
            "playable", OK, f"Still to come: {', '.join(coming)}." if coming else archive.detail
        )
    if playable:
        return StateLabel("playable", OK, archive.detail)
    return StateLabel(archive.word, archive.tone, archive.detail)


def archive_state(track: Track, assets: Iterable[Asset], now: datetime) -> StateLabel:
    """Which of a song's files are archived, and when the provider deletes the rest."""
    if track.archive == ArchiveStatus.COMPLETE:
        return StateLabel(
            "archived", OK, "Every file that the provider gave is archived here, checked and whole."
        )
    if track.archive == ArchiveStatus.INCOMPLETE:
        lost = sorted({ASSET_LABELS[asset.kind].lower() for asset in assets if asset.status in LOST})
        named = ", ".join(lost) or "a file"
        return StateLabel(
            "not all archived", BAD, f"Could not be archived: {named}. The list of files says why."
        )
    if track.archive == ArchiveStatus.PENDING:
        return StateLabel("archiving", WAIT, "Its files are being fetched." + _deadline(assets, now))
    return StateLabel("no file yet", QUIET, "The provider has given no file yet.")


def _deadline(assets: Iterable[Asset], now: datetime) -> str:
    dates = [asset.expires_at for asset in assets if asset.status == AssetStatus.PENDING and asset.expires_at]
    return f" The provider deletes them {relative_time(min(dates), now)}." if dates else ""


def request_text(task: Task) -> str:
    """The first free text of the request, in the declaration's order: a description, lyrics, a title.

    Blank where the request holds only ids, links and choices.
    """
    try:
        declared = providers.get(task.provider).operations.get(task.operation)
    except providers.UnknownProvider:
        declared = None
    own = declared.fields if declared else ()
    coded = {one.name for one in own if one.names or one.url or one.choices or one.vocabulary}
    free = [field.name for field in own if field.multiline]
    texts = [task.params.get(name) for name in [*free, *task.params] if name not in coded]
    return next((text.strip() for text in texts if isinstance(text, str) and text.strip()), "")


def track_name(track: Track) -> str:
    """Its title; without one, what it is."""
    if track.title:
        return shown(track.title)
    if track.kind == TrackKind.SONG:
        return "Untitled"
    return operation_label(track.provider, track.task.operation)


def timing_state(track: Track) -> StateLabel:
    if track.lyrics_timing == Timing.WORD:
        return StateLabel("words timed", OK)
    if track.lyrics_timing == Timing.LINE:
        return StateLabel("lines timed", OK)
    if track.timing_state == TimingState.WAITING:
        return StateLabel("timing pending", WAIT)
    if track.timing_state == TimingState.INSTRUMENTAL:
        return StateLabel("instrumental", QUIET)
    if track.lyrics_text or track.lyrics_timing == Timing.PLAIN:
        return StateLabel("text only", QUIET)
    return StateLabel("no lyrics", QUIET)


LOST = (AssetStatus.FAILED, AssetStatus.EXPIRED)

ASSET_LABELS: dict[str, str] = {
    AssetKind.AUDIO: "Audio",
    AssetKind.AUDIO_HI: "Lossless audio",
    AssetKind.SOURCE_AUDIO: "Source audio",
    AssetKind.IMAGE: "Cover",
    AssetKind.SOURCE_IMAGE: "Source cover",
    AssetKind.VIDEO: "Video",
    AssetKind.STEM: "Stem",
    AssetKind.ARCHIVE: "ZIP",
}


def file_name(asset: Asset) -> str:
    """The file's kind, and its label where the track has several of that kind."""
    kind = ASSET_LABELS[asset.kind]
    return f"{kind} · {shown(asset.label.replace('_', ' '))}" if asset.label else kind


def asset_state(asset: Asset, now: datetime) -> StateLabel:
    """Whether the file is archived, on its way or lost, with the reason of the latest try."""
    if asset.status == AssetStatus.ARCHIVED:
        return StateLabel("archived", OK)
    if asset.status == AssetStatus.WAITING:
        detail = "It comes inside the ZIP." if asset.member else "The provider is still making it."
        return StateLabel("waiting", QUIET, detail)
    if asset.status == AssetStatus.PENDING:
        return StateLabel("archiving", WAIT, _pending_detail(asset, now))
    if asset.status == AssetStatus.EXPIRED:
        return StateLabel(
            "expired", BAD, asset.error or "The provider deleted it before it could be fetched."
        )
    return StateLabel("failed", BAD, asset.error or "It could not be fetched.")


def _pending_detail(asset: Asset, now: datetime) -> str:
    tries = f"{asset.attempts} {'try' if asset.attempts == 1 else 'tries'} so far. " if asset.attempts else ""
    reason = f"{_sentence(asset.error)} " if asset.error else ""
    gone = f"The provider deletes it {relative_time(asset.expires_at, now)}." if asset.expires_at else ""
    return f"{tries}{reason}{gone}".strip() or "It will be fetched next."


def _sentence(text: str) -> str:
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
