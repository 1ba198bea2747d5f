"""The player's page as it comes from the server: without a script it must be readable and playable."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.support.factories import make_asset, make_lines, make_task, make_track
from tests.support.html import Page
from tests.support.songs import make_archived_asset, make_reported_song, make_song
from tracks.models import LyricLine, Track


def page_of(staff: Client, track: Track) -> Page:
    return Page(staff.get(f"/tracks/{track.pk}/"))


def test_the_archived_audio_is_played_from_here(staff: Client) -> None:
    song = make_song()
    [player] = page_of(staff, song).named("audio")
    assert player["id"] == "player"
    assert player["src"] == f"/api/v1/tracks/{song.pk}/media/audio"
    assert "controls" in player


def test_lossless_audio_is_played_where_no_other_is_archived(staff: Client) -> None:
    song = make_track(archive="complete")
    make_archived_asset(song, kind="audio_hi", content_type="audio/wav")
    assert page_of(staff, song).named("audio")[0]["src"] == f"/api/v1/tracks/{song.pk}/media/audio_hi"


def test_lines_are_links_with_their_times_in_seconds(staff: Client) -> None:
    song = make_song()
    make_lines(song, "verse", ("Moonlight guides", 12_345, 15_000), ("Owls dance", 15_000, 15_000))
    page = page_of(staff, song)
    lines = page.with_attribute("data-lyric-line")
    assert [(line["data-start"], line["data-end"]) for line in lines] == [("12.345", "15"), ("15", "15")]
    assert all(("a", line) in page.tags for line in lines)
    assert [line["href"] for line in lines] == ["?t=12.345", "?t=15"]
    assert all("aria-current" not in line for line in lines)


def test_sections_are_headings_never_lines(staff: Client) -> None:
    song = make_song()
    make_lines(song, "verse", ("Moonlight guides", 1000, 2000))
    LyricLine.objects.filter(kind="section").update(start_ms=500, end_ms=520)
    page = page_of(staff, song)
    assert len(page.with_attribute("data-lyric-section")) == 1
    assert len(page.with_attribute("data-lyric-line")) == 1
    [chapter] = page.with_attribute("data-chapter")
    assert (chapter["href"], chapter["data-start"], chapter["data-chapter"]) == ("#s1", "0.5", "verse")
    assert "s1" in [one["id"] for one in page.with_attribute("id")]


def test_words_are_cut_out_where_they_are_timed(staff: Client) -> None:
    song = make_song()
    make_lines(song, ("Moonlight, guides", 1000, 2000))
    LyricLine.objects.update(words=[[1000, 1400, "Moonlight,"], [1400, 2000, "guides"]])
    Track.objects.update(lyrics_timing="word")
    page = page_of(staff, song)
    assert [word["data-word-start"] for word in page.with_attribute("data-word-start")] == ["1", "1.4"]
    assert "Moonlight, guides" in page.words


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"timing_state": "waiting", "lyrics_text": "[verse]\nMoonlight"}, "still being aligned"),
        (
            {"timing_state": "waiting", "words_at": timezone.now(), "lyrics_text": "[verse]\nMoonlight"},
            "is being fetched",
        ),
        ({"timing_state": "instrumental", "lyrics_text": "[verse]\nMoonlight"}, "nothing is sung"),
        ({"timing_state": "failed", "lyrics_text": "[verse]\nMoonlight"}, "could not be made"),
        ({"lyrics_text": "[verse]\nMoonlight"}, "have no timing"),
        ({}, "It may be an instrumental"),
    ],
)
def test_lyrics_without_timing_say_why(staff: Client, values: dict[str, Any], words: str) -> None:
    page = page_of(staff, make_song(**values))
    assert words in page.words
    assert page.with_attribute("data-lyric-line") == []
    if values:
        assert "Moonlight" in page.words
        assert len(page.with_attribute("data-lyric-section")) == 1


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"status": "pending"}, "Not here yet. The provider is still making it."),
        ({"status": "streaming"}, "Not here yet. The provider has a first version"),
        ({"status": "ready", "archive": "pending"}, "Not archived yet."),
        ({"status": "ready", "archive": "incomplete"}, "The audio could not be archived."),
        ({"status": "failed"}, "There is nothing to play."),
        ({"status": "ready", "kind": "lyrics"}, "Lyrics only."),
    ],
)
def test_what_cannot_be_played_says_what_that_means(
    staff: Client, values: dict[str, Any], words: str
) -> None:
    song = make_track(**values)
    make_lines(song, ("Moonlight", 1000, 2000))
    page = page_of(staff, song)
    assert words in page.words
    assert [one for one in page.named("audio") if "src" in one] == []
    assert "href" not in page.with_attribute("data-lyric-line")[0]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("pending", "Not here yet"),
        ("streaming", "Not here yet"),
        ("ready", "Not archived yet"),
        ("failed", "nothing to"),
    ],
)
def test_a_song_of_which_only_the_picture_is_here_is_not_offered_to_listen_to(
    staff: Client, status: str, words: str
) -> None:
    track = make_track(make_task(), status=status, archive="complete")
    make_archived_asset(track, kind="image", content_type="image/jpeg", duration_ms=None, waveform=b"")
    html = staff.get(f"/tracks/{track.pk}/").content.decode()
    assert "download only" not in html
    assert words in html


def test_a_song_that_is_still_made_has_not_lost_its_audio_with_its_picture(staff: Client) -> None:
    track = make_track(make_task(), status="pending", archive="incomplete")
    html = staff.get(f"/tracks/{track.pk}/").content.decode()
    assert "could not be archived" not in html
    assert "Not here yet" in html


@pytest.mark.parametrize("archive", ["pending", "incomplete", "complete"])
def test_a_song_in_a_format_that_browsers_do_not_play_is_offered_as_a_download(
    staff: Client, archive: str
) -> None:
    track = make_track(make_task(), status="ready", archive=archive)
    make_archived_asset(track, content_type="audio/aiff")
    assert "Archived, for download only" in staff.get(f"/tracks/{track.pk}/").content.decode()


def test_a_failed_song_shows_the_tasks_reason_and_advice(staff: Client) -> None:
    task = make_task(status="failed", error_kind="content", error_message="A word was refused.")
    page = page_of(staff, make_track(task, status="failed"))
    assert "A word was refused. The provider refused the text. Change it and send it again." in page.words


def test_the_seek_bar_shows_the_waveform_and_the_sections(staff: Client) -> None:
    song = make_song()
    make_lines(song, "verse", ("Moonlight", 1000, 2000), "chorus")
    LyricLine.objects.filter(text="verse").update(start_ms=9_700, end_ms=9_720)
    LyricLine.objects.filter(text="chorus").update(start_ms=48_500, end_ms=48_520)
    page = page_of(staff, song)
    [slider] = [one for one in page.named("input") if one.get("class") == "wave-seek"]
    assert (slider["min"], slider["max"], slider["aria-label"]) == ("0", "97", f"Position in {song.title}")
    assert [one["x"] for one in page.named("text")] == ["10.00%", "50.00%"]
    assert {"w-verse", "w-chorus", "w-quiet"} <= {one.get("class") for one in page.named("path")}


def test_every_archived_file_and_every_lyric_format_can_be_had(staff: Client) -> None:
    song = make_song()
    make_archived_asset(song, kind="stem", label="vocals")
    make_lines(song, ("Moonlight", 1000, 2000))
    html = page_of(staff, song).html
    for address in (
        "media/audio?download=1",
        "media/image?download=1",
        "media/stem?label=vocals&amp;download=1",
    ):
        assert f'href="/api/v1/tracks/{song.pk}/{address}"' in html
    for kind in ("lrc", "srt", "vtt", "ttml", "txt"):
        assert f'href="/api/v1/tracks/{song.pk}/lyrics.{kind}"' in html


def test_lyrics_without_timing_can_be_had_as_text_only(staff: Client) -> None:
    song = make_song(lyrics_text="Moonlight")
    html = page_of(staff, song).html
    assert "lyrics.txt" in html
    assert "lyrics.lrc" not in html


def test_files_show_their_state_reason_and_checksum(staff: Client) -> None:
    song = make_track(archive="incomplete")
    make_archived_asset(song)
    make_asset(song, kind="image", status="failed", error="a web page came instead of a picture")
    make_asset(song, kind="audio_hi", attempts=2, error="the server answered 403",
               expires_at=timezone.now() + timedelta(hours=3, minutes=5))  # fmt: skip
    make_asset(song, kind="video", status="waiting", source_url="")
    make_asset(song, kind="stem", status="expired")
    words = page_of(staff, song).words
    assert "ab" * 32 in words
    assert "failed a web page came instead of a picture" in words
    assert "2 tries so far. The server answered 403. The provider deletes it in 3 h." in words
    assert "generating The provider is still making it." in words
    assert "expired The provider deleted it before it could be fetched." in words
    assert "Archive again" in words


def test_while_files_are_fetched_there_is_nothing_to_download(staff: Client) -> None:
    files = make_track(kind="files", archive="pending")
    make_asset(files, kind="audio_hi")
    page = page_of(staff, files)
    assert not [one for one in page.named("a") if "download" in one]
    assert "generating" in page.words or "archiving" in page.words


def test_nothing_to_archive_offers_no_button(staff: Client) -> None:
    assert "Archive again" not in page_of(staff, make_song()).words


def test_stems_and_videos_can_be_played(staff: Client) -> None:
    files = make_track(kind="files", archive="complete", title="")
    make_archived_asset(files, kind="stem", label="drums")
    make_archived_asset(files, kind="video", label="", content_type="video/mp4")
    page = page_of(staff, files)
    assert [one["src"] for one in page.named("audio") if "src" in one] == [
        f"/api/v1/tracks/{files.pk}/media/stem?label=drums"
    ]
    assert [one["src"] for one in page.named("video")] == [f"/api/v1/tracks/{files.pk}/media/video"]


def test_pictures_that_were_made_are_all_shown(staff: Client) -> None:
    made = make_task(provider="suno", operation="cover-image", status="succeeded")
    files = make_track(made, kind="files", archive="complete", title="")
    for label in ("1", "2"):
        make_archived_asset(
            files, kind="image", label=label, content_type="image/jpeg", duration_ms=None, waveform=b""
        )
    page = page_of(staff, files)
    assert page.words.startswith("Cover pictures · musicgen")
    assert [one["alt"] for one in page.named("img") if one.get("alt")] == ["Cover · 1", "Cover · 2"]
    assert "no lyrics" not in page.words


def test_lyrics_alone_are_whole_without_files(staff: Client) -> None:
    text = make_track(kind="lyrics", archive="none", lyrics_text="[verse]\nOwls", timing_state="none")
    words = page_of(staff, text).words
    assert "written" in words
    assert "Lyrics only. This task made lyrics; there is nothing to play." in words
    assert "no file yet" not in words
    assert "no timing" not in words


@pytest.mark.parametrize("kind", ["lyrics", "files"])
def test_lyrics_and_files_that_did_not_come_are_not_shown_as_made(staff: Client, kind: str) -> None:
    failed = page_of(staff, make_track(kind=kind, status="failed")).words
    assert "There is nothing to show. The provider could not make it. The task says why" in failed
    assert (
        "Not here yet. The provider is still making it."
        in page_of(staff, make_track(kind=kind, status="pending")).words
    )


def test_takes_of_one_task_lead_to_each_other(staff: Client) -> None:
    task = make_task()
    one, two = make_song(task), make_song(task, position=1)
    page = page_of(staff, two)
    assert f'href="/tracks/{one.pk}/"' in page.html
    assert "take B of 2" in page.words
    assert f'href="/tracks/{two.pk}/compare/{one.pk}/"' in page.html


def test_an_unknown_or_absurd_number_is_not_found(staff: Client) -> None:
    assert staff.get("/tracks/999/").status_code == 404
    assert staff.get(f"/tracks/{10**30}/").status_code == 404
    assert staff.post(f"/tracks/{10**30}/", {"do": "archive"}).status_code == 404


def reviewed(staff: Client, track: Track, **values: Any) -> Page:
    answer = staff.post(f"/tracks/{track.pk}/", {"do": "review", **values}, follow=True)
    track.refresh_from_db()
    return Page(answer)


def test_a_review_is_saved_with_rating_and_notes(staff: Client) -> None:
    song = make_song()
    page = reviewed(staff, song, review="approved", rating="4", notes="Lovely\r\nending")
    assert (song.review, song.rating, song.notes) == ("approved", 4, "Lovely\nending")
    assert "Approved." in page.words


def test_saving_alone_leaves_the_review_state(staff: Client) -> None:
    song = make_song(review="rejected", rating=2)
    reviewed(staff, song, rating="", notes="")
    assert (song.review, song.rating) == ("rejected", None)


def test_what_is_not_posted_stays(staff: Client) -> None:
    song = make_song(rating=3, notes="Keep me")
    reviewed(staff, song, review="approved")
    assert (song.rating, song.notes) == (3, "Keep me")


def test_a_title_can_be_changed_and_is_in_the_history(staff: Client) -> None:
    song = make_reported_song()
    page = reviewed(staff, song, title="Owls at Dusk")
    assert song.title == "Owls at Dusk"
    assert "ada changed the song" in page.words


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"title": "  "}, "A song needs a title."),
        ({"title": "x" * 501}, "at most 500 characters"),
        ({"title": "a\x00b"}, "Null characters are not allowed."),
        ({"rating": "6"}, "less than or equal to 5"),
        ({"rating": "-1"}, "greater than or equal to 0"),
        ({"rating": "four"}, "Enter a whole number."),
        ({"review": "maybe"}, "maybe is not one of the available choices"),
        (
            {"notes": "x" * 20_001},
            "20,001 characters; at most 20,000 are kept. Nothing was saved",
        ),
    ],
)
def test_a_bad_review_is_refused_beside_its_field(
    staff: Client, values: dict[str, str], complaint: str
) -> None:
    song = make_song()
    page = Page(staff.post(f"/tracks/{song.pk}/", {"do": "review", **values}), status=400)
    assert complaint in page.words
    song.refresh_from_db()
    assert (song.title, song.rating, song.review, song.notes) == ("Owl's Moonlit Waltz", None, "new", "")


def filled(page: Page, **typed: str) -> dict[str, str]:
    """What a browser posts from this page's forms, with what a person typed into them."""
    hidden = {
        str(field["name"]): field.get("value") or ""
        for field in page.named("input")
        if str(field.get("name", "")).startswith("initial-")
    }
    return {
        "do": "review",
        "rating": hidden["initial-rating"],
        "notes": hidden["initial-notes"],
        **hidden,
    } | typed


