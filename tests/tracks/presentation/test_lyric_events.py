"""What the history says of edited lyrics, and that pages show lines at the times of the offset."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.support.factories import make_lines, make_task, make_track
from tracks.models import Event
from tracks.presentation.event_text import describe_event
from tracks.presentation.player_song import player_song
from tracks.queries.lyric_hits import lyric_hits


@pytest.mark.parametrize(
    ("kind", "data", "title", "detail"),
    [
        (
            "lyrics_edited",
            {"by": "ada", "version": 2, "based_on": "provider", "note": "As sung."},
            "ada edited the lyrics of the song",
            "Version 2, made from the provider's version. As sung.",
        ),
        (
            "lyrics_chosen",
            {"by": "ada", "from": 2, "to": "provider"},
            "ada chose other lyrics of the song",
            "Now the provider's version is shown; before it was version 2.",
        ),
        (
            "lyrics_offset",
            {"by": "ada", "from": 0.0, "to": -0.25},
            "ada moved the lyrics of the song against the music",
            "They were shown at their own times, and are now shown 0.25 seconds earlier.",
        ),
        (
            "lyrics",
            {"timing": "word", "shown": False},
            "Other lyrics came from the provider, timed by word",
            "The edited lyrics stay shown. The provider's are kept, and can be restored.",
        ),
    ],
)
def test_each_event_says_what_became_of_the_lyrics(
    kind: str, data: dict[str, Any], title: str, detail: str
) -> None:
    _, *words = describe_event(Event(kind=f"track.{kind}", data=data), with_title=False)
    assert words == [title, detail]


@pytest.mark.django_db
def test_pages_have_the_offset_in_the_times_of_lines(staff: Client) -> None:
    track = make_track(make_task(), lyrics_offset_ms=-500)
    make_lines(track, ("Owls dance", 1000, 3000))
    page = staff.get(f"/tracks/{track.pk}/").content.decode()
    assert 'data-start="0.5" data-end="2.5"' in " ".join(page.split())
    assert lyric_hits([track.pk], "owls")[track.pk].start_ms == 500
    assert [(line["start"], line["end"]) for line in player_song(track)["lines"]] == [(0.5, 2.5)]
