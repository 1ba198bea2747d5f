"""The admin in a real browser: its policy forbids nothing that its pages do, and its forms work."""

from __future__ import annotations

import io
import re
import struct
import wave
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from playwright.sync_api import Browser, expect

from callbacks.models import CallbackEvent
from tests.support.accessible import assert_accessible, faults
from tests.support.admin_rows import change_url, list_url, make_archived, make_callback, make_whole_song
from tests.support.browsing import Watched
from tests.support.factories import make_superuser, make_task
from tracks.models import ApiToken, Task, Track, Worker
from tracks.services.review import edit

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def song(db: None) -> Track:
    make_superuser("boss")
    make_task(status="unsure", external_id="")
    make_callback(body=b'{"code": 200}', outcome="parked")
    Worker.objects.create(name="host:1")
    return make_whole_song(status="failed", error_kind="content", error_message="Refused words")


@pytest.fixture
def window(browser: Browser, live_server: Any, song: Track) -> Iterator[Watched]:
    watched = Watched(browser, live_server.url)
    log_in(watched)
    yield watched
    assert watched.complaints == []
    watched.context.close()


def log_in(window: Watched) -> None:
    page = window.open("/admin/login/?next=/admin/")
    page.fill("#id_username", "boss")
    page.fill("#id_password", "listen closely")
    page.click("[type=submit]")
    expect(page).to_have_url(f"{window.address}/admin/")


def test_a_violation_would_be_noticed(window: Watched) -> None:
    window.open("/admin/").evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">')"
    )
    expect(window.page.locator("p").last).to_be_attached()
    assert any("CSP style-src-attr" in text for text in window.complaints)
    window.complaints.clear()