def test_a_page_opened_before_does_not_undo_a_colleagues_work(staff: Client) -> None:
    song = make_song()
    old = page_of(staff, song)
    reviewed(staff, song, **filled(old, notes="Lovely\r\nending", rating="4"))
    reviewed(staff, song, **filled(old, review="approved"))
    assert (song.review, song.rating, song.notes) == ("approved", 4, "Lovely\nending")


@pytest.mark.parametrize(
    ("theirs", "mine", "said"),
    [
        ({"notes": "Theirs"}, {"notes": "Mine"}, "Theirs"),
        ({"notes": ""}, {"notes": "Mine"}, "removed the general note"),
        ({"rating": 2}, {"rating": "4"}, "to 2 of 5"),
        ({"review": "rejected"}, {"review": "approved"}, "the song is rejected"),
        ({"title": "Theirs"}, {"title": "Mine"}, "Theirs"),
    ],
)
def test_what_two_people_changed_is_shown_with_both_and_not_saved(
    staff: Client, theirs: dict[str, Any], mine: dict[str, str], said: str
) -> None:
    song = make_reported_song()
    Track.objects.filter(pk=song.pk).update(notes="Before", rating=3)
    old = page_of(staff, song)
    Track.objects.filter(pk=song.pk).update(**theirs)
    page = Page(staff.post(f"/tracks/{song.pk}/", filled(old, **mine)), status=409)
    [name] = mine
    assert f"Somebody else changed the {name} while you had this page open. Nothing was saved" in page.words
    assert said in page.words
    song.refresh_from_db()
    assert str(getattr(song, name)) == str(theirs[name])
    if name in ("notes", "title"):
        assert mine[name] in page.html
    # Pressed again, now that theirs was shown.
    reviewed(staff, song, **(filled(page, **mine)))
    assert str(getattr(song, name)) == mine[name]


