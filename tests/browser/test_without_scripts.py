"""The pages of tasks and providers with scripts switched off: what they say, do and play."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browsing import Watched, log_in
from tests.support.factories import make_account, make_staff, make_task
from tracks.models import Task, Track

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def plain(browser: Browser, live_server: Any, song: Track) -> Iterator[Watched]:
    watched = Watched(browser, live_server.url, java_script_enabled=False)
    log_in(watched, make_staff())
    yield watched
    watched.context.close()


def test_tasks_are_found_read_and_resolved(plain: Watched, song: Track) -> None:
    make_task(status="failed", error_kind="content", error_message="A word was refused")
    unsure = make_task(status="unsure", external_id="")
    page = plain.open("/tasks/")
    page.get_by_label("Status").select_option("failed")
    page.get_by_role("button", name="Filter").click()
    expect(page.locator("[data-task-id]")).to_have_count(1)
    page.locator("[data-task-id] a.row-title").click()
    expect(page.get_by_text("A word was refused")).to_be_visible()
    expect(page.get_by_role("link", name="Send again with changes")).to_be_visible()
    page = plain.open(f"/tasks/{unsure.pk}/")
    page.get_by_label("The provider's id").fill("abc")
    page.get_by_role("button", name="Continue with this id").click()
    expect(page.get_by_text("The task continues with this id")).to_be_visible()
    page = plain.open(f"/tasks/{song.task_id}/")
    page.get_by_role("link", name="Play Owls at Dusk").click()
    expect(page.locator("h1")).to_contain_text("Owls at Dusk")


def test_an_order_is_refused_mended_and_sent(plain: Watched, song: Track) -> None:
    page = plain.open("/tasks/new/")
    page.get_by_role("link", name="Song").first.click()
    page.get_by_label("Description").fill("owls")
    page.get_by_text("More settings").click()
    page.get_by_label("Use of the recording").select_option("upload_cover")
    page.get_by_role("button", name="Send to TemPolor").click()
    expect(page.get_by_label("Recording", exact=True)).to_be_focused()
    expect(page.get_by_label("Description")).to_have_value("owls")
    page.get_by_label("Use of the recording").select_option("")
    page.get_by_role("button", name="Send to TemPolor").click()
    expect(page.get_by_text("Task created.")).to_be_visible()
    assert Task.objects.filter(params__prompt="owls").count() == 1
    page = plain.open(f"/tasks/new/?provider=tempolor&operation=extend&source={song.pk}")
    assert_plays(page)


def test_providers_and_failures_are_read(plain: Watched) -> None:
    make_account(balance="776.56", balance_unit="credits")
    page = plain.open("/providers/")
    expect(page.get_by_text("776.56 credits")).to_be_visible()
    expect(page.get_by_role("img", name="A callback reported the end of")).to_have_count(2)
    page.goto("/nothing/")
    expect(page.locator("h1")).to_have_text("There is nothing here")
    page = plain.open("/api/v1/docs/")
    expect(page.get_by_role("link", name="schema itself")).to_be_visible()


def assert_plays(page: Page) -> None:
    """The page has the browser's own player, with a sound."""
    player = page.locator("audio[controls][src]")
    expect(player).to_be_visible()