def test_the_theme_can_be_switched(window: Watched) -> None:
    page = window.open("/admin/")
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.click(".me summary")
    page.click("[data-theme-switch]", click_count=2)
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    window.open("/admin/tracks/track/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before


def test_a_review_is_saved(window: Watched, song: Track) -> None:
    page = window.open(change_url(song))
    page.select_option("#id_review", "approved")
    page.fill("#id_rating", "5")
    page.click("input[name=_save]")
    expect(page.locator(".messages")).to_contain_text("was changed successfully")
    assert Track.objects.get(pk=song.pk).rating == 5


def test_a_task_is_polled_from_the_list(window: Watched) -> None:
    task = make_task()
    page = window.open(list_url("tracks_task"))
    page.check(f"input[name=_selected_action][value='{task.pk}']")
    page.click("[data-action=poll_now]")
    expect(page.locator(".messages")).to_contain_text("1 task is polled now")
    assert Task.objects.get(pk=task.pk).next_poll_at


def test_a_number_leads_to_its_rows(window: Watched) -> None:
    page = window.open("/admin/")
    page.get_by_role("link", name="Settle").click()
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    expect(page.locator("#changelist-filter .chip.is-on")).to_have_text(re.compile(r"Status\s+unsure"))


def test_a_token_is_made_for_a_user_from_a_popup(window: Watched) -> None:
    page = window.open("/admin/tracks/apitoken/add/")
    with page.expect_popup() as opened:
        page.click("#add_id_user")
    popup = opened.value
    popup.fill("#id_username", "newcomer")
    popup.fill("#id_password1", "a quiet harbour")
    popup.fill("#id_password2", "a quiet harbour")
    with popup.expect_event("close"):
        popup.click("input[name=_save]")
    page.select_option("#id_user", label="boss")
    page.click("input[name=_save]")
    expect(page.locator("#api-token")).to_have_text(re.compile(r"^[\w-]{40,}$"))
    assert ApiToken.objects.get().user.get_username() == "boss"


def test_a_token_is_revoked(window: Watched) -> None:
    ApiToken.issue(User.objects.get().pk)
    page = window.open(list_url("tracks_apitoken"))
    page.check("#action-toggle")
    page.click("[data-action=delete_selected]")
    page.click("input[type=submit]")
    expect(page.locator(".messages")).to_contain_text("Successfully deleted 1 API token")


def silence(seconds: int) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(struct.pack("<h", 0) * 8000 * seconds)
    return file.getvalue()


def test_our_copy_is_played(window: Watched, song: Track) -> None:
    place = settings.MEDIA_ROOT / "0000/silence.wav"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(silence(2))
    make_archived(
        song, kind="audio_hi", file="0000/silence.wav", content_type="audio/wav", bytes=len(silence(2))
    )
    page = window.open(change_url(song))
    player = page.locator("audio").last
    player.evaluate("audio => audio.play()")
    expect(player).to_have_js_property("duration", 2)


def everything(window: Watched) -> list[str]:
    """Every list, a form of each table that has rows, every form for a new row, and the pages around them."""
    page = window.open("/admin/")
    paths = "links => links.map(link => link.pathname)"
    lists = page.locator("#content-main section:not(:last-child) li > a:first-child").evaluate_all(paths)
    adds = page.locator("#content-main li > a.ib").evaluate_all(paths)
    rows = []
    for address in lists:
        rows += window.open(address).locator("#result_list tbody th a").evaluate_all(paths)[:1]
    track, token = Track.objects.get(), ApiToken.objects.get()
    around = [
        change_url(track).replace("change", "history"),
        change_url(token).replace("change", "delete"),
        change_url(User.objects.get()).replace("change", "password"),
        "/admin/auth/user/add/?_popup=1",
        "/admin/password_change/",
        "/admin/tracks/",
    ]
    return ["/admin/", *lists, *adds, *rows, *around]


def representative(track: Track) -> set[str]:
    """Pages that look different from each other; all others are made of the same parts."""
    user, callback = User.objects.get(), CallbackEvent.objects.filter(task=track.task).latest("pk")
    lists = {list_url("tracks_track"), list_url("callbacks_callbackevent")}
    forms = {change_url(row) for row in (track, user, callback)}
    return {"/admin/", *lists, *forms}


def test_every_page_is_at_peace_with_its_policy_and_with_axe(window: Watched, song: Track) -> None:
    ApiToken.issue(User.objects.get().pk)
    make_callback(song.task, body=b"x" * 300, outcome="mismatch")
    make_task(status="failed", external_id="x" * 120, error_kind="content", error_message="Refused " * 30)
    pages = everything(window)
    assert len(pages) >= 40
    in_all_forms = representative(song)
    found = {address: faults(window.open(address)) for address in in_all_forms}
    # What faults() leaves: a dark page on a phone, where most can go wrong.
    found |= {address: faults_of_phone(window, address) for address in pages if address not in in_all_forms}
    assert {address: wrong for address, wrong in found.items() if wrong} == {}


def faults_of_phone(window: Watched, address: str) -> list[str]:
    page = window.open(address)
    assert_accessible(page)
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [f"{wide} px too wide"] if wide > 0 else []


def test_a_form_that_somebody_changed_meanwhile_comes_back_with_both_texts(
    window: Watched, song: Track
) -> None:
    page = window.open(change_url(song))
    edit(song.pk, {"notes": "Theirs"}, "ada")
    page.fill("#id_notes", "Mine")
    page.click("input[name=_save]")
    expect(page.locator("#id_notes")).to_be_focused()
    expect(page.locator(".field-notes .errorlist")).to_contain_text("to: “Theirs”.")
    expect(page.locator("#id_notes")).to_have_value("Mine")
    assert faults(page) == []


def test_keys_and_menus(window: Watched) -> None:
    page = window.open(list_url("tracks_task"))
    page.keyboard.press("/")
    expect(page.locator("#searchbar")).to_be_focused()
    page.locator("#changelist-filter summary").first.press("Enter")
    expect(page.locator("#changelist-filter .menu").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#changelist-filter .menu").first).to_be_hidden()
    expect(page.locator("#changelist-filter summary").first).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator("[data-keys-help]")).to_be_visible()
