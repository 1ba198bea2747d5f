"""Notes at moments of a track: each is written and removed with its event."""

from __future__ import annotations

import pytest

from tests.support.factories import make_track
from tracks.models import Track, TrackNote
from tracks.presentation.event_text import describe_event
from tracks.services import notes
from tracks.services.notes import add_note, remove_note

pytestmark = pytest.mark.django_db


def told(track: Track) -> list[tuple[str, str]]:
    return [describe_event(event, False)[1:] for event in track.events.order_by("pk")]


def test_a_note_is_written_and_told() -> None:
    track = make_track()
    note = add_note(track.pk, 55_300, "Breath is cut\r\nin half", "ada")
    assert (note.at_ms, note.text, note.by) == (55_300, "Breath is cut\nin half", "ada")
    assert told(track) == [("ada wrote a note on the song at 0:55", "Breath is cut\nin half")]


def test_a_note_about_the_whole_song_has_no_moment() -> None:
    track = make_track()
    add_note(track.pk, None, "Lovely", "ada")
    assert told(track) == [("ada wrote a note on the song", "Lovely")]


def test_a_removed_note_stays_in_the_history() -> None:
    track = make_track()
    note = add_note(track.pk, 0, "Too loud", "ada")
    remove_note(track.pk, note.pk, "bob")
    assert not TrackNote.objects.exists()
    assert told(track)[-1] == ("bob removed a note on the song at 0:00", "Too loud")


def test_a_note_is_removed_once_and_from_its_own_track() -> None:
    track, other = make_track(), make_track()
    note = add_note(track.pk, 0, "Too loud", "ada")
    with pytest.raises(TrackNote.DoesNotExist):
        remove_note(other.pk, note.pk, "bob")
    remove_note(track.pk, note.pk, "bob")
    with pytest.raises(TrackNote.DoesNotExist):
        remove_note(track.pk, note.pk, "bob")
    assert track.events.count() == 2


def test_notes_stand_in_the_order_of_their_moments() -> None:
    track = make_track()
    for at_ms, text in ((None, "all"), (9_000, "late"), (0, "early"), (9_000, "later")):
        add_note(track.pk, at_ms, text, "ada")
    assert [note.text for note in track.track_notes.all()] == ["early", "late", "later", "all"]


def test_a_song_has_no_endless_number_of_notes() -> None:
    track = make_track()
    TrackNote.objects.bulk_create(
        TrackNote(track=track, text="x", by="ada") for _ in range(notes.MAX_NOTES_OF_TRACK)
    )
    with pytest.raises(notes.TooManyNotes, match="500 notes"):
        add_note(track.pk, 0, "one more", "ada")
    assert not track.events.exists()


def test_there_is_no_note_on_a_track_that_is_not_there() -> None:
    with pytest.raises(Track.DoesNotExist):
        add_note(999, 0, "x", "ada")
