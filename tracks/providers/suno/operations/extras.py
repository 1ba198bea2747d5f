"""Operations that make no song: lyrics, and files made from a song.

https://docs.sunoapi.org/suno-api/generate-lyrics, https://docs.sunoapi.org/suno-api/convert-to-wav-format,
https://docs.sunoapi.org/suno-api/separate-vocals-from-music, https://docs.sunoapi.org/suno-api/cover-suno
and https://docs.sunoapi.org/suno-api/create-music-video (read 2026-11).
"""

from __future__ import annotations

from collections.abc import Iterable

from tracks.domain.updates import AssetKind, TrackKind
from tracks.providers.operations import Field, Operation, Params, Problem, SourceFacts
from tracks.providers.suno.operations import fields

MAX_DESCRIPTION_WORDS = 200


def _few_words(params: Params, source: SourceFacts | None) -> Iterable[Problem]:
    count = len(params["prompt"].split())
    if count > MAX_DESCRIPTION_WORDS:
        detail = f"has {count} words; at most {MAX_DESCRIPTION_WORDS} are allowed."
        yield Problem("prompt", "max_length", detail)


def _text(name: str, label: str, help: str, max_length: int) -> Field:
    return Field(name, str, label, help=help, max_length=max_length)


LYRICS = Operation(
    "lyrics",
    "Lyrics",
    "Several versions of lyrics, from a description.",
    fields=(
        Field(
            "prompt",
            str,
            "Description",
            help="What the lyrics are about: theme, mood, form. At most 200 words.",
            required=True,
            max_length=fields.PROMPT,
            multiline=True,
        ),
    ),
    callback_field=fields.CALLBACK_FIELD,
    submit="/api/v1/lyrics",
    query="/api/v1/lyrics/record-info",
    stages=("complete",),
    doc="https://docs.sunoapi.org/suno-api/generate-lyrics",
    makes=TrackKind.LYRICS,
    rules=_few_words,
)

WAV = Operation(
    "wav",
    "WAV file",
    "The lossless file of a song.",
    fields=(fields.TASK, fields.TRACK),
    callback_field=fields.CALLBACK_FIELD,
    submit="/api/v1/wav/generate",
    query="/api/v1/wav/record-info",
    stages=(fields.DONE_STAGE,),
    doc="https://docs.sunoapi.org/suno-api/convert-to-wav-format",
    makes=TrackKind.FILES,
    brings=AssetKind.AUDIO_HI,
)

VOCAL_REMOVAL = Operation(
    "vocal-removal",
    "Separate voices and instruments",
    "Voice and accompaniment of a song apart, or each instrument. Charged anew each time.",
    fields=(
        fields.TASK,
        fields.TRACK,
        Field(
            "type",
            str,
            "Into",
            help="Two files, or one for each instrument.",
            choices=("separate_vocal", "split_stem"),
            choice_labels=("voice and accompaniment", "each instrument"),
            default="separate_vocal",
        ),
    ),
    callback_field=fields.CALLBACK_FIELD,
    submit="/api/v1/vocal-removal/generate",
    query="/api/v1/vocal-removal/record-info",
    stages=(fields.DONE_STAGE,),
    doc="https://docs.sunoapi.org/suno-api/separate-vocals-from-music",
    makes=TrackKind.FILES,
    brings=AssetKind.STEM,
)

COVER_IMAGE = Operation(
    "cover-image",
    "Cover pictures",
    "Usually two pictures for a song; made once for each task of songs.",
    fields=(fields.TASK,),
    callback_field=fields.CALLBACK_FIELD,
    submit="/api/v1/suno/cover/generate",
    query="/api/v1/suno/cover/record-info",
    stages=(fields.DONE_STAGE,),
    doc="https://docs.sunoapi.org/suno-api/cover-suno",
    makes=TrackKind.FILES,
)

VIDEO = Operation(
    "video",
    "Video",
    "A music video of a song.",
    fields=(
        fields.TASK,
        fields.TRACK,
        _text("author", "Artist", "The name shown as the artist. At most 50 characters.", 50),
        _text("domainName", "Website", "The website shown in the video. At most 50 characters.", 50),
    ),
    callback_field=fields.CALLBACK_FIELD,
    submit="/api/v1/mp4/generate",
    query="/api/v1/mp4/record-info",
    stages=(fields.DONE_STAGE,),
    doc="https://docs.sunoapi.org/suno-api/create-music-video",
    makes=TrackKind.FILES,
)