def test_the_same_change_by_two_people_is_no_conflict(staff: Client) -> None:
    song = make_song()
    old = page_of(staff, song)
    for _ in range(2):
        reviewed(staff, song, **filled(old, notes="Lovely\r\nending", review="approved"))
    assert (song.review, song.notes) == ("approved", "Lovely\nending")


def test_line_ends_count_once(staff: Client) -> None:
    song = make_song()
    text = "\r\n".join(["nine here"] * 2000)
    reviewed(staff, song, notes=text)
    assert song.notes == text.replace("\r\n", "\n")


def test_a_refused_review_keeps_what_was_chosen_and_says_so_at_the_top(staff: Client) -> None:
    song = make_song(rating=2)
    sent = filled(page_of(staff, song), notes="x" * 20_001, rating="4")
    page = Page(staff.post(f"/tracks/{song.pk}/", sent), status=400)
    [typed, stored] = [one["value"] for one in page.named("input") if "checked" in one]
    assert (typed, stored) == ("4", "2")  # the form, and the dock, which has what is saved
    assert "x" * 20_001 in page.html
    assert page.words.count("The general note has 20,001 characters; at most 20,000 are kept.") == 2
    assert page.with_attribute("data-unsaved") != []


def test_archiving_again_makes_the_missing_files_due(staff: Client) -> None:
    song = make_track(make_task(status="succeeded"), archive="incomplete")
    lost = make_asset(song, status="expired", attempts=9)
    page = Page(staff.post(f"/tracks/{song.pk}/", {"do": "archive"}, follow=True))
    lost.refresh_from_db()
    assert (lost.status, lost.attempts) == ("pending", 0)
    assert "1 file is tried again at once" in page.words
    assert "ada requested archiving of the song again" in page.words


