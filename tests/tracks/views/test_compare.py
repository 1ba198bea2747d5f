"""The compare page: two takes as lanes, a table of what differs, and the one that is kept."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client

from tests.support.clients import session_client
from tests.support.factories import make_lines, make_staff, make_task, make_track
from tests.support.html import Page
from tests.support.songs import make_archived_asset, make_song
from tracks.models import Task, Track

pytestmark = pytest.mark.django_db
CELL = re.compile(r"<t([hd])[^>]*>(.*?)</t[hd]>", re.DOTALL)


def suno_song(task: Task | None = None, **over: Any) -> Track:
    return make_song(task or make_task(provider="suno", status="succeeded"), **over)


def compared(staff: Client, one: Track, other: Track) -> Page:
    return Page(staff.get(f"/tracks/{one.pk}/compare/{other.pk}/"))


def rows(page: Page) -> dict[str, list[str]]:
    """The table: what A and B have, by the row's heading; what is marked has a star in front."""
    found = {}
    for row in page.html.split("<tr>")[2:]:
        cells = [re.sub(r"<mark[^>]*>", "*", text) for _, text in CELL.findall(row)]
        words = [" ".join(re.sub(r"<[^>]+>", " ", text).split()) for text in cells]
        found[words[0]] = [word.replace("* differs:", "*").replace("* ", "*") for word in words[1:]]
    return found


def lanes(page: Page) -> list[dict[str, Any]]:
    return [json.loads(str(one["data-song"])) for one in page.with_attribute("data-song")]


def loudness(track: Track, lufs: float | None) -> Track:
    track.assets.filter(kind="audio").update(loudness_lufs=lufs)
    return track


def test_both_can_be_played_without_a_script(staff: Client) -> None:
    one, two = suno_song(), suno_song()
    players = [one for one in compared(staff, one, two).named("audio") if "id" not in one]
    assert [player["src"] for player in players] == [
        f"/api/v1/tracks/{one.pk}/media/audio",
        f"/api/v1/tracks/{two.pk}/media/audio",
    ]
    assert all("controls" in player for player in players)


def test_lines_whose_words_differ_are_beside_each_other(staff: Client) -> None:
    one, two = suno_song(), suno_song()
    make_lines(one, "verse", ("Moonlight", 0, 10), ("The owls dance again", 62_400, 70_000))
    make_lines(
        two, "Verse", ("moonlight ", 0, 10), ("The owls sing again", 63_000, 70_000), ("Hoo", 80_000, 81_000)
    )
    page = compared(staff, one, two)
    table = rows(page)
    assert table["The owls dance again"] == ["Hear A from 1:02 “dance”", "Hear B from 1:03 *“sing”"]
    assert table["Hoo"] == ["*no such line", "Hear B from 1:20 only here"]
    assert "Moonlight" not in table
    assert f'href="/tracks/{one.pk}/?t=62.4" data-go="62.4" data-of="a"' in page.html
    assert json.loads(str(page.with_attribute("data-pairs")[0]["data-pairs"])) == [[0.0, 0.0], [62.4, 63.0]]


def test_where_one_begins_to_be_later_it_says_so_once(staff: Client) -> None:
    one, two = suno_song(), suno_song()
    make_lines(
        one,
        ("Moon", 1_000, 2_000),
        ("Owls", 10_000, 12_000),
        ("Dance", 20_000, 22_000),
        ("Hoo", 30_000, 31_000),
    )
    make_lines(
        two,
        ("Moon", 1_200, 2_000),
        ("Owls", 14_300, 15_000),
        ("Dance", 24_300, 25_000),
        ("Hoo", 30_100, 31_000),
    )
    table = rows(compared(staff, one, two))
    assert table["Owls"] == ["Hear A from 0:10", "Hear B from 0:14 4.3 s later"]
    assert table["Hoo"][1] == "Hear B from 0:30 at the same second again"
    assert not {"Moon", "Dance"} & set(table)


def test_untimed_lyrics_are_compared_too(staff: Client) -> None:
    one, two = suno_song(lyrics_text="[verse]\nMoonlight"), suno_song(lyrics_text="Moonlight\nOwls")
    page = compared(staff, one, two)
    table = rows(page)
    assert table["verse"] == ["only here", "*no such section"]
    assert table["Owls"] == ["*no such line", "only here"]
    assert "The lines of A have no times. The lines of B have no times. The second is kept" in page.words


