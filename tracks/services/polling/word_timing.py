"""Word timing that has to be asked for: as soon as a song is there, and before the provider forgets it."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.db.models import QuerySet
from django.utils import timezone

from tracks import providers
from tracks.domain.updates import ErrorKind, Source, TaskUpdate, Timing, TimingState, TrackUpdate
from tracks.lib.leases import DueColumn, Lease, LeaseLost, claim, heartbeat, request_lease_seconds
from tracks.models import Track
from tracks.providers.base import AnswerLost, NotSent, Refused
from tracks.services.ingest.apply import Provenance, apply
from tracks.services.rate_limit import RequestKind, Throttled, acquire, can_acquire

log = logging.getLogger(__name__)
DUE = DueColumn("words_at", "words_claims")
# Timing is made within seconds; a well-formed answer without it after so many tries, an hour after the first
# one by WORDS_BACKOFF, is the answer.
MOST_TRIES = 6
# These say "no" to the song, or that it is not there yet; the others are about us, or about now.
ABOUT_THE_SONG = frozenset({ErrorKind.INPUT, ErrorKind.NOT_FOUND, ErrorKind.CONTENT, ErrorKind.COPYRIGHT})


def due(provider: str, now: datetime) -> QuerySet[Track]:
    """The provider's songs whose word timing is to be asked for now; no query where it is never asked for."""
    if not providers.get(provider).fetches_word_timing:
        return Track.objects.none()
    return Track.objects.due_for_words(now).filter(provider=provider)


def align_next(provider: str) -> bool:
    """Asks for the word timing of the provider's track that is due longest.

    False when none is due or the provider's pace wants a wait.
    """
    if not can_acquire(provider, RequestKind.WORDS, timezone.now()):
        return False
    lease = claim(due(provider, timezone.now()).select_related("task"), DUE, request_lease_seconds())
    if lease is None:
        return False
    try:
        _take_up(lease)
    except Throttled:
        lease.release()
        return False
    except LeaseLost:
        log.info("asking for words took longer than its lease", extra={"track": lease.row.pk})
    return True


def _take_up(lease: Lease[Track]) -> None:
    track = lease.row
    if track.lyrics_timing == Timing.WORD or track.timing_state == TimingState.INSTRUMENTAL:
        lease.complete(due=None)
    elif lease.attempts_exhausted:
        _retry_later(lease, "Asking for these words ended its worker several times.")
    else:
        _ask(lease)


def _ask(lease: Lease[Track]) -> None:
    track = lease.row
    try:
        provider = providers.get(track.provider)
        with acquire(track.provider, RequestKind.WORDS):
            heartbeat()
            update = provider.words(track.task.external_id, track.external_id, track.lyrics_text)
    except Refused as refusal:
        if refusal.fault.kind in ABOUT_THE_SONG:
            _none_yet(lease, refusal.fault.message)
        else:
            _retry_later(lease, refusal.fault.message, refusal.retry_after)
    except (NotSent, AnswerLost) as silence:
        _retry_later(lease, str(silence))
    else:
        _hear(lease, update)


def _hear(lease: Lease[Track], update: TaskUpdate) -> None:
    if _tells(update, lease.row):
        if _apply(lease.row, update, Source.POLL, ""):
            lease.complete(due=None)
        else:
            _retry_later(lease, "The answer could not be applied.")
    else:
        _none_yet(lease, "The provider could not align the words of this song.")


def _none_yet(lease: Lease[Track], reason: str) -> None:
    if lease.row.words_tries + 1 >= MOST_TRIES:
        _give_up(lease, reason, Source.POLL)
    else:
        _retry_later(lease, reason)


def _tells(update: TaskUpdate, track: Track) -> bool:
    mine = [said for said in update.tracks if said.external_id == track.external_id]
    return any(said.lyrics or said.timing_state for said in mine)


def _give_up(lease: Lease[Track], reason: str, source: Source) -> None:
    """The song stays with its plain text; better news would still win."""
    track = lease.row
    log.warning("no word timing: %s", reason, extra={"track": track.pk})
    said = TrackUpdate(track.external_id, timing_state=TimingState.FAILED)
    _apply(track, TaskUpdate(track.task.external_id, tracks=(said,)), source, reason)
    lease.complete(due=None, words_tries=track.words_tries + 1)


def _retry_later(lease: Lease[Track], reason: str, retry_after: float | None = None) -> None:
    """In growing steps, until the provider has forgotten the song."""
    track, now = lease.row, timezone.now()
    if now >= track.received_at + providers.get(track.provider).retention:
        _give_up(lease, f"The provider no longer keeps this song. Last: {reason}", Source.CLOCK)
        return
    log.info("word timing is asked for later: %s", reason, extra={"track": track.pk})
    lease.complete(due=_next_try(track, now, retry_after), words_tries=track.words_tries + 1)


def _next_try(track: Track, now: datetime, retry_after: float | None) -> datetime:
    steps = settings.WORDS_BACKOFF
    wait = steps[min(track.words_tries, len(steps) - 1)]
    return now + timedelta(seconds=max(wait, retry_after or 0))


def _apply(track: Track, update: TaskUpdate, source: Source, reason: str) -> bool:
    """Whether it was taken; what we stumble over is ours to mend, and the song is asked for again."""
    trace = {"reason": reason} if reason else {}
    try:
        verdict = apply(track.task_id, [update], Provenance(source, timezone.now(), trace))
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("word timing could not be applied", extra={"track": track.pk})
        return False
    return not verdict.foreign_ids