def test_archiving_again_with_nothing_missing_says_so(staff: Client) -> None:
    page = Page(staff.post(f"/tracks/{make_song().pk}/", {"do": "archive"}, follow=True))
    assert "There is nothing to archive" in page.words


@pytest.mark.parametrize("values", [{}, {"do": "explode"}])
def test_an_action_that_does_not_exist_is_refused(staff: Client, values: dict[str, str]) -> None:
    assert staff.post(f"/tracks/{make_song().pk}/", values).status_code == 400


def test_a_form_without_its_token_is_refused_in_words(staff: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = staff.cookies
    page = Page(strict.post(f"/tracks/{make_song().pk}/", {"do": "archive"}), status=403)
    assert "The form was not accepted" in page.words


def test_more_lines_and_files_take_no_more_queries(staff: Client) -> None:
    def queries(song: Track) -> int:
        with CaptureQueriesContext(connection) as captured:
            page_of(staff, song)
        return len(captured)

    plain, rich = make_song(), make_song()
    make_lines(rich, *[(f"line {place}", place * 1000, place * 1000 + 900) for place in range(40)])
    for label in ("vocals", "drums", "bass"):
        make_archived_asset(rich, kind="stem", label=label)
    staff.post(f"/tracks/{rich.pk}/", {"do": "review", "rating": "5"})
    staff.get(f"/tracks/{rich.pk}/")
    assert queries(rich) == queries(plain)
    assert queries(rich) <= 23


def test_the_narrow_rail_counts_the_open_tasks_alone(staff: Client) -> None:
    song = make_song()
    with CaptureQueriesContext(connection) as captured:
        page_of(staff, song)
    counted = [query["sql"] for query in captured if "LIMIT 10001" in query["sql"]]
    assert len(counted) == 1
