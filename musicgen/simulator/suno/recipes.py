"""The sound of a Suno task's takes: how each operation makes them from lyrics and from recordings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from musicgen.simulator import steering
from musicgen.simulator.music.songbook import Piece, Recipe, Theme, recipe, sung
from musicgen.simulator.music.tunes import compose, spliced

Body = dict[str, Any]


@dataclass(frozen=True)
class TakeOrder:
    """Which take is wanted. `recording`: the music that it is made from, where it is known here."""

    body: Body
    take: int
    recording: Recipe | None
    book: tuple[Theme, ...]


@dataclass(frozen=True)
class Sound:
    """A take as it is delivered, and the file of its `source_audio_url`."""

    made: Recipe
    source: Recipe


def sound(operation: str, order: TakeOrder) -> Sound:
    """One take, as the operation makes it."""
    return _MAKERS.get(operation, _song)(order)


def requested_style(body: Body) -> str:
    """The style of the request, which some operations call tags."""
    return steering.without(body.get("style") or body.get("tags") or "")


def _words(order: TakeOrder, *, is_lyric: bool, instrumental: bool, take: int) -> Recipe:
    prompt = steering.without(order.body.get("prompt") or "")
    hints = f"{requested_style(order.body)} {prompt}"
    return recipe(hints, prompt if is_lyric else "", instrumental=instrumental, take=take, book=order.book)


def _song(order: TakeOrder) -> Sound:
    """The prompt is the lyric in custom mode."""
    own, instrumental = bool(order.body.get("customMode")), bool(order.body.get("instrumental"))
    made = _words(order, is_lyric=own, instrumental=instrumental, take=order.take)
    return Sound(made, made)


def _upload_cover(order: TakeOrder) -> Sound:
    """The recording's lyric in another style."""
    made, body, recording = _song(order).made, order.body, order.recording
    if recording and recording.text and not body.get("customMode") and not body.get("instrumental"):
        made = replace(made, text=recording.text)
    return Sound(made, recording or replace(made, take=order.take + 10))


def _extend(order: TakeOrder) -> Sound:
    """The recording up to `continueAt`, then new lines; without own parameters in the recording's style."""
    body, take, recording = order.body, order.take, order.recording
    own = bool(body.get("defaultParamFlag"))
    voice = recording.voice if recording else True
    instrumental = bool(body.get("instrumental", not voice))
    new = _words(order, is_lyric=own, instrumental=instrumental, take=take + 2)
    if recording and not own:
        prompt = steering.without(body.get("prompt") or "")
        text = (sung(prompt) or sung(recording.theme.text)) if voice else ()
        new = Recipe(recording.theme, take + 2, text, voice)
    source = recording or replace(new, take=take + 10, text=new.text[: len(new.text) // 2])
    end = body.get("continueAt") or compose(source).duration
    return Sound(spliced(Piece(source, 0, end), Piece(new)), source)


def _add_vocals(order: TakeOrder) -> Sound:
    """The prompt is the lyric when it has several lines."""
    is_lyric = "\n" in (order.body.get("prompt") or "")
    made, recording = _words(order, is_lyric=is_lyric, instrumental=False, take=order.take), order.recording
    made = replace(made, theme=recording.theme) if recording else made
    return Sound(made, recording or replace(made, voice=False))


def _add_instrumental(order: TakeOrder) -> Sound:
    """The recording is a voice; where it is not known here, one that fits the title."""
    hints, recording = f"{requested_style(order.body)} {order.body.get('title') or ''}", order.recording
    made = recipe(hints, "", instrumental=False, take=order.take, book=order.book)
    made = replace(made, text=recording.text) if recording and recording.text else made
    return Sound(made, recording or replace(made, parts=("voice",)))


def _replace_section(order: TakeOrder) -> Sound:
    """The same lyric in another take, within the section alone."""
    recording = order.recording
    assert recording
    other = replace(recording, take=recording.take + 5, pieces=())
    start, end = float(order.body["infillStartS"]), float(order.body["infillEndS"])
    made = spliced(Piece(recording, 0, start), Piece(other, start, end), Piece(recording, end))
    return Sound(made, recording)


_MAKERS: dict[str, Callable[[TakeOrder], Sound]] = {
    "upload-cover": _upload_cover,
    "extend": _extend,
    "upload-extend": _extend,
    "add-vocals": _add_vocals,
    "add-instrumental": _add_instrumental,
    "replace-section": _replace_section,
}
