"""How values look in the admin: words with a colour, times in words, JSON and stored bodies as text."""

from __future__ import annotations

import json
import re
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from tracks.presentation.labels import StateLabel
from tracks.presentation.times import clock

NOTHING = "–"
MOST_SHOWN = 64 * 1024  # characters of one value on a page

# Control characters, lone surrogates (they cannot be sent as UTF-8), and the marks that turn the direction
# of writing, with which a text can look like another (https://trojansource.codes/).
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# The slashes may be escaped, as some write JSON.
_CALLBACK_TOKEN = re.compile(r"(/callbacks\\?/[^/\s\"\\]+\\?/)[^/\s\"?\\]+")


def state(one: StateLabel) -> SafeString:
    """A status as a word with a colour; what it means is said on hover."""
    return format_html('<span class="word {}" title="{}">{}</span>', one.tone, visible(one.says), one.word)


def state_said(one: StateLabel) -> SafeString:
    """A status with its meaning, for a page about one row."""
    return format_html(
        '{} <span class="says">{}</span>', state(StateLabel(one.word, one.tone)), visible(one.says)
    )


def milliseconds(count: int | None) -> str:
    """``1:36.250``; a dash where it is not known."""
    return NOTHING if count is None else f"{clock(count)}.{count % 1000:03d}"


def size(count: int | None) -> str:
    return NOTHING if count is None else str(filesizeformat(count))


def short(text: str, most: int = 80) -> str:
    """The beginning of a text, in one line."""
    return Truncator(" ".join(text.split())).chars(most)


def row_link(model: str, pk: int | None, text: str) -> SafeString | str:
    """A link to a row's admin page; ``model`` as in ``tracks_task``."""
    if pk is None:
        return NOTHING
    return format_html('<a href="{}">{}</a>', reverse(f"admin:{model}_change", args=[pk]), text)


def visible(text: str) -> str:
    """The text with what cannot be seen written out, and without callback tokens."""
    spelled = _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return _CALLBACK_TOKEN.sub(r"\1…", spelled)


def pretty(value: Any) -> SafeString:
    """A JSON value in a block, indented; raises RecursionError where it is nested too deeply."""
    text = ""
    # Piece by piece: deep nesting in a small body could otherwise become gigabytes of indentation.
    for piece in json.JSONEncoder(indent=2, ensure_ascii=False).iterencode(value):
        text += piece
        if len(text) > MOST_SHOWN:
            break
    return block(text)


def block(text: str) -> SafeString:
    """Text of any origin in a scrolling block, cut at MOST_SHOWN with a word about it."""
    cut = "The rest is not shown." if len(text) > MOST_SHOWN else ""
    return format_html(
        '<pre class="block" tabindex="0">{}</pre><p class="cut">{}</p>', visible(text[:MOST_SHOWN]), cut
    )


def body(raw: bytes) -> SafeString:
    """A stored body: indented where it is JSON, else as text with the odd bytes written out."""
    try:
        return pretty(json.loads(raw))
    except (ValueError, RecursionError):
        return block(raw.decode("utf-8", "backslashreplace"))
