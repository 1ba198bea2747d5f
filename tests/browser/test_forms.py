"""The form of an operation in a real browser: counters, needs and the preview follow what is typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import Group, User
from playwright.sync_api import expect

from tests.support.browsing import Watched
from tests.support.factories import make_task, make_track
from tests.support.known_song import archive_file
from tracks.models import Task, Track

pytestmark = pytest.mark.django_db(transaction=True)
SONG = "/tasks/new/?provider=suno&operation=generate"
# A link that the page does not have, followed as one that it has.
FOLLOW = """(address) => {
  const link = Object.assign(document.createElement("a"), { href: address });
  document.querySelector("main").append(link);
  link.click();
}"""


def test_the_counter_follows_the_chosen_model_and_mode(window: Watched) -> None:
    page = window.open(SONG)
    count = page.locator("output[for='id_p-prompt']")
    page.get_by_label("Lyrics or description").fill("né" * 5)
    expect(count).to_have_text("10 of 5,000")
    page.get_by_label("Model", exact=True).fill("V4")
    expect(count).to_have_text("10 of 3,000")
    page.get_by_label("My own words and style").uncheck()
    expect(count).to_have_text("10 of 500")
    page.get_by_label("Lyrics or description").fill("x" * 501)
    expect(count).to_have_class("count is-over")


def test_what_is_needed_follows_the_mode(window: Watched) -> None:
    page = window.open(SONG)
    title, prompt = page.get_by_label("Title"), page.get_by_label("Lyrics or description")
    for field in (title, prompt):
        expect(field).to_have_attribute("required", "")
    page.get_by_label("Instrumental").check()
    expect(prompt).not_to_have_attribute("required", "")
    expect(page.locator("[data-for='id_p-prompt']")).to_have_text("optional")
    page.get_by_label("My own words and style").uncheck()
    expect(title).not_to_have_attribute("required", "")
    expect(prompt).to_have_attribute("required", "")


def test_gone_back_to_it_is_as_it_was_left(window: Watched) -> None:
    page = window.open(SONG)
    page.get_by_label("My own words and style").uncheck()
    page.get_by_label("Lyrics or description").fill("[Verse]\nOwls")
    page.get_by_role("button", name="Send to Suno").click()
    page.wait_for_url("**/tasks/*/")
    page.go_back()
    expect(page.get_by_label("Lyrics or description")).to_have_value("[Verse]\nOwls")
    expect(page.locator("output[for='id_p-prompt']")).to_have_text("12 of 500")
    expect(page.get_by_label("Title")).not_to_have_attribute("required", "")
    expect(page.locator("[data-preview='id_p-prompt']")).to_be_visible()


def test_gone_back_to_and_sent_again_it_makes_no_second_task(window: Watched) -> None:
    page = window.open("/tasks/new/?provider=suno&operation=lyrics")
    send = page.get_by_role("button", name="Send to Suno")
    page.get_by_label("Description").fill("a harbour")
    send.click()
    page.wait_for_url("**/tasks/*/")
    page.go_back()
    send.click()
    expect(page.get_by_text("This was already sent; this is its task.")).to_be_visible()
    assert Task.objects.count() == 1


def test_the_lyrics_are_shown_as_they_will_be_sung(window: Watched) -> None:
    page = window.open(SONG)
    preview = page.locator("[data-preview='id_p-prompt']")
    expect(preview).to_be_hidden()
    page.get_by_label("Lyrics or description").fill(
        "[Verse]\nOwls <b>dance</b>\n【副歌】[Hook] Stars\n\n[not] a [tag"
    )
    expect(preview.get_by_role("heading")).to_have_text(["Verse", "副歌", "Hook", "not"])
    expect(preview.get_by_role("paragraph")).to_have_text(["Owls <b>dance</b>", "Stars", "a [tag"])
    page.get_by_label("Lyrics or description").fill("a description")
    expect(preview).to_be_hidden()


def test_the_place_can_be_taken_from_the_player(window: Watched, song: Track) -> None:
    page = window.open(f"/tasks/new/?provider=tempolor&operation=extend&source={song.pk}")
    page.wait_for_function("() => document.querySelector('#player').readyState >= 1")
    page.evaluate("document.querySelector('#player').currentTime = 12.34")
    page.get_by_role("button", name="Take the player's position").click()
    expect(page.get_by_label("From second")).to_have_value("12.3")


def test_a_place_in_another_song_is_not_taken(window: Watched, song: Track, sound: Path) -> None:
    other = make_track(
        make_task(provider="tempolor", operation="generate"), title="Other Song", archive="complete"
    )
    archive_file(other, sound)
    page = window.open(f"/tracks/{song.pk}/")
    page.wait_for_function("() => document.querySelector('#player').readyState >= 1")
    page.keyboard.press(" ")
    page.wait_for_function("() => !document.querySelector('#player').paused")
    page.evaluate(FOLLOW, f"/tasks/new/?provider=tempolor&operation=extend&source={other.pk}")
    page.get_by_role("button", name="Take the player's position").click()
    expect(page.get_by_text("The player holds another song.")).to_be_visible()
    expect(page.get_by_label("From second")).to_have_value("")


def test_a_refused_form_keeps_what_was_typed_and_its_errors_take_the_focus(window: Watched) -> None:
    page = window.open(SONG)
    page.get_by_label("Lyrics or description").fill("x" * 501)
    page.get_by_label("My own words and style").uncheck()
    page.get_by_role("button", name="Send to Suno").click()
    faults = page.get_by_role("group", name="It was not sent.")
    expect(page.get_by_label("Lyrics or description")).to_be_focused()
    expect(page.get_by_label("Lyrics or description")).to_have_value("x" * 501)
    page.get_by_label("Title").focus()
    faults.get_by_role("link", name="Lyrics or description").click()
    expect(page.get_by_label("Lyrics or description")).to_be_focused()
    page.get_by_label("Lyrics or description").fill("owls")
    page.get_by_role("button", name="Send to Suno").click()
    expect(page.locator("h1")).to_contain_text("Task")
    window.complaints[:] = [one for one in window.complaints if "400 (Bad Request)" not in one]


def test_what_was_typed_stays_where_the_server_cannot_take_it(window: Watched, song: Track) -> None:
    page = window.open(f"/tasks/new/?provider=suno&operation=extend&source={song.pk}")
    page.get_by_label("Title").fill("Owls at Dawn")
    song.delete()
    page.get_by_role("button", name="Send to Suno").click()
    expect(page.locator(".notice")).to_contain_text("The server could not do this (404).")
    expect(page.get_by_label("Title")).to_have_value("Owls at Dawn")
    window.complaints[:] = [one for one in window.complaints if "404" not in one]


def test_a_filter_that_was_chosen_keeps_the_focus(window: Watched) -> None:
    make_task(status="failed")
    page = window.open("/tasks/")
    page.get_by_label("Status").select_option("failed")
    page.wait_for_url("**/tasks/?status=failed")
    expect(page.get_by_label("Status")).to_be_focused()
    page.get_by_role("link", name="Any status").click()
    page.wait_for_url("**/tasks/")
    expect(page.get_by_label("Status")).to_have_value("")


def test_what_was_typed_comes_back_after_a_login(window: Watched) -> None:
    page = window.open("/tasks/new/?provider=suno&operation=lyrics")
    page.get_by_label("Description").fill("a harbour,\nwith gulls")
    window.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Send to Suno").click()
    expect(page.get_by_role("heading", name="You were logged out")).to_be_visible()
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill("listen closely")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_text("with gulls")).to_be_visible()
    # A login in another tab makes this page's token an old one.
    window.context.clear_cookies(name="csrftoken")
    page.context.request.get("/tasks/")
    page.get_by_role("button", name="Send it again").click()
    expect(page.get_by_text("The page was open for too long")).to_be_visible()
    page.get_by_role("button", name="Send it again").click()
    expect(page.get_by_text("Task created.")).to_be_visible()
    assert Task.objects.get().params["prompt"] == "a harbour,\nwith gulls"
    window.complaints[:] = [one for one in window.complaints if "403" not in one and "401" not in one]


def test_a_form_that_a_role_may_not_send_says_which_role_may(window: Watched) -> None:
    page = window.open("/tasks/new/?provider=suno&operation=lyrics")
    page.get_by_label("Description").fill("a harbour")
    User.objects.get().groups.set([Group.objects.get(name="viewer")])
    page.get_by_role("button", name="Send to Suno").click()
    expect(page.locator(".notice")).to_contain_text("Your role is viewer. What you typed is still here.")
    expect(page.get_by_label("Description")).to_have_value("a harbour")
    window.complaints[:] = [one for one in window.complaints if "403" not in one]