def test_what_lyrics_lack_is_said(staff: Client) -> None:
    silent, sung = suno_song(), suno_song()
    make_lines(sung, ("Moonlight", 0, 10))
    assert "Neither of them has lyrics." in compared(staff, silent, suno_song()).words
    assert "A has no lyrics. The second is kept when you switch." in compared(staff, silent, sung).words
    assert rows(compared(staff, silent, sung)).keys() & {"Moonlight"} == set()
    again = suno_song()
    make_lines(again, ("Moonlight", 0, 10))
    assert "The words are the same, line for line." in compared(staff, sung, again).words


def test_facts_and_settings_that_differ_are_marked(staff: Client) -> None:
    one = suno_song(make_task(provider="suno", params={"styleWeight": 0.2}), style="Waltz")
    two = suno_song(make_task(provider="suno", params={"styleWeight": 0.9}), style="Polka")
    table = rows(compared(staff, one, two))
    assert table["Style"] == ["*Waltz", "*Polka"]
    assert table["Closeness to the style"] == ["*0.2", "*0.9"]
    assert table["Loudness"] == ["−14.2 LUFS", "−14.2 LUFS"]
    assert table["Length"] == ["1:37", "1:37"]


def test_a_difference_is_shown_once(staff: Client) -> None:
    one = suno_song(make_task(provider="suno", params={"style": "Waltz, slow"}), style="Waltz")
    two = suno_song(make_task(provider="suno", params={"style": "Polka"}), style="Polka")
    assert compared(staff, one, two).html.count('<span dir="auto">Style</span>') == 1


def test_both_are_matched_in_loudness_and_none_is_made_louder(staff: Client) -> None:
    loud, soft = loudness(suno_song(), -9.6), loudness(suno_song(), -14.4)
    page = compared(staff, loud, soft)
    assert [lane["gain"] for lane in lanes(page)] == [-4.8, 0.0]
    assert "Same loudness, −14.4 LUFS" in page.words
    assert "1:37 −4.8 dB" in page.words
    assert [lane["gain"] for lane in lanes(compared(staff, loud, loudness(suno_song(), -12)))] == [-4.4, -2.0]


@pytest.mark.parametrize("lufs", [None, -70.0])
def test_where_one_is_not_measured_both_play_as_they_are(staff: Client, lufs: float | None) -> None:
    page = compared(staff, suno_song(), loudness(suno_song(), lufs))
    assert [lane["gain"] for lane in lanes(page)] == [None, None]
    said = "The loudness of B is not measured: both play as they are." in page.words
    assert said is (lufs is None)
    [switch] = page.with_attribute("data-match")
    assert ("disabled" in switch, "checked" in switch) == (True, False)


def test_an_extension_knows_where_it_goes_on(staff: Client) -> None:
    one = suno_song()
    two = suno_song(
        make_task(
            provider="suno",
            operation="extend",
            source_track=one,
            status="succeeded",
            params={"continueAt": 61.5},
        )
    )
    [there] = compared(staff, one, two).with_attribute("data-extension")
    [back] = compared(staff, two, one).with_attribute("data-extension")
    assert (there["data-extension"], back["data-extension"]) == ("61.500", "-61.500")
    assert "where B continues A" in compared(staff, one, two).words


@pytest.mark.parametrize("params", [{}, {"continueAt": "soon"}, {"continueAt": True}, {"continueAt": -3}])
def test_an_extension_of_unknown_place_is_compared_at_the_same_moment(
    staff: Client, params: dict[str, Any]
) -> None:
    one = suno_song()
    task = make_task(provider="suno", operation="extend", source_track=one, status="succeeded", params=params)
    assert compared(staff, one, suno_song(task)).with_attribute("data-extension") == []


def test_what_cannot_be_played_says_so(staff: Client) -> None:
    page = compared(staff, suno_song(), make_track(status="pending"))
    assert "There is nothing to play of this one yet." in page.words
    assert len([one for one in page.named("audio") if "id" not in one]) == 1
    for_download = make_track()
    make_archived_asset(for_download, content_type="audio/aiff")
    assert "Browsers do not play the format" in compared(staff, suno_song(), for_download).words


def test_titles_and_words_carry_their_language(staff: Client) -> None:
    one, two = suno_song(title="אור בחלון"), suno_song(title="אור בחלון")
    make_lines(one, ("אור בחלון", 0, 10))
    make_lines(two, ("אור בדלת", 0, 10))
    page = compared(staff, one, two)
    [heading] = page.named("h1")
    assert (heading["dir"], heading["lang"]) == ("auto", "he")
    assert page.words.count("Compare אור בחלון") == 2  # the window's title too
    assert 'class="cmp-words" lang="he"' in page.html


