"""A file's page in the admin."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.support.admin_rows import change_url
from tests.support.html import Page
from tests.support.songs import make_song

pytestmark = pytest.mark.django_db
SECTION = "Bytes that were not accepted"


def test_a_page_speaks_of_refused_bytes_only_where_there_are_some(boss: Client) -> None:
    asset = make_song().assets.all()[0]
    assert SECTION not in Page(boss.get(change_url(asset))).words
    asset.refused_file, asset.refused_reason = "0000/1-refused.mp3", "It is a text."
    asset.save()
    words = Page(boss.get(change_url(asset))).words
    assert SECTION in words
    assert "It is a text." in words
