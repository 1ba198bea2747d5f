"""How values are written on the admin's pages, whatever they are."""

from __future__ import annotations

import html
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracks.admin import formatting
from tracks.admin.id_search import our_id

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.binary() | values.map(lambda value: json.dumps(value).encode()))
def test_any_body_becomes_text_that_can_be_sent_and_holds_no_markup(raw: bytes) -> None:
    text = formatting.body(raw)
    text.encode()
    inside = text.removeprefix('<pre class="block" tabindex="0">').removesuffix('</pre><p class="cut"></p>')
    assert "<" not in inside
    assert "\x00" not in text


@given(values)
def test_a_value_can_be_read_back_from_the_page(value: Any) -> None:
    text = formatting.pretty(value)
    displayed = html.unescape(text.split(">", 1)[1].rsplit("</pre>", 1)[0])
    assert json.dumps(json.loads(displayed)) == json.dumps(value)


@pytest.mark.parametrize(
    "text",
    [
        "https://songs.example/callbacks/suno/12-abc.Sig_nature/",
        "http://localhost:8000/callbacks/tempolor/12-abc.Sig_nature",
        '{"url": "https:\\/\\/songs.example\\/callbacks\\/suno\\/12-abc.Sig_nature\\/"}',
    ],
)
def test_callback_tokens_are_left_out(text: str) -> None:
    assert "abc" not in formatting.visible(text)
    assert "callbacks" in formatting.visible(text)


@pytest.mark.parametrize("text", ["a\u202eb", "a\x00b", "a\ud800b", "a\x1b[31mb", "a\u2066b"])
def test_invisible_characters_are_escaped(text: str) -> None:
    assert formatting.visible(text).startswith("a\\u")
    formatting.visible(text).encode()


def test_line_breaks_and_letters_of_any_script_stay() -> None:
    assert formatting.visible("猫\nélan\t🎵") == "猫\nélan\t🎵"


@pytest.mark.parametrize(("ms", "text"), [(None, "–"), (0, "0:00.000"), (61_005, "1:01.005")])
def test_times_of_lyrics_are_exact_to_the_millisecond(ms: int | None, text: str) -> None:
    assert formatting.milliseconds(ms) == text


@pytest.mark.parametrize(
    ("term", "number"),
    [
        ("12", 12),
        (" #12 ", 12),
        ("#", None),
        ("1a", None),
        ("-1", None),
        ("²", None),
        ("9" * 19, None),
        ("9" * 40, None),
    ],
)
def test_our_ids_in_a_search(term: str, number: int | None) -> None:
    assert our_id(term) == number
