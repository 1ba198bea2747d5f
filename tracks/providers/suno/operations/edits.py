"""Songs with a part changed: vocals or an accompaniment added, a section replaced.

https://docs.sunoapi.org/suno-api/add-vocals, https://docs.sunoapi.org/suno-api/add-instrumental and
https://docs.sunoapi.org/suno-api/replace-section (read 2026-11).
"""

from __future__ import annotations

from collections.abc import Iterable

from tracks.providers.operations import Field, Operation, Params, Problem, SourceFacts, SpanRule
from tracks.providers.suno.operations import fields

SECTION = SpanRule("infillStartS", "infillEndS", shortest=6, longest=60, share=0.5)
_MODEL = fields.model("V4_5PLUS", required=False, help="V4_5PLUS or V5.")


def _section_fits(params: Params, source: SourceFacts | None) -> Iterable[Problem]:
    span = round(params["infillEndS"] - params["infillStartS"], 2)
    length_ms = source.duration_ms if source else None
    if span <= 0:
        yield Problem("infillEndS", "min_value", "must be later than infillStartS.")
    elif span < SECTION.shortest:
        least = f"at least {SECTION.shortest:g} s are allowed"
        yield Problem("infillEndS", "min_value", _of_section(span, least))
    elif span > SECTION.longest:
        most = f"at most {SECTION.longest:g} s are allowed"
        yield Problem("infillEndS", "max_value", _of_section(span, most))
    elif length_ms and span * 1000 > length_ms * SECTION.share:
        half = f"at most half of the song may be replaced, {length_ms / 2000:g} s"
        yield Problem("infillEndS", "max_value", _of_section(span, half))


def _long(name: str, label: str, help: str, *, required: bool = False, is_extra: bool = False) -> Field:
    return Field(
        name,
        str,
        label,
        help=f"{help} At most 5,000 characters.",
        required=required,
        max_length=fields.PROMPT,
        multiline=True,
        is_extra=is_extra,
    )


def _place(name: str, label: str, help: str) -> Field:
    return Field(name, float, label, help=help, required=True, minimum=0, decimals=2, within_source=True)


def _of_section(span: float, limit: str) -> str:
    return f"makes the section {span:g} s long, from infillStartS on; {limit}."


ADD_VOCALS = Operation(
    "add-vocals",
    "Add vocals",
    "Sings over your instrumental recording.",
    fields=(
        fields.upload("A public link to the instrumental."),
        fields.prompt("What is sung, and how.", required=True),
        fields.style(required=True),
        fields.short_title(required=True),
        fields.negative_tags(required=True),
        fields.VOICE,
        _MODEL,
        *fields.WEIGHTS,
    ),
    callback_field=fields.CALLBACK_FIELD,
    submit="/api/v1/generate/add-vocals",
    query=fields.MUSIC_DETAILS,
    stages=fields.MUSIC_STAGES,
    doc="https://docs.sunoapi.org/suno-api/add-vocals",
)

ADD_INSTRUMENTAL = Operation(
    "add-instrumental",
    "Add an accompaniment",
    "Plays an accompaniment to your recording of a voice or a melody.",
    fields=(
        fields.upload("A public link to the voice or the melody."),
        fields.style("tags", required=True),
        fields.short_title(required=True),
        fields.negative_tags(required=True),
        fields.VOICE,
        _MODEL,
        *fields.WEIGHTS,
    ),
    callback_field=fields.CALLBACK_FIELD,
    submit="/api/v1/generate/add-instrumental",
    query=fields.MUSIC_DETAILS,
    stages=fields.MUSIC_STAGES,
    doc="https://docs.sunoapi.org/suno-api/add-instrumental",
)

REPLACE_SECTION = Operation(
    "replace-section",
    "Replace a section",
    "Makes 6 to 60 seconds of a song anew and blends them in.",
    fields=(
        fields.TASK,
        fields.TRACK,
        _long("prompt", "Lyrics or description", "What is sung or played in the section.", required=True),
        Field(
            "tags",
            str,
            "Style",
            help="Genre, mood, instruments. At most 1,000 characters.",
            required=True,
            max_length=fields.STYLE,
        ),
        Field("title", str, "Title", help="At most 100 characters.", required=True, max_length=fields.TITLE),
        _place("infillStartS", "From", "Where the section starts, in seconds, two decimals."),
        _place("infillEndS", "To", "Where it ends: 6 to 60 seconds later; at most half of the song."),
        fields.NEGATIVE_TAGS,
        _long(
            "fullLyrics",
            "All lyrics",
            "The whole song's lyrics with the change in them; api.sunoapi.org asks for them.",
            is_extra=True,
        ),
    ),
    callback_field=fields.CALLBACK_FIELD,
    submit="/api/v1/generate/replace-section",
    query=fields.MUSIC_DETAILS,
    stages=("complete",),
    doc="https://docs.sunoapi.org/suno-api/replace-section",
    words_field="prompt",
    title_field="title",
    style_field="tags",
    span=SECTION,
    rules=_section_fits,
)
