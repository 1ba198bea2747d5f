"""The pages show only what a role may do, and say so to staff without a role."""

from __future__ import annotations

import pytest

from tests.support.clients import session_client
from tests.support.factories import make_staff, make_task
from tests.support.html import Page
from tests.support.songs import make_song

pytestmark = pytest.mark.django_db
REVIEWS = ["Approve", "Save the general note", "Change the title"]
ORDERS = ["Make from this", "Archive again"]


@pytest.mark.parametrize(
    ("role", "shown", "hidden"),
    [
        ("viewer", [], [*REVIEWS, *ORDERS]),
        ("curator", REVIEWS, ORDERS),
        ("operator", [*REVIEWS, *ORDERS], []),
        ("admin", [*REVIEWS, *ORDERS], []),
    ],
)
def test_a_song_shows_the_buttons_of_the_role(role: str, shown: list[str], hidden: list[str]) -> None:
    song = make_song()
    type(song).objects.filter(pk=song.pk).update(archive="incomplete")
    words = Page(session_client(make_staff(role=role)).get(f"/tracks/{song.pk}/")).words
    assert [text for text in shown if text not in words] == []
    assert [text for text in hidden if text in words] == []


def test_a_viewer_reads_rating_and_notes() -> None:
    song = make_song(rating=4, notes="Too loud at the end")
    page = Page(session_client(make_staff(role="viewer")).get(f"/tracks/{song.pk}/"))
    assert "Too loud at the end" in page.words
    assert "4 of 5 stars" in page.words


@pytest.mark.parametrize(
    ("status", "buttons"),
    [("running", ["Poll now"]), ("unsure", ["Send again", "Give it up"]), ("failed", [])],
)
def test_a_task_shows_its_buttons_to_operators_only(status: str, buttons: list[str]) -> None:
    task = make_task(status=status)
    viewer, operator = (make_staff(role, role) for role in ("viewer", "operator"))
    seen = Page(session_client(viewer).get(f"/tasks/{task.pk}/"))
    assert not any(text in seen.words for text in [*buttons, "Send again with changes", "Resolve it"])
    assert all(text in Page(session_client(operator).get(f"/tasks/{task.pk}/")).words for text in buttons)


@pytest.mark.parametrize("address", ["/", "/tasks/", "/providers/"])
def test_no_list_offers_a_viewer_to_order(address: str) -> None:
    assert "/tasks/new/" not in Page(session_client(make_staff(role="viewer")).get(address)).html


def test_staff_without_a_role_are_told_who_gives_one() -> None:
    page = Page(session_client(make_staff(role="")).get("/"), status=403)
    assert "You may not look at songs and tasks" in page.words
    assert "somebody with the role admin can give you one" in page.words
