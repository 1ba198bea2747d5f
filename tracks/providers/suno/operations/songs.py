"""Songs: from a description or lyrics, as a cover of a recording, as a continuation.

https://docs.api.box/suno-api/generate-music, https://docs.sunoapi.org/suno-api/extend-music,
https://docs.sunoapi.org/suno-api/upload-and-cover-audio and
https://docs.sunoapi.org/suno-api/upload-and-extend-audio (read 2026-11).

``duration``: https://glama.ai/mcp/servers/xaxeane/suno-v6-kie-mcp (kie.ai, V6 models); two public clients of
api.sunoapi.org, a Netlify proxy and the app Tunesmith Studio, send it with V5_5 as well (read 2026-11).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tracks.providers.operations import Field, Limit, Operation, Params, Problem, SourceFacts, When
from tracks.providers.suno.operations import fields

MAX_UPLOAD_S = 8 * 60
# https://docs.sunoapi.org/suno-api/upload-and-extend-audio and its sister for covers
MAX_UPLOAD_V4_5ALL_S = 60

_CUSTOM = When("customMode", (True,), "with customMode")
_SIMPLE = When("customMode", (False,), "without customMode")
_OWN = When("defaultParamFlag", (True,), "with defaultParamFlag")
_SUNG = When("instrumental", (False,), "unless instrumental")


def _upload_fits(params: Params, source: SourceFacts | None) -> Iterable[Problem]:
    limit = MAX_UPLOAD_V4_5ALL_S if params.get("model") == "V4_5ALL" else MAX_UPLOAD_S
    length_ms = source.duration_ms if source else None
    if length_ms and length_ms > limit * 1000:
        allowed = f"at most {limit} s are taken with {params.get('model')}"
        yield Problem("uploadUrl", "max_value", f"holds {length_ms / 1000:g} s of audio; {allowed}.")


_CUSTOM_MODE = Field(
    "customMode",
    bool,
    "My own words and style",
    help="On: needs style and title, and lyrics unless instrumental. Off: a description is enough.",
    required=True,
    default=True,
)
_SONG_PROMPT = fields.prompt(
    "With your own words and style the lyrics, sections in square brackets. Else a description, of at most "
    "500 characters.",
    required_when=(_SIMPLE, _SUNG),
    limits=(Limit(fields.SIMPLE_PROMPT, _SIMPLE),),
)

GENERATE = Operation(
    "generate",
    "Song",
    "Two takes of a song, from a description or from your own lyrics and style.",
    fields=(
        _SONG_PROMPT,
        fields.style(required_when=(_CUSTOM,)),
        fields.short_title(required_when=(_CUSTOM,)),
        _CUSTOM_MODE,
        fields.INSTRUMENTAL,
        fields.NEGATIVE_TAGS,
        fields.VOICE,
        fields.model("V5"),
        *fields.WEIGHTS,
        *fields.PERSONA,
        Field(
            "duration",
            float,
            "Length in seconds",
            help="10 to 360; with your own words and style, and V6, V6_WILD, V6_MINI or V5_5.",
            minimum=10,
            maximum=360,
            is_extra=True,
        ),
    ),
    callback_field=fields.CALLBACK_FIELD,
    submit="/api/v1/generate",
    query=fields.MUSIC_DETAILS,
    stages=fields.MUSIC_STAGES,
    doc="https://docs.sunoapi.org/suno-api/generate-music",
    words_field="prompt",
    title_field="title",
)

EXTEND = Operation(
    "extend",
    "Extend a song",
    "Goes on from a place in a song of this account.",
    fields=(
        fields.TRACK,
        fields.time_in_source(
            "continueAt",
            "Continue at",
            "Seconds from the start of the song: more than 0, less than its length.",
            when=(_OWN,),
        ),
        fields.prompt("How it goes on: the lyrics.", required_when=(_OWN,)),
        fields.style(required_when=(_OWN,)),
        fields.title(_OWN),
        Field(
            "defaultParamFlag",
            bool,
            "My own words and style",
            help="On: needs lyrics, style, title and where to go on. Off: the song's.",
            required=True,
            default=False,
        ),
        fields.NEGATIVE_TAGS,
        fields.VOICE,
        fields.model("V5", help="The model that made the song.", as_source=True),
        *fields.WEIGHTS,
        *fields.PERSONA,
    ),
    callback_field=fields.CALLBACK_FIELD,
    submit="/api/v1/generate/extend",
    query=fields.MUSIC_DETAILS,
    stages=fields.MUSIC_STAGES,
    doc="https://docs.sunoapi.org/suno-api/extend-music",
)

UPLOAD_COVER = Operation(
    "upload-cover",
    "Cover a recording",
    "Keeps the melody of your recording and gives it another style.",
    fields=(
        fields.upload("A public link, up to 8 minutes of audio; up to 1 minute with V4_5ALL."),
        _SONG_PROMPT,
        fields.style(required_when=(_CUSTOM,)),
        fields.title(_CUSTOM),
        _CUSTOM_MODE,
        fields.INSTRUMENTAL,
        fields.NEGATIVE_TAGS,
        fields.VOICE,
        fields.model("V5"),
        *fields.WEIGHTS,
        *fields.PERSONA,
    ),
    callback_field=fields.CALLBACK_FIELD,
    submit="/api/v1/generate/upload-cover",
    query=fields.MUSIC_DETAILS,
    stages=fields.MUSIC_STAGES,
    doc="https://docs.sunoapi.org/suno-api/upload-and-cover-audio",
    rules=_upload_fits,
)

UPLOAD_EXTEND = Operation(
    "upload-extend",
    "Extend a recording",
    "Goes on where your recording stops, in its style.",
    fields=(
        fields.upload("A public link, up to 8 minutes of audio; up to 1 minute with V4_5ALL."),
        fields.time_in_source(
            "continueAt",
            "Continue at",
            "Seconds from the start of the recording: more than 0, less than its length.",
            required=True,
        ),
        fields.prompt(
            "The lyrics, with your own words and style.", required_when=(replace(_OWN, also=_SUNG),)
        ),
        fields.style(required_when=(_OWN,)),
        fields.title(_OWN),
        Field(
            "defaultParamFlag",
            bool,
            "My own words and style",
            help="On: needs style and title, and lyrics unless instrumental. Off: the recording's.",
            required=True,
            default=True,
        ),
        fields.INSTRUMENTAL,
        fields.NEGATIVE_TAGS,
        fields.VOICE,
        fields.model("V5"),
        *fields.WEIGHTS,
        *fields.PERSONA,
    ),
    callback_field=fields.CALLBACK_FIELD,
    submit="/api/v1/generate/upload-extend",
    query=fields.MUSIC_DETAILS,
    stages=fields.MUSIC_STAGES,
    doc="https://docs.sunoapi.org/suno-api/upload-and-extend-audio",
    rules=_upload_fits,
)
