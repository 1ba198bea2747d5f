"""The list of songs: rows, search, filters, pages, and what it says when there is nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.support.clients import session_client
from tests.support.factories import make_asset, make_lines, make_staff, make_task, make_track
from tests.support.html import Page
from tests.support.songs import make_archived_asset, make_song
from tracks.services.parking import park
from tracks.services.playlists import add_to_playlist, create_playlist
from tracks.services.searches import save_search
from tracks.views.pagination import PAGE_SIZE


def test_a_row_shows_all_of_a_song(staff: Client) -> None:
    song = make_song(style="Waltz", model="TemPolor v4.5", rating=4, review="approved")
    make_lines(song, ("Moonlight guides", 1000, 2000))
    page = Page(staff.get("/"))
    assert page.tracks() == [str(song.pk)]
    for word in (
        "Owl's Moonlit Waltz",
        "Waltz TemPolor v4.5",
        "1:37",
    ):
        assert word in page.words
    for normal in ("lines timed", "kept"):
        assert normal not in page.words
    buttons = [one for one in page.with_attribute("data-review") if one.get("form") == "decide"]
    assert [(one["data-review"], one["aria-pressed"]) for one in buttons] == [
        ("rejected", "false"),
        ("approved", "true"),
    ]
    assert "4 of 5 stars" in page.html
    assert f'src="/api/v1/tracks/{song.pk}/media/image"' in page.html
    assert f'data-play="/api/v1/tracks/{song.pk}/media/audio"' in page.html


def test_the_play_button_is_a_link_that_works_without_scripts(staff: Client) -> None:
    song = make_song()
    [play] = Page(staff.get("/")).with_attribute("data-play")
    assert play["href"] == f"/tracks/{song.pk}/"
    assert play["aria-label"] == "Play Owl's Moonlit Waltz"


def test_times_are_relative_and_exact(staff: Client) -> None:
    then = timezone.now() - timedelta(hours=2)
    make_song(received_at=then)
    page = Page(staff.get("/"))
    assert "2 h" in page.words
    assert any(
        one.get("datetime") == then.isoformat() and "UTC" in (one["title"] or "")
        for one in page.named("time")
    )


def test_a_song_on_its_way_says_what_it_waits_for(staff: Client) -> None:
    make_track(status="streaming", title="Two Spoons")
    page = Page(staff.get("/"))
    assert "generating: The provider has a first version; the finished file comes next." in page.words
    assert page.with_attribute("data-play") == []


def test_a_failed_song_is_shown_but_not_played(staff: Client) -> None:
    make_track(make_task(status="failed"), status="failed")
    assert "failed: The provider could not make this song." in Page(staff.get("/")).words


def test_a_song_whose_files_are_fetched_says_until_when(staff: Client) -> None:
    song = make_track(archive="pending")
    make_asset(
        song, expires_at=timezone.now() + timedelta(hours=4, minutes=5), next_attempt_at=timezone.now()
    )
    page = Page(staff.get("/"))
    assert "expires in 4 h 4 min: The provider deletes a file that is not archived yet." in page.words
    assert page.words.count("its link expires in 4 h") == 1
    assert "1 file being archived" in page.words


def test_tasks_without_songs_yet_stand_above_the_list(staff: Client) -> None:
    make_task(status="queued", external_id="", params={"prompt": "a lullaby for a lighthouse"})
    page = Page(staff.get("/"))
    assert "1 arriving" in page.words
    assert "a lullaby for a lighthouse" in page.words
    assert "waiting to be sent" in page.words


def test_many_tasks_on_their_way_do_not_bury_the_songs(staff: Client) -> None:
    for _ in range(9):
        make_task(status="running")
    page = Page(staff.get("/"))
    assert "6+ arriving" in page.words
    assert len(page.with_attribute("data-arrival")) == 6


def test_results_that_are_no_songs_are_not_among_them(staff: Client) -> None:
    make_track(kind="lyrics")
    make_track(kind="files")
    assert Page(staff.get("/")).tracks() == []


def test_an_empty_library_says_how_it_fills(staff: Client) -> None:
    page = Page(staff.get("/"))
    assert "No songs yet" in page.words
    assert "/tasks/new/" in page.html


def test_search_finds_and_quotes_the_sung_line_with_its_time(staff: Client) -> None:
    found = make_song(lyrics_text="Moonlight guides the silent flight")
    make_lines(found, "chorus", ("Moonlight guides the silent flight", 33_200, 36_000))
    make_song(title="Other")
    page = Page(staff.get("/", {"q": "silent flight"}))
    assert page.tracks() == [str(found.pk)]
    assert "0:33 “Moonlight guides the <mark>silent</mark> <mark>flight</mark>”" in page.html.replace(
        "<time>0:33</time>", "0:33 "
    )
    [hit] = page.with_attribute("data-play-from")
    assert (hit["href"], hit["data-play-from"]) == (f"/tracks/{found.pk}/?t=33.2", "33.2")


def test_chinese_is_found_by_its_characters(staff: Client) -> None:
    found = make_song(title="雨后的街")
    make_song(title="Other")
    assert Page(staff.get("/", {"q": "后的"})).tracks() == [str(found.pk)]


def test_a_search_without_a_hit_says_so_and_leads_back(staff: Client) -> None:
    make_song()
    page = Page(staff.get("/", {"q": "zebra"}))
    assert "Nothing matches" in page.words
    assert "“zebra”" in page.words
    assert "Show all songs" in page.words


@pytest.mark.parametrize(
    ("field", "value", "wanted"),
    [
        ("provider", "suno", {"provider": "suno"}),
        ("style", "waltz", {"style": "Slow Waltz, strings"}),
        ("model", "chirp-v5", {"model": "chirp-v5"}),
        ("status", "failed", {"status": "failed"}),
        ("review", "approved", {"review": "approved"}),
    ],
)
def test_a_filter_leaves_what_it_names(staff: Client, field: str, value: str, wanted: dict[str, str]) -> None:
    task = make_task(provider=wanted.get("provider", "tempolor"))
    found = make_track(task, **wanted)
    make_track(style="Rock", model="TemPolor v3")
    assert Page(staff.get("/", {field: value})).tracks() == [str(found.pk)]


def test_since_leaves_what_came_lately(staff: Client) -> None:
    make_track(received_at=timezone.now() - timedelta(days=8))
    late = make_track(received_at=timezone.now() - timedelta(days=6))
    assert Page(staff.get("/", {"since": "7"})).tracks() == [str(late.pk)]


def test_filters_stay_chosen(staff: Client) -> None:
    make_track(model="chirp-v5")
    page = Page(staff.get("/", {"model": "gone-v1", "q": "moon"}))
    assert '<option value="gone-v1" selected>' in page.html
    assert 'value="moon"' in page.html


@pytest.mark.parametrize("text", ["x" * 501, "nul \x00 byte"])
def test_an_impossible_search_is_refused_with_a_reason_and_lists_nothing(staff: Client, text: str) -> None:
    make_song()
    page = Page(staff.get("/", {"q": text}))
    assert page.words.count("Search:") == 1
    assert page.tracks() == []
    assert "Nothing is listed" in page.words


@pytest.mark.parametrize("name", ["provider", "status", "review", "since"])
def test_a_filter_that_does_not_exist_is_told_and_not_shown_as_any(staff: Client, name: str) -> None:
    make_song()
    page = Page(staff.get("/", {name: "bogus"}))
    assert f"{name.capitalize()}: there is no “bogus” to choose." in page.words
    assert '<option value="bogus" selected>unknown: bogus</option>' in page.html
    assert page.tracks() == []


def test_pages_lead_on_and_back_with_their_filters(staff: Client) -> None:
    songs = [make_track(title="Waltz") for _ in range(PAGE_SIZE + 3)]
    first = Page(staff.get("/", {"q": "waltz"}))
    [older] = [link["href"] for link in first.named("a") if link.get("rel") == "next"]
    assert older
    assert "q=waltz" in older
    second = Page(staff.get(f"/{older}"))
    assert [*first.tracks(), *second.tracks()] == [str(song.pk) for song in reversed(songs)]
    [newer] = [link["href"] for link in second.named("a") if link.get("rel") == "prev"]
    assert Page(staff.get(f"/{newer}")).tracks() == first.tracks()


def test_a_cursor_that_makes_no_sense_shows_the_beginning(staff: Client) -> None:
    song = make_track()
    page = Page(staff.get("/", {"cursor": "nonsense"}))
    assert page.tracks() == [str(song.pk)]
    assert "Here is its beginning" in page.words


def test_titles_are_text_never_markup(staff: Client) -> None:
    make_song(title='<script>alert("x")</script>')
    assert "<script>alert" not in staff.get("/").content.decode()


def test_a_title_is_never_blank(staff: Client) -> None:
    make_song(title="")
    assert "Untitled" in Page(staff.get("/")).words


def queries(staff: Client) -> int:
    cache.clear()  # else the first counts for the rail of all
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert staff.get("/").status_code == 200
    return len(captured)


def test_more_songs_take_no_more_queries(staff: Client) -> None:
    make_song()
    few = queries(staff)
    for _ in range(20):
        song = make_song()
        make_archived_asset(song, kind="audio_hi")
        make_lines(song, ("one", 0, 1000))
    assert queries(staff) == few
    # PostgreSQL is asked which transactions are still open, too.
    assert few <= 31


def test_the_headline_says_what_failed_and_what_is_damaged(staff: Client) -> None:
    make_task(status="failed")
    song = make_song()
    make_asset(song, kind="audio_hi", status="failed")
    make_asset(song, kind="image", label="2", refused_file="refused/1", next_attempt_at=timezone.now())
    make_archived_asset(make_song(), kind="stem", label="vocal", gap_bytes=12)
    words = Page(staff.get("/")).words
    for told in (
        "1 task failed in the last 24 hours",
        "1 file of the last 7 days could not be archived",
        "1 file of the last 7 days is damaged",
        "1 file not accepted yet",
        "1 file being archived",
    ):
        assert told in words
    assert "no file is waiting" not in words


def test_the_headline_is_quiet_where_all_is_well(staff: Client) -> None:
    make_song()
    assert "no file is waiting to be archived" in Page(staff.get("/")).words


def review_form(back: str) -> dict[str, str]:
    return {"do": "review", "review": "approved", "next": back}


def test_a_review_is_given_in_the_row_and_leads_back_to_the_list(staff: Client) -> None:
    song = make_song()
    page = Page(staff.get("/?q=owl"))
    [approve] = [one for one in page.with_attribute("formaction") if one["value"] == "approved"]
    answer = staff.post(str(approve["formaction"]), review_form("/?q=owl"), follow=True)
    assert answer.redirect_chain == [("/?q=owl", 302)]
    assert "Approved." in Page(answer).words
    song.refresh_from_db()
    assert song.review == "approved"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "", "nowhere", "tasks"],
)
def test_a_review_leads_to_no_other_site(staff: Client, elsewhere: str) -> None:
    song = make_song()
    answer = staff.post(f"/tracks/{song.pk}/", review_form(elsewhere))
    assert answer.headers["Location"] == f"/tracks/{song.pk}/"


def test_takes_of_a_request_are_one_row_that_opens(staff: Client) -> None:
    task = make_task(status="succeeded")
    takes = [make_song(task, position=place) for place in range(3)]
    page = Page(staff.get("/"))
    assert page.tracks() == [str(takes[0].pk)]
    [row] = page.with_attribute("data-takes")
    assert row["data-takes"] == ",".join(str(take.pk) for take in takes)
    [opener] = page.with_attribute("data-open-takes")
    assert opener["href"] == f"/tasks/{task.pk}/"
    opened = Page(staff.get(f"/takes/{task.pk}/"))
    assert opened.tracks() == [str(take.pk) for take in takes]
    assert [word for word in ("Take A", "Take B", "Take C") if word not in opened.words] == []


def test_a_filter_that_one_take_matches_shows_that_take_alone(staff: Client) -> None:
    task = make_task(status="succeeded")
    make_song(task)
    second = make_song(task, position=1, review="approved")
    page = Page(staff.get("/", {"review": "approved"}))
    assert page.tracks() == [str(second.pk)]
    assert page.with_attribute("data-open-takes") == []
    assert "take B" in page.words
    assert Page(staff.get(f"/takes/{task.pk}/", {"review": "approved"})).tracks() == [str(second.pk)]


def test_rows_stand_under_their_days(staff: Client) -> None:
    now = timezone.now()
    for age in (40, 1, 0):
        make_song(received_at=now - timedelta(days=age))
    days = [one["data-day"] for one in Page(staff.get("/")).with_attribute("data-day")]
    assert days[:2] == ["Today", "Yesterday"]
    assert str((now - timedelta(days=40)).year) in str(days[2])


def test_a_small_search_tells_where_it_found_the_words(staff: Client) -> None:
    sung = make_song(title="Other", lyrics_text="a lantern")
    make_lines(sung, ("a lantern", 1000, 2000))
    titled, styled = make_song(title="Lantern Moth"), make_song(style="lantern pop")
    page = Page(staff.get("/", {"q": "lantern"}))
    assert page.tracks() == [str(sung.pk), str(titled.pk), str(styled.pk)]
    assert [one["data-day"] for one in page.with_attribute("data-day")] == [
        "In lyrics",
        "In title",
        "In style or prompt",
    ]


@pytest.mark.parametrize("ordering", ["-id", "id", "title", "-duration", "duration", "-rating"])
def test_every_order_shows_every_song(staff: Client, ordering: str) -> None:
    songs = [make_song(rating=stars, title=f"Song {stars}") for stars in (None, 5, 1)]
    page = Page(staff.get("/", {"ordering": ordering}))
    assert sorted(page.tracks(), key=str) == sorted(str(song.pk) for song in songs)
    if ordering == "-rating":
        assert page.tracks() == [str(songs[1].pk), str(songs[2].pk), str(songs[0].pk)]


def test_titles_carry_their_language_and_direction(staff: Client) -> None:
    make_song(title="אור בחלון")
    [title] = [one for one in Page(staff.get("/")).named("a") if one.get("class") == "row-title"]
    assert (title["lang"], title["dir"]) == ("he", "auto")


def test_songs_are_shown_as_covers(staff: Client) -> None:
    song = make_song()
    page = Page(staff.get("/", {"as": "covers"}))
    assert page.tracks() == [str(song.pk)]
    assert 'class="card"' in page.html
    assert page.with_attribute("data-play")


def test_views_leave_out_what_is_parked_and_name_the_list(staff: Client) -> None:
    parked, waiting = make_song(), make_song()
    park(parked.pk, "the end is cut off", "ada")
    page = Page(staff.get("/", {"review": "new", "parked": "false", "status": "ready"}))
    assert page.tracks() == [str(waiting.pk)]
    assert '<h1 dir="auto">To review</h1>' in page.html
    assert [one for one in page.named("a") if one.get("class") == "chip"] == []
    aside = Page(staff.get("/", {"parked": "true"}))
    assert aside.tracks() == [str(parked.pk)]
    assert "the end is cut off" in aside.html


def test_each_filter_is_a_chip_that_takes_itself_away(staff: Client) -> None:
    make_song()
    page = Page(staff.get("/", {"review": "approved", "since": "7", "style": "pop", "ordering": "title"}))
    chips = {one["aria-label"]: one["href"] for one in page.named("a") if one.get("class") == "chip"}
    assert chips == {
        "Remove filter: since last 7 days": "/?style=pop&review=approved&ordering=title",
        "Remove filter: style pop": "/?review=approved&since=7&ordering=title",
    }


def test_playlists_and_saved_searches_are_views(staff: Client, ada: User) -> None:
    song, _ = make_song(), make_song()
    playlist = create_playlist("Autumn", "", ada)
    add_to_playlist(playlist.pk, [song.pk], ada)
    save_search("Loud owls", {"q": "owl", "ordering": "title"}, ada)
    page = Page(staff.get("/", {"playlist": str(playlist.pk)}))
    assert page.tracks() == [str(song.pk)]
    assert f'href="/playlists/{playlist.pk}/" title="Open the playlist">Autumn</a></h1>' in page.html
    current = [one["href"] for one in page.named("a") if one.get("aria-current") == "true"]
    assert f"/?playlist={playlist.pk}" in current
    assert "/?q=owl&ordering=title" in [one.get("href") for one in page.named("a")]


def test_changed_rows_and_lines_are_fetched_by_their_ids(staff: Client) -> None:
    song = make_song()
    task = make_task(status="failed", error_message="a quoted song", error_kind="content")
    wanted = {"ids": f"{song.pk},x,99999999999999999999", "tasks": str(task.pk)}
    page = Page(staff.get("/rows/", wanted))
    assert page.tracks() == [str(song.pk)]
    assert "failed: a quoted song. The provider refused the text." in page.words
    assert f"/tasks/new/?like={task.pk}" in page.html


def test_who_may_not_review_sees_no_review_buttons(db: None) -> None:
    make_song(review="approved")
    viewer = session_client(make_staff("vic", "viewer"))
    page = Page(viewer.get("/"))
    assert page.with_attribute("data-review") == []
    assert "approved" in page.words


def test_a_model_has_one_name_and_is_found_by_it(staff: Client) -> None:
    songs = [make_song(make_task(provider="suno"), model=name) for name in ("chirp-v5", "chirp-crow", "V5")]
    make_song(model="TemPolor v4.5")
    page = Page(staff.get("/", {"model": "V5"}))
    assert page.tracks() == [str(song.pk) for song in reversed(songs)]
    assert "chirp" not in page.words
    assert page.html.count('<option value="V5"') == 1
    assert Page(staff.get("/", {"model": "chirp-v5"})).tracks() == page.tracks()
    assert "chirp" not in Page(staff.get(f"/tracks/{songs[0].pk}/")).words


@pytest.mark.parametrize("address", ["/?q=" + "x" * 501, "/?status=bogus", "/tasks/?status=bogus"])
def test_the_sentence_of_a_refused_filter_has_the_focus(staff: Client, address: str) -> None:
    [focused] = Page(staff.get(address)).with_attribute("autofocus")
    assert (focused["role"], focused["tabindex"]) == ("alert", "-1")


def test_all_counts_are_of_songs_as_rows_and_takes_are_called_takes(staff: Client) -> None:
    task = make_task(status="succeeded")
    for place in range(3):
        make_song(task, position=place)
    make_song(review="approved")
    page = Page(staff.get("/"))
    assert "All songs 2 songs 4 takes" in page.words
    for view in ("All songs 2 songs", "To review 1 song", "Approved 1 song"):
        assert f"{view} " in page.words
    assert "Search 2 songs 4 takes" in Page(staff.get("/", {"q": "owl"})).words
    alone = Page(staff.get("/", {"review": "approved"})).words
    assert "Approved 1 song " in alone
    assert "takes" not in alone
