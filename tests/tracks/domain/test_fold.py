"""The fold of statements, without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.statements import statements
from tests.support.task_updates import COMPLETE, ERROR, FAULT, FIRST, TEXT, audio, ready
from tracks.domain.fold import Folded, StatementValue, fold
from tracks.domain.statuses import ArchiveStatus, AssetStatus, TaskStatus, TrackStatus, archive_status
from tracks.domain.updates import (
    AssetKind,
    AssetState,
    AssetUpdate,
    Completeness,
    Cue,
    CueKind,
    Lyrics,
    Source,
    TaskState,
    TaskUpdate,
    Timing,
    TrackState,
    TrackUpdate,
    link_identity,
)

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAYS = timedelta(days=3)


def stated(update: TaskUpdate, source: Source = Source.CALLBACK, at: datetime = NOW) -> StatementValue:
    return StatementValue(source, update, at, at)


def folded(*updates: TaskUpdate) -> Folded:
    return fold([stated(update) for update in updates], DAYS)


@given(st.lists(statements(), min_size=1, max_size=6), st.data())
def test_any_order_and_any_repetition_end_in_the_same(
    known: list[StatementValue], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(known + data.draw(st.lists(st.sampled_from(known), max_size=4))))
    assert fold(shuffled, DAYS) == fold(known, DAYS)


@given(st.lists(statements(), min_size=1, max_size=6), st.lists(statements(), max_size=3))
def test_good_news_is_never_undone(known: list[StatementValue], more: list[StatementValue]) -> None:
    by_id = {track.external_id: track for track in fold(known + more, DAYS).tracks}
    before = fold(known, DAYS)
    for track in before.tracks:
        if track.status is TrackStatus.READY:
            assert by_id[track.external_id].status is TrackStatus.READY
        if track.title:
            assert by_id[track.external_id].title


@pytest.mark.parametrize("order", list(permutations([TEXT, FIRST, COMPLETE])))
def test_the_stages_of_suno_succeed_in_every_order(order: tuple[TaskUpdate, ...]) -> None:
    result = folded(*order, *order)
    assert result.status is TaskStatus.SUCCEEDED
    assert [track.external_id for track in result.tracks] == ["c1", "c2"]


@pytest.mark.parametrize("arrived", [[COMPLETE], [TEXT, COMPLETE], [FIRST, COMPLETE]])
def test_lost_stages_change_nothing(arrived: list[TaskUpdate]) -> None:
    assert folded(*arrived) == folded(TEXT, FIRST, COMPLETE)


@pytest.mark.parametrize("order", list(permutations([ERROR, COMPLETE])))
def test_of_contradicting_finals_the_good_one_wins(order: tuple[TaskUpdate, ...]) -> None:
    result = folded(*order)
    assert result.status is TaskStatus.SUCCEEDED
    assert result.error is None


@pytest.mark.parametrize("order", list(permutations([FIRST, ERROR])))
def test_an_error_after_the_first_song_keeps_the_song(order: tuple[TaskUpdate, ...]) -> None:
    result = folded(*order)
    assert result.status is TaskStatus.PARTIAL
    assert [track.status for track in result.tracks] == [TrackStatus.READY, TrackStatus.FAILED]
    assert result.error == FAULT


def test_a_failure_without_songs_fails_the_task() -> None:
    assert folded(TEXT, ERROR).status is TaskStatus.FAILED


def test_success_without_audio_goes_on_waiting() -> None:
    assert folded(TaskUpdate("t1", TaskState.DONE)).status is TaskStatus.RUNNING


def test_success_without_audio_fails_at_our_deadline() -> None:
    done = TaskUpdate("t1", TaskState.DONE, tracks=(TrackUpdate("c1", state=TrackState.PENDING),))
    late = StatementValue(Source.CLOCK, TaskUpdate("", TaskState.FAILED, error=FAULT), NOW, NOW)
    assert fold([stated(done)], DAYS).status is TaskStatus.RUNNING
    assert fold([stated(done), late], DAYS).status is TaskStatus.FAILED
    assert fold([stated(done), late, stated(COMPLETE)], DAYS).tracks[0].status is TrackStatus.READY


def test_one_item_that_is_done_does_not_end_the_other_items() -> None:
    """Where an item is a track, "done" under its id is its own: the other song still gets its files."""
    empty = TaskUpdate("c1", TaskState.DONE, tracks=(TrackUpdate("c1", state=TrackState.PENDING),))
    filled = TaskUpdate("c1", tracks=(ready("c1"),))
    other = TaskUpdate("c2", tracks=(ready("c2", Completeness.OPEN),))
    assert folded(empty, filled, other).status is TaskStatus.RUNNING
    assert folded(empty, filled, TaskUpdate("c2", tracks=(ready("c2"),))).status is TaskStatus.SUCCEEDED


def test_items_decide_where_the_task_states_nothing() -> None:
    good, gap = (
        TaskUpdate(one, tracks=(ready(one, how),))
        for one, how in (("a", Completeness.WHOLE), ("b", Completeness.GAP))
    )
    bad = TaskUpdate("c", tracks=(TrackUpdate("c", state=TrackState.FAILED),))
    assert folded(good).status is TaskStatus.SUCCEEDED
    assert folded(gap).status is TaskStatus.PARTIAL
    assert folded(bad).status is TaskStatus.FAILED
    assert folded(good, bad).status is TaskStatus.PARTIAL


def test_a_blank_never_replaces_something() -> None:
    named = TaskUpdate("t1", tracks=(ready("c1", Completeness.OPEN, title="Harbour Lights"),))
    assert folded(named, COMPLETE).tracks[0].title == "Harbour Lights"


def test_a_persons_title_outranks_every_provider() -> None:
    edit = stated(TaskUpdate("", tracks=(TrackUpdate("c1", title="Mine"),)), Source.PERSON)
    final = stated(TaskUpdate("t1", TaskState.DONE, tracks=(ready("c1", title="Theirs"),)))
    assert fold([edit, final], DAYS).tracks[0].title == "Mine"


def test_of_two_edits_the_later_wins() -> None:
    edits = [
        stated(
            TaskUpdate("", tracks=(TrackUpdate("c1", title=title),)),
            Source.PERSON,
            NOW + timedelta(minutes=n),
        )
        for n, title in enumerate(["one", "two"])
    ]
    known = [stated(COMPLETE), *edits]
    assert fold(known, DAYS).tracks[0].title == fold(known[::-1], DAYS).tracks[0].title == "two"


def test_an_edit_alone_makes_no_track() -> None:
    assert (
        fold([stated(TaskUpdate("", tracks=(TrackUpdate("c1", title="Mine"),)), Source.PERSON)], DAYS).tracks
        == ()
    )


def test_giving_a_task_up_holds_only_until_the_provider_states_anything() -> None:
    given_up = stated(TaskUpdate("", TaskState.FAILED, error=FAULT), Source.PERSON)
    assert fold([given_up], DAYS).status is TaskStatus.FAILED
    assert fold([given_up, stated(FIRST)], DAYS).status is TaskStatus.RUNNING
    assert fold([given_up, stated(COMPLETE)], DAYS).status is TaskStatus.SUCCEEDED


def test_a_newer_signature_of_a_lower_rank_is_the_link_to_use() -> None:
    final = stated(
        TaskUpdate("t1", TaskState.DONE, tracks=(ready("c1", assets=(audio("https://m/1.mp3?s=old"),)),))
    )
    lesser = TaskUpdate(
        "t1",
        TaskState.RUNNING,
        tracks=(ready("c1", Completeness.OPEN, assets=(audio("https://m/1.mp3?s=new"),)),),
    )
    fresh = stated(lesser, Source.POLL, NOW + timedelta(hours=1))
    assert fold([final, fresh], DAYS).tracks[0].assets[0].url == "https://m/1.mp3?s=new"


def test_results_without_ids_keep_their_stated_position() -> None:
    second = TaskUpdate("t1", tracks=(TrackUpdate("", position=1, title="second"),))
    first = TaskUpdate("t1", tracks=(TrackUpdate("", position=0, title="first"),))
    assert [track.position for track in folded(second).tracks] == [1]
    assert [track.title for track in folded(second, first).tracks] == ["first", "second"]


def test_of_equal_links_the_latest_wins() -> None:
    old = stated(TaskUpdate("t1", tracks=(ready("c1", assets=(audio("https://m/1.mp3?s=old"),)),)))
    fresh = stated(
        TaskUpdate("t1", tracks=(ready("c1", assets=(audio("https://m/1.mp3?s=new"),)),)),
        Source.POLL,
        NOW + timedelta(hours=1),
    )
    assert fold([fresh, old], DAYS).tracks[0].assets[0].url == "https://m/1.mp3?s=new"


def test_a_link_beats_could_not_be_made() -> None:
    lost = AssetUpdate(AssetKind.AUDIO_HI, AssetState.FAILED, error="the provider could not make it")
    found = AssetUpdate(AssetKind.AUDIO_HI, AssetState.LINKED, url="https://m/1.wav")
    both = [TaskUpdate("t1", tracks=(ready("c1", assets=(asset,)),)) for asset in (found, lost)]
    assert folded(*both).tracks[0].assets[0].state is AssetState.LINKED
    assert folded(*both) == folded(*both[::-1])


def test_expiry_counts_from_the_earlier_of_finished_and_first_seen() -> None:
    finished = NOW - timedelta(hours=5)
    with_time = TaskUpdate(
        "t1", tracks=(ready("c1", finished_at=finished, assets=(audio("https://m/1.mp3"),)),)
    )
    without = TaskUpdate("t1", tracks=(ready("c1", assets=(audio("https://m/1.mp3"),)),))
    assert folded(with_time).tracks[0].assets[0].expires_at == finished + DAYS
    assert folded(without).tracks[0].assets[0].expires_at == NOW + DAYS


def one_file(url: str, expires_at: datetime | None, at: datetime, **over: Any) -> StatementValue:
    """One audio file of c1, stated by a poll at this time."""
    asset = AssetUpdate(AssetKind.AUDIO, AssetState.LINKED, url=url, expires_at=expires_at)
    return stated(TaskUpdate("t1", tracks=(ready("c1", assets=(asset,), **over),)), Source.POLL, at)


def expiry(*statements: StatementValue) -> datetime | None:
    return fold(statements, DAYS).tracks[0].assets[0].expires_at


@pytest.mark.parametrize("hours", [1, 24 * 30], ids=["earlier", "later"])
def test_a_stated_expiry_beats_the_retention(hours: int) -> None:
    stated_expiry = NOW + timedelta(hours=hours)
    finished = NOW - timedelta(hours=5)
    assert expiry(one_file("https://m/1.mp3", stated_expiry, NOW, finished_at=finished)) == stated_expiry


def test_of_several_stated_expiries_of_a_link_the_latest_statement_counts() -> None:
    later = NOW + timedelta(hours=1)
    old = one_file("https://m/1.mp3?s=old", NOW + timedelta(days=9), NOW)
    new = one_file("https://m/1.mp3?s=new", NOW + timedelta(days=2), later)
    assert expiry(old, new) == expiry(new, old) == NOW + timedelta(days=2)


def test_a_statement_without_an_expiry_hides_no_stated_one() -> None:
    old = one_file("https://m/1.mp3?s=old", NOW + timedelta(days=9), NOW)
    new = one_file("https://m/1.mp3?s=new", None, NOW + timedelta(hours=1))
    assert expiry(old, new) == NOW + timedelta(days=9)


def test_the_expiry_of_another_link_does_not_count() -> None:
    other = one_file("https://m/0.mp3", NOW + timedelta(days=9), NOW)
    chosen = one_file("https://m/1.mp3", None, NOW + timedelta(hours=1))
    assert fold([other, chosen], DAYS).tracks[0].assets[0].url == "https://m/1.mp3"
    assert expiry(other, chosen) == NOW + DAYS


def test_what_has_no_link_does_not_expire() -> None:
    waiting = AssetUpdate(AssetKind.AUDIO, AssetState.WAITING, expires_at=NOW)
    assert expiry(stated(TaskUpdate("t1", tracks=(ready("c1", assets=(waiting,)),)))) is None


@given(st.lists(statements(), min_size=1, max_size=6))
def test_every_expiry_is_stated_for_the_chosen_link_or_follows_from_the_retention(
    known: list[StatementValue],
) -> None:
    for track in fold(known, DAYS).tracks:
        for asset in track.assets:
            links = [
                (one.last_seen, file)
                for one in known
                for update in one.update.tracks
                if update.external_id == track.external_id
                for file in update.assets
                if (file.kind, file.state) == (asset.kind, AssetState.LINKED)
            ]
            same = [(at, file) for at, file in links if link_identity(file.url) == link_identity(asset.url)]
            given_expiries = [(at, file.expires_at) for at, file in same if file.expires_at]
            if given_expiries:
                assert asset.expires_at == max(given_expiries)[1]
            elif links:
                starts = [one.first_seen for one in known] + [
                    update.finished_at for one in known for update in one.update.tracks if update.finished_at
                ]
                assert asset.expires_at in {start + DAYS for start in starts}
            else:
                assert asset.expires_at is None


def test_timed_lyrics_are_never_replaced_by_plain_ones() -> None:
    line = Lyrics(Timing.LINE, (Cue(CueKind.LINE, "hoo", 1000, 2000),))
    plain = Lyrics(Timing.PLAIN, (Cue(CueKind.LINE, "hoo"), Cue(CueKind.LINE, "hoo")))
    early = TaskUpdate("t1", tracks=(ready("c1", Completeness.OPEN, lyrics=line),))
    late = TaskUpdate("t1", TaskState.DONE, tracks=(ready("c1", lyrics=plain),))
    assert folded(early, late).tracks[0].lyrics == line


def test_the_submits_answer_leaves_a_forged_id_out() -> None:
    forged = stated(TaskUpdate("zz", TaskState.DONE, tracks=(ready("z1"),)))
    answer = stated(TaskUpdate("t1", TaskState.RUNNING), Source.SUBMIT)
    result = fold([forged, answer, stated(FIRST)], DAYS)
    assert result.external_id == "t1"
    assert [track.external_id for track in result.tracks] == ["c1", "c2"]


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ([], ArchiveStatus.NONE),
        ([AssetStatus.WAITING], ArchiveStatus.NONE),
        ([AssetStatus.ARCHIVED, AssetStatus.WAITING], ArchiveStatus.COMPLETE),
        ([AssetStatus.ARCHIVED, AssetStatus.PENDING, AssetStatus.FAILED], ArchiveStatus.PENDING),
        ([AssetStatus.ARCHIVED, AssetStatus.EXPIRED], ArchiveStatus.INCOMPLETE),
        ([AssetStatus.ARCHIVED], ArchiveStatus.COMPLETE),
    ],
)
def test_archive_status(statuses: list[AssetStatus], expected: ArchiveStatus) -> None:
    assert archive_status(statuses) is expected
