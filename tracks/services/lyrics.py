"""Lyrics that people edit: save a version, choose which one is shown, move all lines against the music."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max

from tracks.domain.lyrics import as_text
from tracks.domain.lyrics.edit import MAX_OFFSET_MS, checked
from tracks.domain.update_json import lyrics_digest
from tracks.domain.updates import Cue, Lyrics
from tracks.lib.plain_lines import plain_lines
from tracks.models import LyricVersion, Track
from tracks.models.lyrics import PROVIDERS_OWN
from tracks.queries.search import tokens_of
from tracks.services.events import record_event
from tracks.services.ingest.apply import locked_track
from tracks.services.ingest.lyric_lines import values_of_lyrics, version_of, write_lines
from tracks.services.ingest.rows import plan_word_timing, save_changes

MAX_NOTE = 500  # characters
PROVIDER = "provider"


class LyricsChangedMeanwhile(Exception):
    """Other lyrics are shown by now than those that were edited; the text is for people."""


def save_version(
    track_id: int, cues: Iterable[Cue], based_on: int | None, by: str, note: str = "", seen: str = ""
) -> LyricVersion | None:
    """Saves the lines as a new version and shows them; None where an edited one shows just these already.

    ``based_on``: the number of the version that the person saw and edited, None for the provider's; ``seen``:
    the digest of its lines, for the provider's may change; blank where that does not matter. Whatever the
    provider states later is kept, and not shown. Raises Track.DoesNotExist, UnsoundLyrics, and
    LyricsChangedMeanwhile where others are shown by now; then nothing is written.
    """
    lyrics = checked(cues)
    with transaction.atomic():
        track = locked_track(track_id)
        # Of the provider's lines a version is made too: whoever saves them wants them to stay.
        if track.lyrics_version is not None and track.lyrics_shown() == lyrics:
            return None
        if track.lyrics_version != based_on or (seen and seen != lyrics_digest(track.lyrics_shown())):
            raise LyricsChangedMeanwhile(_who_was_faster(track, based_on))
        latest = track.lyric_versions.aggregate(number=Max("number"))["number"] or 0
        values = {"by": by, "note": plain_lines(note), "based_on": based_on}
        version = LyricVersion.of(track, latest + 1, lyrics, **values)
        version.save(force_insert=True)
        _show(track, version.number, lyrics)
        data = {"by": by, "version": version.number, "based_on": based_on or PROVIDER, "note": version.note}
        record_event("track.lyrics_edited", track.task, track=track, data=data)
        return version


def show_version(track_id: int, number: int | None, by: str) -> Track:
    """Shows a version again, None or 0 for what the provider gives; no version is lost by it.

    Raises Track.DoesNotExist, LyricVersion.DoesNotExist.
    """
    with transaction.atomic():
        track = locked_track(track_id)
        before, number = track.lyrics_version, number or None
        if number != before:
            _show(track, number, version_of(track, PROVIDERS_OWN if number is None else number))
            data = {"by": by, "from": before or PROVIDER, "to": number or PROVIDER}
            record_event("track.lyrics_chosen", track.task, track=track, data=data)
        return track


def set_offset(track_id: int, offset_ms: int, by: str) -> Track:
    """Moves all lines of the track against its music, later by so many milliseconds; the times stay stored.

    Raises Track.DoesNotExist, ValueError beyond MAX_OFFSET_MS.
    """
    if abs(offset_ms) > MAX_OFFSET_MS:
        raise ValueError("Lines can be moved by at most ten seconds.")
    with transaction.atomic():
        track = locked_track(track_id)
        before = save_changes(track, {"lyrics_offset_ms": offset_ms})
        if before:
            data = {"by": by, "from": before["lyrics_offset_ms"] / 1000, "to": offset_ms / 1000}
            record_event("track.lyrics_offset", track.task, track=track, data=data)
        return track


def _show(track: Track, number: int | None, lyrics: Lyrics | None) -> None:
    """Writes lines and columns of the version; the provider's are kept aside while an edited one is shown."""
    if track.lyrics_version is None:
        LyricVersion.of(track, PROVIDERS_OWN, track.lyrics_shown(), at=None).save(force_insert=True)
    if number is None:
        LyricVersion.objects.filter(track=track, number=PROVIDERS_OWN).delete()
    text = track.lyrics_text if number is None else as_text(lyrics)
    search_text = tokens_of(track.title, track.style, track.prompt, text)
    save_changes(track, {"lyrics_version": number, **values_of_lyrics(lyrics, search_text)})
    write_lines(track, list(track.lines.all()), lyrics)
    plan_word_timing(track)


def _who_was_faster(track: Track, based_on: int | None) -> str:
    if track.lyrics_version == based_on:
        now = "the provider gave others, such as better timing"
    elif track.lyrics_version is None:
        now = "those of the provider are shown again"
    else:
        version = track.lyric_versions.get(number=track.lyrics_version)
        now = f"version {version.number} by {version.by or 'somebody'} is shown"
    return (
        f"Since you opened these lyrics, they were changed: {now}. Nothing was saved, and the song keeps "
        "what it shows. Load the lyrics anew, and make your changes in them."
    )
