"""Labels of statuses, kinds and names: each says what it means for the song, and what a person can do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from tracks import providers
from tracks.domain.statuses import ArchiveStatus, AssetStatus, TaskStatus, TrackStatus
from tracks.domain.updates import AssetKind, ErrorKind, Timing, TimingState, TrackKind
from tracks.lib.unseen import shown
from tracks.models import Asset, Review, Task, Track
from tracks.presentation import media
from tracks.presentation.times import relative_time
from tracks.services.archive.verify import MAX_FRAME_MS

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


def task_words(task: Task) -> str:
    """What was ordered, and from whom."""
    return f"{provider_label(task.provider)} · {operation_label(task.provider, task.operation)}"


def model_label(track: Track) -> str:
    """The model's one name for people, that of requests where it is known; blank without a model."""
    return model_name(track.provider, track.model)


def made_by(track: Track) -> str:
    """Provider and model; models whose name begins with the provider's stand alone."""
    provider, model = provider_label(track.provider), model_label(track)
    return model if model.casefold().startswith(provider.casefold()) else f"{provider} {model}".strip()


def model_name(provider: str, name: str) -> str:
    try:
        requested = providers.get(provider).requested_model(name)
    except providers.UnknownProvider:
        requested = ""
    return shown(requested or name)


TASK_STATES: dict[str, StateLabel] = {
    TaskStatus.QUEUED: StateLabel("waiting to be sent", WAIT),
    TaskStatus.UNSURE: StateLabel(
        "unsure",
        WARN,
        "It was sent, but the answer was lost. The provider may have accepted it, so it is not sent again "
        "automatically: that could cost twice. If it was accepted, its callback resolves this; if no "
        "callback comes, somebody with the role operator can.",
    ),
    TaskStatus.RUNNING: StateLabel("generating", WAIT, "The provider has accepted it and has not finished."),
    TaskStatus.SUCCEEDED: StateLabel(
        "done", OK, "The provider has finished everything. The results show which files are archived."
    ),
    TaskStatus.PARTIAL: StateLabel(
        "done with gaps",
        WARN,
        "The provider has finished, but some results are missing. The results show what came, and which "
        "files are archived.",
    ),
    TaskStatus.FAILED: StateLabel(
        "failed", BAD, "It brought no results. The request is kept, so it can be sent again with changes."
    ),
    TaskStatus.OVERDUE: StateLabel(
        "overdue", WARN, "The provider has not finished it in time. Late results are accepted."
    ),
}

# What filters call by one word alone.
_PLAIN: dict[str, str] = {
    TaskStatus.UNSURE: "unsure: its answer was lost",
    TaskStatus.OVERDUE: "overdue: the provider is silent",
}

