"""The sound of a Suno task's takes: how each operation makes them from lyrics and from recordings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from musicgen.simulator import steering
from musicgen.simulator.music.songbook import Piece, Recipe, recipe, sung
from musicgen.simulator.music.tunes import compose, spliced

Body = dict[str, Any]


@dataclass(frozen=True)
class Sound:
    """A take as it is delivered, and the file of its `source_audio_url`."""

    made: Recipe
    source: Recipe


def sound(operation: str, body: Body, take: int, recording: Recipe | None) -> Sound:
    """One take. `recording`: the music that it is made from, where it is known here."""
    return _MAKERS.get(operation, _song)(body, take, recording)


def requested_style(body: Body) -> str:
    """The style of the request, which some operations call tags."""
    return steering.without(body.get("style") or body.get("tags") or "")


def _words(body: Body, *, is_lyric: bool, instrumental: bool, take: int) -> Recipe:
    prompt = steering.without(body.get("prompt") or "")
    hints = f"{requested_style(body)} {prompt}"
    return recipe(hints, prompt if is_lyric else "", instrumental=instrumental, take=take)


def _song(body: Body, take: int, recording: Recipe | None) -> Sound:
    """The prompt is the lyric in custom mode."""
    own = bool(body.get("customMode"))
    made = _words(body, is_lyric=own, instrumental=bool(body.get("instrumental")), take=take)
    return Sound(made, made)


def _upload_cover(body: Body, take: int, recording: Recipe | None) -> Sound:
    """The recording's lyric in another style."""
    made = _song(body, take, None).made
    if recording and recording.text and not body.get("customMode") and not body.get("instrumental"):
        made = replace(made, text=recording.text)
    return Sound(made, recording or replace(made, take=take + 10))


def _extend(body: Body, take: int, recording: Recipe | None) -> Sound:
    """The recording up to `continueAt`, then new lines; without own parameters in the recording's style."""
    own = bool(body.get("defaultParamFlag"))
    voice = recording.voice if recording else True
    instrumental = bool(body.get("instrumental", not voice))
    new = _words(body, is_lyric=own, instrumental=instrumental, take=take + 2)
    if recording and not own:
        prompt = steering.without(body.get("prompt") or "")
        text = (sung(prompt) or sung(recording.theme.text)) if voice else ()
        new = Recipe(recording.theme, take + 2, text, voice)
    source = recording or replace(new, take=take + 10, text=new.text[: len(new.text) // 2])
    end = body.get("continueAt") or compose(source).duration
    return Sound(spliced(Piece(source, 0, end), Piece(new)), source)


def _add_vocals(body: Body, take: int, recording: Recipe | None) -> Sound:
    """The prompt is the lyric when it has several lines."""
    made = _words(body, is_lyric="\n" in (body.get("prompt") or ""), instrumental=False, take=take)
    made = replace(made, theme=recording.theme) if recording else made
    return Sound(made, recording or replace(made, voice=False))


def _add_instrumental(body: Body, take: int, recording: Recipe | None) -> Sound:
    """The recording is a voice; where it is not known here, one that fits the title."""
    made = recipe(f"{requested_style(body)} {body.get('title') or ''}", "", instrumental=False, take=take)
    made = replace(made, text=recording.text) if recording and recording.text else made
    return Sound(made, recording or replace(made, parts=("voice",)))


def _replace_section(body: Body, take: int, recording: Recipe | None) -> Sound:
    """The same lyric in another take, within the section alone."""
    assert recording
    other = replace(recording, take=recording.take + 5, pieces=())
    start, end = float(body["infillStartS"]), float(body["infillEndS"])
    made = spliced(Piece(recording, 0, start), Piece(other, start, end), Piece(recording, end))
    return Sound(made, recording)


_MAKERS: dict[str, Callable[[Body, int, Recipe | None], Sound]] = {
    "upload-cover": _upload_cover,
    "extend": _extend,
    "upload-extend": _extend,
    "add-vocals": _add_vocals,
    "add-instrumental": _add_instrumental,
    "replace-section": _replace_section,
}
