"""axe-core finds nothing on any page, light and dark, desktop and phone, none wider than its window."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.template.loader import render_to_string

from tests.support.accessible import faults
from tests.support.browsing import Watched
from tests.support.factories import make_account, make_task, make_track
from tests.support.known_song import archive_file
from tracks.models import Event, Playlist, Task, Track
from tracks.services.playlists import add_to_playlist, create_playlist

pytestmark = pytest.mark.django_db(transaction=True)
FORM = "/tasks/new/?provider=suno&operation=generate"


def tasks_of_all_kinds(song: Track, sound: object) -> list[Task]:
    """One of each state that looks different, with long and foreign texts."""
    failed = make_task(status="failed", error_kind="content", error_message="A word was refused " * 8)
    waiting = make_task(external_id="x" * 120, params={"prompt": "雨后的街" * 40})
    make_track(waiting, status="pending", title="W" * 200, style="אור בחלון")
    unsure = make_task(status="unsure", external_id="")
    second = make_track(song.task, title="Second Song", position=1, archive="complete", rating=4)
    archive_file(second, sound)  # type: ignore[arg-type]
    night = create_playlist("Night Drive " * 12, "雨后的街 " * 40, User.objects.get())
    add_to_playlist(night.pk, [song.pk, second.pk, waiting.tracks.get().pk], User.objects.get())
    Event.objects.create(kind="task.failed", task=failed, data={})
    return [song.task, failed, waiting, unsure]


def pages(song: Track, tasks: list[Task]) -> list[str]:
    return [
        "/",
        "/?q=owls",
        "/tasks/",
        "/tasks/?status=failed",
        "/tasks/?status=bogus",
        "/tasks/?operation=video",
        *(f"/tasks/{task.pk}/" for task in tasks),
        "/tasks/new/",
        FORM,
        f"/tasks/new/?provider=suno&operation=replace-section&source={song.pk}",
        *(f"/tracks/{song.pk}/compare/{other.pk}/" for other in song.task.tracks.exclude(pk=song.pk)),
        "/providers/",
        "/playlists/",
        *(f"/playlists/{pk}/" for pk in Playlist.objects.values_list("pk", flat=True)),
        "/api/v1/docs/",
    ]


def test_axe_finds_nothing_on_any_page(window: Watched, song: Track, sound: object) -> None:
    make_account(balance="776.56", balance_unit="credits")
    found = {}
    for address in pages(song, tasks_of_all_kinds(song, sound)):
        page = window.open(address)
        page.wait_for_load_state("load")
        if "/api/" in address:
            page.locator(".opblock-summary-control").first.click()
            page.locator(".opblock-body").first.wait_for()
        found[address] = faults(page)
    assert {address: wrong for address, wrong in found.items() if wrong} == {}


def test_axe_finds_nothing_where_something_went_wrong(window: Watched, song: Track) -> None:
    page = window.open(FORM)
    page.evaluate("document.querySelector('form.order').noValidate = true")
    page.get_by_role("button", name="Send to Suno").click()
    page.get_by_text("It was not sent.").wait_for()
    found = {"a refused form": faults(page)}
    broken = render_to_string("500.html")
    page.route("**/broken/", lambda route: route.fulfill(body=broken, content_type="text/html"))
    for address in ("/broken/", "/nothing/"):
        page.goto(address)
        found[address] = faults(page)
    window.context.clear_cookies()
    page.goto("/admin/login/?next=/tasks/")
    found["login"] = faults(page)
    page.fill("#id_username", "nobody")
    page.fill("#id_password", "wrong")
    page.click("[type=submit]")
    page.locator(".error-list").wait_for()
    found["a wrong password"] = faults(page)
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
    refused = [one for one in window.complaints if "Failed to load resource" not in one]
    window.complaints[:] = refused
