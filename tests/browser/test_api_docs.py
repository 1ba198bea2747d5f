"""The page of the API's schema in a real browser."""

from __future__ import annotations

import pytest

from tests.support.browsing import Watched
from tests.support.factories import make_track
from tracks.models import Track

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_request_is_tried_out_under_our_policy(window: Watched) -> None:
    track = make_track()
    page = window.open("/api/v1/docs/")
    operation = page.locator("#operations-tracks-tracks_partial_update")
    operation.locator(".opblock-summary-control").click()
    operation.locator(".try-out__btn").click()
    operation.locator("input[placeholder=id]").fill(str(track.pk))
    operation.locator("textarea").fill('{"review": "approved"}')
    operation.locator(".execute").click()
    operation.locator(".live-responses-table .response-col_status", has_text="200").wait_for()
    assert Track.objects.get().review == "approved"
