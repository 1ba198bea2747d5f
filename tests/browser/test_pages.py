"""Every page in a real browser: at peace with its policy, fit for a phone, of use without scripts."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browsing import Watched, log_in
from tests.support.factories import make_staff, make_task, make_track
from tests.support.known_song import LINES
from tracks.models import CatalogueEntry, Task, Track

pytestmark = pytest.mark.django_db(transaction=True)


NAMELESS = """() => {
  const controls = "button, a[href], input:not([type=hidden]), select, textarea, summary";
  const has_name = (one) => one.ariaLabel || one.textContent.trim() || one.labels?.length;
  return [...document.querySelectorAll(controls)]
    .filter((one) => one.checkVisibility() && !one.closest("[aria-hidden=true]") && !has_name(one))
    .map((one) => one.outerHTML);
}"""


def addresses(song: Track) -> list[str]:
    CatalogueEntry.objects.create(provider="suno", kind="model", name="V5")
    failed = make_task(status="failed", error_kind="content", error_message="A word was refused " * 8)
    unsure = make_task(status="unsure", external_id="")
    waiting = make_track(
        make_task(external_id="x" * 120), status="pending", title="W" * 200, style="雨后的街" * 40
    )
    return [
        "/",
        "/?q=owls&status=ready",
        f"/tracks/{song.pk}/",
        f"/tracks/{waiting.pk}/",
        "/tasks/",
        f"/tasks/{failed.pk}/",
        f"/tasks/{unsure.pk}/",
        f"/tasks/{waiting.task_id}/",
        "/providers/",
        "/tasks/new/",
        "/tasks/new/?provider=suno&operation=generate",
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 800, 360])
def test_every_page_fits_and_asks_nobody_else(window: Watched, song: Track, width: int, scheme: Any) -> None:
    page = window.page
    page.set_viewport_size({"width": width, "height": 740})
    page.emulate_media(color_scheme=scheme)
    for address in addresses(song):
        window.open(address)
        page.wait_for_load_state("load")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_every_control_has_a_name(window: Watched, song: Track) -> None:
    for address in addresses(song):
        page = window.open(address)
        nameless = page.evaluate(NAMELESS)
        assert nameless == [], address


def test_without_scripts_the_song_is_read_and_played(browser: Browser, live_server: Any, song: Track) -> None:
    watched = Watched(browser, live_server.url, java_script_enabled=False)
    log_in(watched, make_staff())
    page = watched.open(f"/tracks/{song.pk}/")
    expect(page.locator("audio#player[controls]")).to_be_visible()
    expect(page.get_by_role("button", name="Play", exact=True)).not_to_be_visible()
    for text, _, _ in LINES:
        expect(page.get_by_text(text, exact=True)).to_be_visible()
    for part in ("Family", "Files", "History"):
        expect(page.get_by_role("heading", name=part)).to_be_visible()
    page.get_by_role("contentinfo", name="Player").get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Approved.", exact=True)).to_be_visible()
    page = watched.open("/")
    page.get_by_role("link", name="Play Owls at Dusk").click()
    expect(page.locator("h1")).to_have_text("Owls at Dusk")
    page = watched.open("/tasks/")
    page.get_by_label("Status").select_option("failed")
    page.get_by_role("button", name="Filter").click()
    expect(page.get_by_role("heading", name="Nothing matches")).to_be_visible()
    watched.context.close()


def test_the_sound_is_asked_for_in_ranges(window: Watched, song: Track) -> None:
    with window.page.expect_response(lambda answer: "/media/audio" in answer.url) as answer:
        window.open(f"/tracks/{song.pk}/")
    assert answer.value.status == 206


def test_the_colours_are_chosen_and_stay_chosen(window: Watched, song: Track) -> None:
    page = window.open("/")
    page.locator(".me summary").click()
    button = page.locator("[data-theme-switch]")
    for scheme in ("light", "dark"):
        button.click()
        expect(button).to_have_text(f"Theme: {scheme}")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    window.open(f"/tracks/{song.pk}/")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark


def test_counters_count_characters_as_the_server_does(window: Watched) -> None:
    page = window.open("/tasks/new/?provider=tempolor&operation=generate")
    page.get_by_label("Description").fill("🦉 owls\nand mice")
    expect(page.locator("output[for='id_p-prompt']")).to_have_text("15 of 1,000")


def test_an_impatient_sender_makes_one_task(window: Watched) -> None:
    page = window.open("/tasks/new/?provider=tempolor&operation=generate")
    page.get_by_label("Description").fill("owls dance")
    page.get_by_role("button", name="Send to TemPolor").dblclick()
    expect(page.locator("h1")).to_contain_text("Task")
    assert Task.objects.count() == 1


def test_a_tasks_page_follows_its_task(window: Watched) -> None:
    task = make_task(status="running")
    page = window.open(f"/tasks/{task.pk}/")
    expect(page.get_by_text("The provider has accepted it and has not finished.")).to_be_visible()
    Task.objects.update(status="overdue", gave_up_at=task.created_at)
    expect(page.get_by_text("The provider has not finished it in time.")).to_be_visible()


def test_the_first_tab_stop_leads_past_the_menu(window: Watched, song: Track) -> None:
    page = window.open("/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