def test_one_is_kept_and_the_other_rejected_with_the_reason(staff: Client) -> None:
    one, two = suno_song(), suno_song()
    address = f"/tracks/{one.pk}/compare/{two.pk}/"
    form = {"do": "keep", "keep": two.pk, f"was-{one.pk}": "new", f"was-{two.pk}": "new"}
    page = Page(staff.post(address, form, follow=True))
    assert "B is approved; the other is rejected: another take won." in page.words
    for track in (one, two):
        track.refresh_from_db()
    assert (one.review, two.review) == ("rejected", "approved")
    assert one.events.get(kind="track.reviewed").data["reason"] == "another take won"
    assert "rejected, another take won" in Page(staff.get(f"/tasks/{one.task_id}/")).words


def test_a_page_opened_long_ago_undoes_no_review_of_others(staff: Client) -> None:
    one, two = suno_song(review="rejected"), suno_song()
    form = {"do": "keep", "keep": one.pk, f"was-{one.pk}": "new", f"was-{two.pk}": "new"}
    page = Page(staff.post(f"/tracks/{one.pk}/compare/{two.pk}/", form, follow=True))
    assert "Somebody else changed the review" in page.words
    two.refresh_from_db()
    assert two.review == "new"


@pytest.mark.parametrize(
    "form", [{}, {"do": "keep"}, {"do": "keep", "keep": "0"}, {"do": "keep", "keep": "²"}]
)
def test_a_form_that_keeps_neither_changes_nothing(staff: Client, form: dict[str, str]) -> None:
    one, two = suno_song(), suno_song()
    assert staff.post(f"/tracks/{one.pk}/compare/{two.pk}/", form).status_code == 400
    assert set(Track.objects.values_list("review", flat=True)) == {"new"}


def test_who_may_not_decide_sees_no_button() -> None:
    viewer = session_client(make_staff("vera", role="viewer"))
    one, two = suno_song(), suno_song()
    page = compared(viewer, one, two)
    assert page.with_attribute("data-keep") == []
    assert "Curators decide which one is kept." in page.words
    form = {"do": "keep", "keep": one.pk}
    assert viewer.post(f"/tracks/{one.pk}/compare/{two.pk}/", form).status_code == 403


def test_a_track_beside_itself_is_the_track(staff: Client) -> None:
    song = suno_song()
    answer = staff.get(f"/tracks/{song.pk}/compare/{song.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, f"/tracks/{song.pk}/")


@pytest.mark.parametrize("other", ["999", f"{10**30}"])
def test_what_is_not_here_is_not_compared(staff: Client, other: str) -> None:
    song = suno_song()
    assert staff.get(f"/tracks/{song.pk}/compare/{other}/").status_code == 404
    assert staff.get(f"/tracks/{other}/compare/{song.pk}/").status_code == 404
    assert staff.put(f"/tracks/{song.pk}/compare/{other}/").status_code == 405


def test_takes_of_a_provider_that_is_not_here_any_more_are_compared(staff: Client) -> None:
    one, other = (make_track(make_task(provider="gone", status="succeeded")) for _ in range(2))
    answer = staff.get(f"/tracks/{one.pk}/compare/{other.pk}/")
    assert answer.status_code == 200


def test_takes_of_one_task_have_the_letters_of_their_family(staff: Client) -> None:
    task = make_task(provider="suno", status="succeeded")
    takes = [suno_song(task, position=place) for place in range(3)]
    make_lines(takes[2], ("Owls", 1_000, 2_000))
    page = compared(staff, takes[2], takes[1])
    assert [lane["name"] for lane in lanes(page)] == ["C", "B"]
    for told in (
        "Take C",
        "Take B",
        "Keep C",
        "Keep B",
        "C against B",
        "The same line in B",
        "B has no lyrics.",
    ):
        assert told in page.words
    assert "Keep A" not in page.words
    kept = {"do": "keep", "keep": str(takes[1].pk)}
    answer = staff.post(f"/tracks/{takes[2].pk}/compare/{takes[1].pk}/", kept, follow=True)
    assert "B is approved; the other is rejected" in Page(answer).words
    assert "take C of 3" in Page(staff.get(f"/tracks/{takes[2].pk}/")).words


def test_takes_that_lack_a_place_of_their_own_are_a_and_b(staff: Client) -> None:
    task = make_task(provider="suno", status="succeeded")
    page = compared(staff, suno_song(task), suno_song(task))
    assert [lane["name"] for lane in lanes(page)] == ["A", "B"]
