"""Edited lyrics: they win over the provider's, whose lyrics are kept whatever comes, in any order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from tests.support.examples import examples
from tests.support.factories import make_task
from tracks.domain.lyrics.edit import UnsoundLyrics
from tracks.domain.updates import (
    Cue,
    CueKind,
    Lyrics,
    Source,
    TaskUpdate,
    Timing,
    TrackState,
    TrackUpdate,
    Word,
)
from tracks.models import Event, LyricVersion, Task, Track
from tracks.queries.lyric_versions import is_providers_newer, versions_of
from tracks.queries.search import matching
from tracks.services.ingest.apply import Provenance, apply
from tracks.services.lyrics import LyricsChangedMeanwhile, save_version, set_offset, show_version

pytestmark = pytest.mark.django_db

VERSE = Cue(CueKind.SECTION, "verse", 1000, 1000)
OWLS = Cue(CueKind.LINE, "Owls dance", 1000, 3000)
MOON = Cue(CueKind.LINE, "in the moonlight", 3000, 5000)
BY_LINE = Lyrics(Timing.LINE, (VERSE, OWLS, MOON))
SUNG = (Word("Owls", 1100, 1500), Word("dance", 1600, 2900))
BY_WORD = Lyrics(Timing.WORD, (VERSE, replace(OWLS, start_ms=1100, end_ms=2900, words=SUNG), MOON))
OURS = (VERSE, replace(OWLS, text="Owls prance"), MOON)


def report(task: Task, lyrics: Lyrics | None) -> None:
    song = TrackUpdate(f"take of {task.external_id}", title="Waltz", state=TrackState.READY, lyrics=lyrics)
    update = TaskUpdate(task.external_id, tracks=(song,))
    apply(task.pk, [update], Provenance(Source.CALLBACK, timezone.now(), {}))


def made(lyrics: Lyrics | None = BY_LINE) -> Track:
    task = make_task(provider="suno", params={"prompt": "a calm harbour"})
    report(task, lyrics)
    return task.tracks.get()


def shown(track: Track) -> tuple[Cue, ...]:
    return tuple(line.cue for line in track.lines.order_by("position"))


def again(track: Track) -> Track:
    return Track.objects.get(pk=track.pk)


def kinds(track: Track) -> list[str]:
    return list(track.events.filter(kind__startswith="track.lyrics").values_list("kind", flat=True))


def test_a_saved_version_is_shown_and_found_and_recorded() -> None:
    track = made()
    version = save_version(track.pk, OURS, None, "ada", "as she sings it")
    assert version is not None
    track = again(track)
    assert (version.number, track.lyrics_version, track.lyrics_timing) == (1, 1, Timing.LINE)
    assert shown(track) == OURS
    assert list(matching(Track.objects.all(), "prance")) == [track]
    assert list(matching(Track.objects.all(), "owls dance")) == []
    assert track.events.get(kind="track.lyrics_edited").data == {
        "by": "ada",
        "version": 1,
        "based_on": "provider",
        "note": "as she sings it",
    }


def test_better_timing_of_the_provider_is_kept_and_changes_nothing_that_people_see() -> None:
    track = made()
    save_version(track.pk, OURS, None, "ada")
    report(track.task, BY_WORD)
    track = again(track)
    assert (shown(track), track.lyrics_timing, track.providers_timing) == (OURS, Timing.LINE, Timing.WORD)
    event = track.events.filter(kind="track.lyrics").order_by("pk")[1]
    assert (event.data["timing"], event.data["shown"]) == ("word", False)
    assert is_providers_newer(versions_of(track))
    save_version(track.pk, (OWLS,), 1, "ada")
    assert not is_providers_newer(versions_of(again(track)))


def test_the_same_update_again_writes_nothing() -> None:
    track = made()
    save_version(track.pk, OURS, None, "ada")
    report(track.task, BY_WORD)
    before = Event.objects.count()
    report(track.task, BY_WORD)
    assert Event.objects.count() == before


def test_the_providers_are_one_step_away_and_the_versions_stay() -> None:
    track = made()
    save_version(track.pk, OURS, None, "ada")
    report(track.task, BY_WORD)
    show_version(track.pk, None, "bob")
    track = again(track)
    assert (shown(track), track.lyrics_timing, track.lyrics_version) == (BY_WORD.cues, Timing.WORD, None)
    assert list(matching(Track.objects.all(), "owls dance")) == [track]
    assert list(track.lyric_versions.values_list("number", flat=True)) == [1]
    show_version(track.pk, 1, "bob")
    assert (shown(again(track)), again(track).lyrics_version) == (OURS, 1)
    assert kinds(track)[-2:] == ["track.lyrics_chosen", "track.lyrics_chosen"]
    assert track.events.filter(kind="track.lyrics_chosen").order_by("pk")[0].data == {
        "by": "bob",
        "from": 1,
        "to": "provider",
    }


def test_word_timing_is_asked_for_by_what_the_provider_gave() -> None:
    track = made()
    save_version(track.pk, OURS, None, "ada")
    Track.objects.filter(pk=track.pk).update(words_at=timezone.now())
    report(track.task, BY_WORD)
    assert again(track).words_at is None


def test_lines_are_edited_before_the_provider_gave_any() -> None:
    track = made(None)
    save_version(track.pk, OURS, None, "ada")
    report(track.task, BY_LINE)
    assert shown(again(track)) == OURS
    show_version(track.pk, None, "ada")
    assert shown(again(track)) == BY_LINE.cues


def test_who_edits_lyrics_that_are_shown_no_more_is_refused() -> None:
    track = made()
    save_version(track.pk, OURS, None, "ada")
    with pytest.raises(LyricsChangedMeanwhile, match="version 1 by ada"):
        save_version(track.pk, (OWLS,), None, "bob")
    assert shown(again(track)) == OURS
    assert save_version(track.pk, (OWLS,), 1, "bob")
    show_version(track.pk, None, "ada")
    with pytest.raises(LyricsChangedMeanwhile, match="those of the provider"):
        save_version(track.pk, (MOON,), 2, "bob")


def test_saving_what_is_shown_is_no_version() -> None:
    track = made()
    save_version(track.pk, OURS, None, "ada")
    assert save_version(track.pk, OURS, None, "ada") is None  # a request that is sent again
    assert track.lyric_versions.filter(number__gt=0).count() == 1


def test_the_providers_own_lines_can_be_kept_as_a_version() -> None:
    track = made()
    save_version(track.pk, BY_LINE.cues, None, "ada")
    report(track.task, BY_WORD)
    assert (shown(again(track)), again(track).lyrics_version) == (BY_LINE.cues, 1)


def test_unsound_lines_are_not_saved() -> None:
    track = made()
    with pytest.raises(UnsoundLyrics, match="Line 1"):
        save_version(track.pk, [replace(OWLS, end_ms=10)], None, "ada")
    assert shown(again(track)) == BY_LINE.cues


def test_a_version_that_is_not_there_cannot_be_shown() -> None:
    with pytest.raises(LyricVersion.DoesNotExist):
        show_version(made().pk, 3, "ada")


def test_the_offset_is_stored_and_recorded_once() -> None:
    track = made()
    set_offset(track.pk, -250, "ada")
    set_offset(track.pk, -250, "ada")
    assert again(track).lyrics_offset_ms == -250
    assert track.events.get(kind="track.lyrics_offset").data == {"by": "ada", "from": 0.0, "to": -0.25}
    assert shown(again(track)) == BY_LINE.cues
    with pytest.raises(ValueError, match="ten seconds"):
        set_offset(track.pk, 10_001, "ada")


lines = st.sampled_from([OURS, (OWLS,), (MOON, OWLS), BY_LINE.cues])
edits = st.lists(lines | st.none(), min_size=1, max_size=3)
given_lyrics = st.lists(
    st.sampled_from([BY_LINE, BY_WORD, Lyrics(Timing.PLAIN, (OWLS,)), None]), min_size=1, max_size=3
)


@given(edits, given_lyrics, st.data())
@examples(30, HealthCheck.function_scoped_fixture, HealthCheck.too_slow)
def test_any_order_of_edits_and_updates_comes_to_the_same(
    edits: Sequence[tuple[Cue, ...] | None], updates: Sequence[Lyrics | None], data: st.DataObject
) -> None:
    """What people see follows from the edits alone, and what the provider gave from the updates alone."""
    steps = [("edit", place) for place in range(len(edits))] + [("hear", n) for n in range(len(updates))]
    order = data.draw(st.permutations(steps))
    alone, together = made(None), made(None)
    for update in updates:
        report(alone.task, update)
    placed = iter(range(len(edits)))
    for what, place in order:
        if what == "hear":
            report(together.task, updates[place])
        else:
            change(together, edits[next(placed)])
    if (last := edits[-1]) is not None:
        assert set(shown(again(together))) == set(last)
    else:
        assert shown(again(together)) == shown(again(alone))
    show_version(together.pk, None, "ada")
    assert values_of(together) == values_of(alone)
    assert shown(again(together)) == shown(again(alone))


def change(track: Track, cues: tuple[Cue, ...] | None) -> None:
    if cues is None:
        show_version(track.pk, None, "ada")
    else:
        save_version(track.pk, cues, again(track).lyrics_version, "ada")


def values_of(track: Track) -> object:
    track = again(track)
    is_due = track.words_at is not None
    return track.lyrics_timing, track.search_text, track.lyrics_text, track.lyrics_version, is_due