# A failure in a few words, by its kind: who refused what.
FAILURES: dict[str, str] = {
    ErrorKind.AUTH: "refused: our key was not accepted",
    ErrorKind.CREDIT: "refused: no credit left",
    ErrorKind.RATE: "refused: too many requests",
    ErrorKind.BUSY: "refused: the provider was too busy",
    ErrorKind.INPUT: "refused: the request could not be used",
    ErrorKind.CONTENT: "refused: the provider's content check",
    ErrorKind.COPYRIGHT: "refused: too close to a known work",
    ErrorKind.NOT_FOUND: "refused: what it is made from is not known there",
    ErrorKind.UPSTREAM: "failed at the provider",
    ErrorKind.UNKNOWN: "failed: the provider gave no reason",
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


def task_state(task: Task, now: datetime, refusal: str = "") -> StateLabel:
    """The task's state, true also after refusals and failed polls.

    ``refusal``: why the provider has not accepted it yet, see tracks.queries.refusals.
    """
    state = TASK_STATES[task.status]
    if task.status == TaskStatus.QUEUED:
        return _queued(task, now, refusal)
    if word := _PLAIN.get(task.status):
        state = replace(state, word=word)
    if task.status == TaskStatus.FAILED:
        return StateLabel(failure_word(task.error_kind), state.tone, state.detail)
    if task.status == TaskStatus.RUNNING and task.poll_error:
        return StateLabel(
            state.word, WARN, f"{state.detail} The latest poll failed: {_sentence(task.poll_error)}"
        )
    if task.status == TaskStatus.OVERDUE and task.next_poll_at:
        return StateLabel(state.word, state.tone, f"{state.detail} It is still polled.")
    return state


def failure_word(error_kind: str) -> str:
    """Of a failed task, by the kind of its error; it has none where a person gave it up."""
    return FAILURES.get(error_kind, TASK_STATES[TaskStatus.FAILED].word)


def _queued(task: Task, now: datetime, refusal: str) -> StateLabel:
    word, is_due = TASK_STATES[TaskStatus.QUEUED].word, task.submit_at is None or task.submit_at <= now
    if task.submit_claims:
        return _claimed(is_lost=is_due)
    if not task.submit_attempts:
        free = "" if task.submitted_at else " It has cost nothing yet."
        detail = f"It is sent as soon as a worker is free and the limits of the account allow it.{free}"
        return StateLabel(word, WAIT, detail)
    tried = "Tried once" if task.submit_attempts == 1 else f"Tried {task.submit_attempts} times"
    reason = f" The latest reason: {_sentence(refusal)}" if refusal.strip() else ""
    again = "as soon as the limits of the account allow it"
    if task.submit_at and not is_due:
        again = relative_time(task.submit_at, now)
    detail = f"{tried}, and not accepted yet.{reason} It is tried again {again}. It has cost nothing yet."
    return StateLabel("not accepted yet", WARN, detail)


def _claimed(*, is_lost: bool) -> StateLabel:
    if not is_lost:
        return StateLabel("being sent", WAIT, "A worker is sending it now.")
    return StateLabel(
        "being sent",
        WARN,
        "The worker that was sending it has stopped. The provider may have it, so it is not sent again by "
        "itself: it becomes unsure, and somebody with the role operator can resolve it.",
    )


def advice(task: Task) -> str:
    """What a person can do about a task's error; blank without one."""
    return task.error_advice or ADVICE.get(task.error_kind, "")


def song_state(track: Track, assets: Iterable[Asset], now: datetime) -> StateLabel:
    """Whether the song is being made, archived, or what went wrong with it."""
    if track.status == TrackStatus.FAILED:
        what = "this song" if track.kind == TrackKind.SONG else "it"
        return StateLabel("failed", BAD, f"The provider could not make {what}.")
    if track.status == TrackStatus.PENDING:
        return StateLabel("generating", WAIT, "The provider is still making it.")
    if track.status == TrackStatus.STREAMING:
        detail = "The provider has a first version; the finished file comes next."
        return StateLabel("generating", WAIT, detail)
    if track.kind == TrackKind.LYRICS and track.archive == ArchiveStatus.NONE:
        return StateLabel("written", OK, "These are lyrics only; there is nothing to play.")
    return archive_state(track, assets, now)


def archive_state(track: Track, assets: Iterable[Asset], now: datetime) -> StateLabel:
    """Which of a song's files are archived, what is wrong with them, and when the rest is deleted."""
    own = list(assets)
    if track.archive == ArchiveStatus.COMPLETE:
        return _complete(track, own)
    if track.archive == ArchiveStatus.INCOMPLETE:
        return _incomplete(own)
    if track.archive == ArchiveStatus.PENDING:
        return _archiving(own, now)
    return StateLabel("no file yet", QUIET, "The provider has given no file yet.")


def _complete(track: Track, assets: list[Asset]) -> StateLabel:
    if flawed := [asset for asset in assets if flaw(track, asset)]:
        detail = f"{_sentence(flaw(track, flawed[0]))} The list of files says more."
        return StateLabel("archived", WARN, f"{file_name(flawed[0])}: {detail}")
    coming = _kinds(asset for asset in assets if asset.status == AssetStatus.WAITING)
    still = f" Still to come: {coming}." if coming else ""
    return StateLabel(
        "archived", OK, f"Every file that the provider gave is archived here and checked.{still}"
    )


def _incomplete(assets: list[Asset]) -> StateLabel:
    lost = _kinds(asset for asset in assets if asset.status in LOST) or "a file"
    detail = f"Could not be archived: {lost}. The list of files says why."
    return StateLabel("not all archived", WARN if media.has_sound(assets) else BAD, detail)


def _archiving(assets: list[Asset], now: datetime) -> StateLabel:
    pending = [asset for asset in assets if asset.status == AssetStatus.PENDING]
    playable = "It can be played. " if any(map(media.is_playable, assets)) else ""
    lost = _kinds(asset for asset in assets if asset.status in LOST)
    failed = f" Could not be archived: {lost}." if lost else ""
    detail = (
        f"{playable}Still being fetched: {_kinds(pending) or 'its files'}.{_deadline(pending, now)}{failed}"
    )
    refused = [asset for asset in pending if is_refused(asset)]
    if refused:
        return StateLabel("not accepted yet", WARN, f"{detail} What came of {_kinds(refused)} was refused.")
    return StateLabel("archiving", WARN if failed else WAIT, detail)


def _kinds(assets: Iterable[Asset]) -> str:
    return ", ".join(sorted({ASSET_LABELS[asset.kind].lower() for asset in assets}))


def _deadline(assets: Iterable[Asset], now: datetime) -> str:
    dates = [asset.expires_at for asset in assets if asset.expires_at]
    return f" {_deleted(min(dates), now)}" if dates else ""


def _deleted(at: datetime, now: datetime) -> str:
    if at <= now:
        return f"The provider's link was to end {relative_time(at, now)}."
    return f"The provider deletes it {relative_time(at, now)}."


def is_refused(asset: Asset) -> bool:
    """Whether bytes of it came that were not accepted, and better ones are still fetched."""
    return asset.status == AssetStatus.PENDING and bool(asset.refused_file or asset.file)


def flaw(track: Track, asset: Asset) -> str:
    """What is wrong with an archived file, in a few words; blank where nothing is known to be."""
    if asset.status != AssetStatus.ARCHIVED:
        return ""
    if asset.defect or asset.gap_bytes:
        return "file damaged"
    return "end cut off" if asset.is_cut and not _is_whole(track, asset) else ""


def _is_whole(track: Track, asset: Asset) -> bool:
    """Whether it is as long as announced, so that the lack of its last frame is not heard."""
    announced, measured = track.duration_ms, asset.duration_ms
    return bool(announced and measured and announced - measured <= MAX_FRAME_MS)


def take_letter(track: Track) -> str:
    """Which take of its task it is: A for the first, and numbers after Z."""
    place = track.position
    return chr(ord("A") + place) if place < 26 else str(place + 1)


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
        return StateLabel("no timing yet", WAIT)
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
        inside = asset.member != ""
        detail = "It comes inside the ZIP." if inside else "The provider is still making it."
        return StateLabel("waiting" if inside else "generating", WAIT, detail)
    if asset.status == AssetStatus.PENDING:
        return _pending(asset, now)
    if asset.status == AssetStatus.EXPIRED:
        return StateLabel(
            "expired", BAD, shown(asset.error) or "The provider deleted it before it could be fetched."
        )
    return StateLabel("failed", BAD, shown(asset.error) or "It could not be fetched.")


def _pending(asset: Asset, now: datetime) -> StateLabel:
    tries = f"{asset.attempts} {'try' if asset.attempts == 1 else 'tries'} so far. " if asset.attempts else ""
    reason = f"{_sentence(asset.error)} " if asset.error else ""
    gone = _deleted(asset.expires_at, now) if asset.expires_at else ""
    detail = f"{tries}{reason}{gone}".strip() or "It will be fetched next."
    if is_refused(asset):
        return StateLabel("not accepted yet", WARN, detail)
    return StateLabel("archiving", WARN if asset.attempts else WAIT, detail)


def _sentence(text: str) -> str:
    text = shown(text.strip())
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
