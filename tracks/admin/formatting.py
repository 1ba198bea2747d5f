"""How values look in the admin: states with a colour, lengths, sizes, JSON and stored bodies as text."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

from django.contrib import admin
from django.db.models import BooleanField, DateTimeField
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from tracks.lib.redact import redact_text
from tracks.lib.unseen import shown
from tracks.models import Task
from tracks.presentation.labels import OK, StateLabel, provider_label, task_words
from tracks.presentation.times import timecode
from tracks.templatetags.pages import time_tag

NOTHING = "–"
MAX_SHOWN = 64 * 1024  # characters of one value on a page


def state(label: StateLabel) -> SafeString:
    """The word of a state with its colour; its meaning shows on hover."""
    return format_html(
        '<span class="flag" data-tone="{}" title="{}">{}</span>',
        label.tone,
        visible(label.detail),
        label.word,
    )


def state_detail(label: StateLabel) -> SafeString:
    """The word of a state with its meaning, for a page about one row."""
    return format_html(
        '{} <span class="detail">{}</span>', state(StateLabel(label.word, label.tone)), visible(label.detail)
    )


def milliseconds(count: int | None) -> str:
    """``1:36.250``; a dash where it is not known."""
    return NOTHING if count is None else f"{timecode(count)}.{count % 1000:03d}"


def size(count: int | None) -> str:
    return NOTHING if count is None else str(filesizeformat(count))


def short(text: str, most: int = 80) -> str:
    """The beginning of a text in one line, at most ``most`` characters."""
    return Truncator(" ".join(text.split())).chars(most)


def row_link(model: str, pk: int | None, text: str) -> SafeString | str:
    """A link to a row's admin page; ``model`` as in ``tracks_task``."""
    if pk is None:
        return NOTHING
    return format_html('<a href="{}">{}</a>', reverse(f"admin:{model}_change", args=[pk]), visible(text))


def task_link(task: Task | None) -> SafeString | str:
    return NOTHING if task is None else row_link("tracks_task", task.pk, f"{task_words(task)} {task.pk}")


def text_column(name: str) -> Callable[[Any, Any], str]:
    """A column of a list or page that shows a text of the row, as :func:`visible`; a dash for a blank one."""

    @admin.display(description=name.replace("_", " "))
    def column(_admin: Any, row: Any) -> str:
        return visible(getattr(row, name)) or NOTHING

    return column


def yes_or_no(value: bool | None) -> SafeString | str:
    """A switch in words; a dash where it is off or not known."""
    return state(StateLabel("yes", OK)) if value else NOTHING


def shown_value(field: Any) -> Callable[[Any], SafeString | str] | None:
    """How values of a column look everywhere; None where they look as they are."""
    if isinstance(field, DateTimeField):
        return time_tag
    if isinstance(field, BooleanField):
        return yes_or_no
    return provider_label if getattr(field, "name", "") == "provider" else None


@cache
def plain_column(field: Any) -> Callable[[Any], SafeString | str] | str:
    """The column of a list for a field of the table: its name, or what shows its values as everywhere."""
    show, name = shown_value(field), str(field.name)
    if show is None:
        return name

    @admin.display(description=str(field.verbose_name), ordering=name)
    def column(row: Any) -> SafeString | str:
        return show(getattr(row, name))

    column.__name__ = name
    return column


def visible(text: str) -> str:
    """The text with invisible characters escaped, and without keys and tokens."""
    return redact_text(shown(text))


def pretty(value: Any) -> SafeString:
    """A JSON value in a block, indented; raises RecursionError where it is nested too deeply."""
    text = ""
    # Piece by piece: deep nesting in a small body could otherwise become gigabytes of indentation.
    for piece in json.JSONEncoder(indent=2, ensure_ascii=False).iterencode(value):
        text += piece
        if len(text) > MAX_SHOWN:
            break
    return block(text)


def block(text: str) -> SafeString:
    """Untrusted text in a scrolling block; cut at MAX_SHOWN characters, with a note that says so."""
    cut = "The rest is not shown." if len(text) > MAX_SHOWN else ""
    return format_html(
        '<pre class="block" tabindex="0">{}</pre><p class="cut">{}</p>', visible(text[:MAX_SHOWN]), cut
    )


def body(raw: bytes) -> SafeString:
    """A stored body: indented where it is JSON, else as text with undecodable bytes escaped."""
    try:
        return pretty(json.loads(raw))
    except (ValueError, RecursionError):
        return block(raw.decode("utf-8", "backslashreplace"))
