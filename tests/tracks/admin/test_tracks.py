"""Tracks in the admin: listening, reviewing, searching and archiving."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.support.admin_rows import (
    SHA,
    change_url,
    list_url,
    listed,
    make_archived,
    make_whole_song,
    messages_of,
    page,
)
from tests.support.factories import make_asset, make_reported_track, make_task, make_track
from tests.support.html import Page
from tracks.models import Asset, Track
from tracks.services.review import edit

pytestmark = pytest.mark.django_db


def save(client: Client, track: Track, **over: object) -> list[str]:
    data = {"title": track.title, "review": track.review, "rating": "", "notes": track.notes} | over
    return messages_of(client.post(change_url(track), data))


def test_a_review_is_saved_with_its_author(boss: Client) -> None:
    track = make_track()
    save(boss, track, review="approved", rating=4, notes="the second chorus!")
    track.refresh_from_db()
    assert (track.review, track.rating, track.notes) == ("approved", 4, "the second chorus!")
    assert track.events.get(kind="track.reviewed").data["by"] == "boss"


def shown(client: Client, track: Track) -> dict[str, str]:
    """The hidden fields with which the form says what it showed."""
    fields = Page(client.get(change_url(track))).named("input")
    names = {str(field.get("name")): field.get("value") or "" for field in fields}
    hidden = {name: value for name, value in names.items() if name.startswith("initial-")}
    assert sorted(hidden) == ["initial-notes", "initial-rating", "initial-review", "initial-title"]
    return hidden


def test_a_form_opened_before_does_not_undo_a_colleagues_work(boss: Client) -> None:
    track = make_reported_track()
    old = shown(boss, track)
    edit(track.pk, {"notes": "Lovely", "rating": 4, "title": "Night Owl"}, "ada")
    save(boss, track, review="approved", **old)
    track.refresh_from_db()
    assert (track.notes, track.rating, track.title, track.review) == ("Lovely", 4, "Night Owl", "approved")


def test_what_two_people_changed_is_shown_with_both_and_not_saved(boss: Client) -> None:
    track = make_reported_track()
    old = shown(boss, track)
    edit(track.pk, {"notes": "Theirs"}, "ada")
    sent = {"title": track.title, "review": "new", "rating": "", "notes": "Mine", **old}
    answer = Page(boss.post(change_url(track), sent))
    assert "Somebody else changed the general note meanwhile, to: “Theirs”." in answer.words
    assert "Mine" in answer.words
    assert {"initial-notes": "Theirs"}.items() <= {
        str(field.get("name")): field.get("value") for field in answer.named("input")
    }.items()
    track.refresh_from_db()
    assert track.notes == "Theirs"
    save(boss, track, **{**old, "initial-notes": "Theirs", "notes": "Mine"})
    track.refresh_from_db()
    assert track.notes == "Mine"


def test_a_title_is_stored_as_a_persons_statement(boss: Client) -> None:
    track = make_reported_track()
    save(boss, track, title="Owls at Night")
    track.refresh_from_db()
    assert track.title == "Owls at Night"
    assert track.task.statements.filter(source="person").count() == 1


def test_a_blank_title_changes_nothing_and_says_so(boss: Client) -> None:
    track = make_reported_track()
    messages = save(boss, track, title="")
    track.refresh_from_db()
    assert track.title == "Owls"
    assert any("A blank title changes nothing" in text for text in messages)


@pytest.mark.parametrize("rating", [6, -1, "many"])
def test_a_rating_out_of_range_is_refused(boss: Client, rating: object) -> None:
    track = make_track()
    response = boss.post(change_url(track), {"title": "x", "review": "new", "rating": rating, "notes": ""})
    assert response.context["errors"]
    track.refresh_from_db()
    assert (track.rating, track.title) == (None, "Owl's Moonlit Waltz")


def test_what_the_provider_said_cannot_be_posted(boss: Client) -> None:
    track = make_track()
    save(boss, track, style="Metal", status="failed", duration_ms=1, notes="ok")
    track.refresh_from_db()
    assert (track.style, track.status, track.duration_ms, track.notes) == ("Pop", "ready", 96_000, "ok")


def test_only_what_was_changed_is_written(boss: Client) -> None:
    track = make_track()
    save(boss, track, notes="quiet")
    assert track.events.get(kind="track.reviewed").data["to"] == {"notes": "quiet"}


def test_the_page_plays_our_copy_and_never_the_providers(boss: Client) -> None:
    track = make_whole_song()
    text = page(boss.get(change_url(track)))
    ours = reverse("api:track-media", kwargs={"pk": track.pk, "kind": "audio"})
    assert f'<audio controls preload="none" src="{ours}">' in text
    assert "media.example" not in text


def test_without_an_archived_file_there_is_no_player(boss: Client) -> None:
    text = page(boss.get(change_url(make_asset().track)))
    assert "<audio" not in text
    assert "nothing to play" in text


def test_stems_are_addressed_by_their_label(boss: Client) -> None:
    track = make_track()
    make_archived(track, kind="stem", label="lead vocals")
    assert "/media/stem?label=lead+vocals" in page(boss.get(change_url(track)))


def test_the_page_shows_lines_files_and_a_link_to_its_public_page(boss: Client) -> None:
    track = make_whole_song()
    text = page(boss.get(change_url(track)))
    assert "Moonlight guides the silent flight" in text
    assert "0:12.000" in text
    assert "0:15.250" in text
    assert "404 from the provider" in text
    assert SHA in text
    assert f'href="{reverse("track", args=[track.pk])}"' in text


def test_titles_are_escaped_everywhere(boss: Client) -> None:
    track = make_track(title="<img src=x onerror=alert(1)>", style="<b>", prompt="<i>")
    for address in (change_url(track), list_url("tracks_track"), change_url(track.task)):
        text = page(boss.get(address))
        assert "<img src=x" not in text
        assert "<b></" not in text


def test_search_looks_at_words_and_ids(boss: Client) -> None:
    owl, train = make_track(title="Owl"), make_track(title="Night Train", prompt="", external_id="audio-9")
    assert listed(boss.get(list_url("tracks_track", "q=train"))) == [train.pk]
    assert listed(boss.get(list_url("tracks_track", "q=audio-9"))) == [train.pk]
    assert listed(boss.get(list_url("tracks_track", f"q=%23{owl.pk}"))) == [owl.pk]


def test_filters_by_review_and_age(boss: Client) -> None:
    old = timezone.now() - timedelta(days=40)
    good, _ = make_track(review="approved"), make_track(review="approved", received_at=old)
    make_track()
    assert listed(boss.get(list_url("tracks_track", "review=approved&received=30d"))) == [good.pk]


def archive(client: Client, *tracks: Track) -> list[str]:
    data = {"action": "archive_now", "_selected_action": [track.pk for track in tracks]}
    return messages_of(client.post(list_url("tracks_track"), data))


def test_archive_again_makes_lost_files_due(boss: Client) -> None:
    track = make_track(make_task())
    lost = make_asset(track, status="expired", error="gone")
    assert archive(boss, track) == ["success: 1 file is fetched now."]
    lost.refresh_from_db()
    assert lost.status == "pending"
    assert lost.next_attempt_at
    assert lost.next_attempt_at <= timezone.now()


def test_archive_again_of_archived_files_says_so(boss: Client) -> None:
    asset = make_archived()
    assert archive(boss, asset.track) == [
        "info: Nothing to archive: every file with a link is archived or being fetched."
    ]
    asset.refresh_from_db()
    assert asset.status == "archived"


def test_files_are_listed_by_how_they_stand(boss: Client) -> None:
    failed, expired = make_asset(status="failed"), make_asset(status="expired")
    make_asset()
    make_archived()
    assert listed(boss.get(list_url("tracks_asset", "status=failed,expired"))) == [expired.pk, failed.pk]


def test_waiting_files_are_listed_by_their_deadline(boss: Client) -> None:
    now = timezone.now()
    days = [5, 1, None, 3]
    rows = [make_asset(expires_at=day and now + timedelta(days=day)) for day in days]
    assert listed(boss.get(list_url("tracks_asset", "status=pending"))) == [rows[n].pk for n in (1, 3, 0, 2)]


def test_a_files_page_shows_its_link_without_the_signature(boss: Client) -> None:
    text = page(boss.get(change_url(make_asset())))
    assert "https://media.example/song.mp3" in text
    assert "signature" not in text.replace("without its signature", "")


def test_lines_are_found_by_their_track(boss: Client) -> None:
    track = make_whole_song()
    make_whole_song()
    found = listed(boss.get(list_url("tracks_lyricline", f"q={track.pk}")))
    assert set(found) == set(track.lines.values_list("pk", flat=True))


def test_a_file_is_found_by_its_track(boss: Client) -> None:
    track = make_whole_song()
    make_whole_song()
    found = listed(boss.get(list_url("tracks_asset", f"q={track.external_id}")))
    assert set(found) == set(Asset.objects.filter(track=track).values_list("pk", flat=True))
