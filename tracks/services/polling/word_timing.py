"""Fetches word timing from providers that give it on request, while they still have the song."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.db.models import QuerySet
from django.utils import timezone

from tracks import providers
from tracks.domain.updates import ErrorKind, Source, TaskUpdate, Timing, TimingState, TrackUpdate
from tracks.lib.heartbeat import heartbeat
from tracks.lib.leases import DueColumn, Lease, LeaseLost, claim, request_lease_seconds
from tracks.models import Track
from tracks.providers.base import AnswerLost, NotSent, Refused
from tracks.services.ingest.apply import Provenance, apply
from tracks.services.rate_limit import RequestKind, Throttled, acquire, can_acquire

log = logging.getLogger(__name__)
DUE = DueColumn("words_at", "words_claims")
# Providers make word timing within seconds of the song. With WORDS_BACKOFF this many tries take over an hour;
# an answer without word timing is final then.
MAX_TRIES = 6
# Refusals that concern the song: it has no word timing, or not yet. All others concern us or the moment.
SONG_REFUSALS = frozenset({ErrorKind.INPUT, ErrorKind.NOT_FOUND, ErrorKind.CONTENT, ErrorKind.COPYRIGHT})


def due_tracks(provider: str, now: datetime) -> QuerySet[Track]:
    """The provider's tracks whose word timing is due; empty, without a query, where none is fetched.

    Raises UnknownProvider.
    """
    if not providers.get(provider).fetches_word_timing:
        return Track.objects.none()
    return Track.objects.due_for_word_timing(now).filter(provider=provider)


def align_next(provider: str) -> bool:
    """Fetches the word timing of the provider's track that has been due longest.

    False where none is due or the request is throttled. Raises UnknownProvider.
    """
    if not can_acquire(provider, RequestKind.WORDS, timezone.now()):
        return False
    lease = claim(due_tracks(provider, timezone.now()).select_related("task"), DUE, request_lease_seconds())
    if lease is None:
        return False
    try:
        _handle(lease)
    except Throttled:
        lease.release()
        return False
    except LeaseLost:
        log.info("fetching word timing took longer than its lease", extra={"track": lease.row.pk})
    return True


def _handle(lease: Lease[Track]) -> None:
    track = lease.row
    if track.providers_timing == Timing.WORD or track.timing_state == TimingState.INSTRUMENTAL:
        lease.complete(due=None)
    elif lease.attempts_exhausted:
        _retry_later(lease, "Fetching the word timing of this song ended its worker several times.")
    else:
        _request(lease)


def _request(lease: Lease[Track]) -> None:
    track = lease.row
    try:
        provider = providers.get(track.provider)
        with acquire(track.provider, RequestKind.WORDS):
            heartbeat()
            update = provider.word_timing(track.task.external_id, track.external_id, track.lyrics_text)
    except Refused as refusal:
        if refusal.fault.kind in SONG_REFUSALS:
            _no_timing_yet(lease, refusal.fault.message)
        else:
            _retry_later(lease, refusal.fault.message, refusal.retry_after)
    except (NotSent, AnswerLost) as error:
        _retry_later(lease, str(error))
    else:
        _record_answer(lease, update)


def _record_answer(lease: Lease[Track], update: TaskUpdate) -> None:
    if _states_timing(update, lease.row):
        if _apply(lease.row, update, Source.POLL, ""):
            lease.complete(due=None)
        else:
            _retry_later(lease, "The answer could not be applied.")
    else:
        _no_timing_yet(lease, "The provider could not align the words of this song.")


def _no_timing_yet(lease: Lease[Track], reason: str) -> None:
    if lease.row.words_tries + 1 >= MAX_TRIES:
        _give_up(lease, reason, Source.POLL)
    else:
        _retry_later(lease, reason)


def _states_timing(update: TaskUpdate, track: Track) -> bool:
    own = [one for one in update.tracks if one.external_id == track.external_id]
    return any(one.lyrics or one.timing_state for one in own)


def _give_up(lease: Lease[Track], reason: str, source: Source) -> None:
    """Word timing has failed. The written lyric stays, and word timing that still comes is taken."""
    track = lease.row
    log.warning("no word timing: %s", reason, extra={"track": track.pk})
    failed = TrackUpdate(track.external_id, timing_state=TimingState.FAILED)
    _apply(track, TaskUpdate(track.task.external_id, tracks=(failed,)), source, reason)
    lease.complete(due=None, words_tries=track.words_tries + 1)


def _retry_later(lease: Lease[Track], reason: str, retry_after: float | None = None) -> None:
    """Due again with back-off, until the provider's retention is over. ``retry_after``: seconds."""
    track, now = lease.row, timezone.now()
    if now >= track.received_at + providers.get(track.provider).retention:
        _give_up(lease, f"The provider has deleted this song by now. Last: {reason}", Source.CLOCK)
        return
    log.info("word timing is fetched later: %s", reason, extra={"track": track.pk})
    lease.complete(due=_next_try(track, now, retry_after), words_tries=track.words_tries + 1)


def _next_try(track: Track, now: datetime, retry_after: float | None) -> datetime:
    steps = settings.WORDS_BACKOFF
    wait = steps[min(track.words_tries, len(steps) - 1)]
    return now + timedelta(seconds=max(wait, retry_after or 0))


def _apply(track: Track, update: TaskUpdate, source: Source, reason: str) -> bool:
    """Whether the update was applied: not where it concerns another task or a defect of ours stops it."""
    trace = {"reason": reason} if reason else {}
    try:
        result = apply(track.task_id, [update], Provenance(source, timezone.now(), trace))
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("word timing could not be applied", extra={"track": track.pk})
        return False
    return not result.foreign_ids
