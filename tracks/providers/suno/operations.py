"""What a person can ask of Suno API. Limits depend on the model; the newest pages that we found count.

https://docs.api.box/suno-api/generate-music, https://docs.sunoapi.org/suno-api/upload-and-extend-audio,
https://docs.sunoapi.org/suno-api/add-vocals (read 2026-11).
"""

from __future__ import annotations

from collections.abc import Iterable

from tracks.providers.operations import Field, Names, Operation, Params, Problem, Source
from tracks.vocabulary import Vocabulary

# V3_5 is gone from the newest pages; who still names it gets its old limits.
SHORT_MODELS = frozenset({"V4", "V3_5"})
SHORT_TITLE_MODELS = SHORT_MODELS | {"V4_5ALL"}
SIMPLE_PROMPT = 500
PROMPT, SHORT_PROMPT = 5000, 3000
STYLE, SHORT_STYLE = 1000, 200
TITLE, SHORT_TITLE = 100, 80


def _model(default: str, *, required: bool = True) -> Field:
    return Field(
        "model",
        str,
        "Model",
        help="Names that are not listed are passed on.",
        required=required,
        max_length=100,
        vocabulary=Vocabulary.MODEL,
        default=default,
    )


def _style(*, required: bool = False) -> Field:
    return Field(
        "style",
        str,
        "Style",
        help="Genre, mood, instruments. At most 1,000 characters, 200 with V4.",
        required=required,
        max_length=STYLE,
    )


def _title(longest: int, *, required: bool = False) -> Field:
    return Field(
        "title", str, "Title", help=f"At most {longest} characters.", required=required, max_length=longest
    )


def _upload(what: str) -> Field:
    return Field(
        "uploadUrl", str, "Recording", help=what, required=True, max_length=2000, url=True, names=Names.AUDIO
    )


def _weight(name: str, label: str, what: str) -> Field:
    return Field(name, float, label, help=f"{what}, from 0 to 1.", least=0, most=1)


NEGATIVE_TAGS = Field("negativeTags", str, "Leave out", help="Styles or sounds to avoid.", max_length=STYLE)
VOICE = Field(
    "vocalGender",
    str,
    "Voice",
    help="m: a man, f: a woman. It makes that voice more likely, not certain.",
    choices=("m", "f"),
)
WEIGHTS = (
    _weight("styleWeight", "Style weight", "How closely the style is followed"),
    _weight("weirdnessConstraint", "Weirdness", "How far it may stray"),
    _weight("audioWeight", "Audio weight", "How much an uploaded recording counts"),
)
PERSONA = (
    Field("personaId", str, "Persona", help="The id of a persona or of a voice of yours.", max_length=200),
    Field(
        "personaModel",
        str,
        "Kind of persona",
        help="voice_persona for the id of a voice, else style_persona.",
        choices=("style_persona", "voice_persona"),
    ),
)
INSTRUMENTAL = Field("instrumental", bool, "Instrumental", help="No singing.", required=True, default=False)


def _needed(params: Params, names: Iterable[str], when: str) -> Iterable[Problem]:
    for name in names:
        value = params.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            yield Problem(name, "required", f"{name} is required {when}.")


def _not_over(params: Params, name: str, most: int, when: str) -> Iterable[Problem]:
    length = len(params.get(name) or "")
    if length > most:
        detail = f"{name} has {length} characters; at most {most} are allowed {when}."
        yield Problem(name, "max_length", detail)


def _model_limits(params: Params, short_titles: Iterable[str]) -> Iterable[Problem]:
    model = params.get("model", "")
    if model in SHORT_MODELS:
        yield from _not_over(params, "prompt", SHORT_PROMPT, f"with {model}")
        yield from _not_over(params, "style", SHORT_STYLE, f"with {model}")
    if model in short_titles:
        yield from _not_over(params, "title", SHORT_TITLE, f"with {model}")


def _generate_rules(params: Params, source: Source | None) -> Iterable[Problem]:
    if not params["customMode"]:
        yield from _needed(params, ["prompt"], "without customMode")
        yield from _not_over(params, "prompt", SIMPLE_PROMPT, "without customMode")
        return
    yield from _needed(params, ["style", "title"], "with customMode")
    if not params["instrumental"]:
        yield from _needed(params, ["prompt"], "with customMode unless instrumental")
    yield from _model_limits(params, short_titles=())


def _extend_rules(params: Params, source: Source | None) -> Iterable[Problem]:
    if params["continueAt"] <= 0:
        yield Problem("continueAt", "min_value", "continueAt must be more than 0 seconds.")
    if params["defaultParamFlag"]:
        yield from _needed(params, ["style", "title"], "with defaultParamFlag")
        if not params["instrumental"]:
            yield from _needed(params, ["prompt"], "with defaultParamFlag unless instrumental")
    yield from _model_limits(params, SHORT_TITLE_MODELS)


GENERATE = Operation(
    "generate",
    "Song",
    "Two takes of a song, from a description or from your own lyrics and style.",
    fields=(
        Field(
            "customMode",
            bool,
            "Custom mode",
            help="On: needs style and title, and lyrics unless instrumental. Off: a description.",
            required=True,
            default=True,
        ),
        INSTRUMENTAL,
        _model("V5"),
        Field(
            "prompt",
            str,
            "Lyrics or description",
            help="In custom mode the lyrics, sections in square brackets: at most 5,000 characters, 3,000 "
            "with V4. Else a description: at most 500 characters.",
            max_length=PROMPT,
            multiline=True,
        ),
        _style(),
        _title(SHORT_TITLE),
        NEGATIVE_TAGS,
        VOICE,
        *WEIGHTS,
        *PERSONA,
        Field(
            "duration",
            float,
            "Length in seconds",
            help="10 to 360; only V6 models of kie.ai in custom mode heed it.",
            least=10,
            most=360,
        ),
    ),
    callback_field="callBackUrl",
    submit="/api/v1/generate",
    query="/api/v1/generate/record-info",
    stages=("text", "first", "complete"),
    doc="https://docs.sunoapi.org/suno-api/generate-music",
    rules=_generate_rules,
)

UPLOAD_EXTEND = Operation(
    "upload-extend",
    "Extend a recording",
    "Goes on where your recording stops, in its style.",
    fields=(
        _upload("A public link, up to 8 minutes of audio; up to 1 minute with V4_5ALL."),
        Field(
            "defaultParamFlag",
            bool,
            "Own parameters",
            help="On: needs style and title, and lyrics unless instrumental. Off: the recording's.",
            required=True,
            default=True,
        ),
        INSTRUMENTAL,
        _model("V5"),
        Field(
            "continueAt",
            float,
            "Continue at",
            help="Seconds from the start of the recording: more than 0, less than its length.",
            required=True,
        ),
        Field(
            "prompt",
            str,
            "Lyrics or description",
            help="With own parameters the lyrics. At most 5,000 characters, 3,000 with V4.",
            max_length=PROMPT,
            multiline=True,
        ),
        _style(),
        Field(
            "title", str, "Title", help="At most 100 characters, 80 with V4 and V4_5ALL.", max_length=TITLE
        ),
        NEGATIVE_TAGS,
        VOICE,
        *WEIGHTS,
        *PERSONA,
    ),
    callback_field="callBackUrl",
    submit="/api/v1/generate/upload-extend",
    query="/api/v1/generate/record-info",
    stages=("text", "first", "complete"),
    doc="https://docs.sunoapi.org/suno-api/upload-and-extend-audio",
    rules=_extend_rules,
)

ADD_VOCALS = Operation(
    "add-vocals",
    "Add vocals",
    "Sings over your instrumental recording.",
    fields=(
        _upload("A public link to the instrumental."),
        Field(
            "prompt",
            str,
            "Lyrics or description",
            help="What is sung, and how.",
            required=True,
            max_length=PROMPT,
            multiline=True,
        ),
        _title(SHORT_TITLE, required=True),
        _style(required=True),
        Field(
            "negativeTags",
            str,
            "Leave out",
            help="Styles or voices to avoid.",
            required=True,
            max_length=STYLE,
        ),
        _model("V4_5PLUS", required=False),
        VOICE,
        *WEIGHTS,
    ),
    callback_field="callBackUrl",
    submit="/api/v1/generate/add-vocals",
    query="/api/v1/generate/record-info",
    stages=("text", "first", "complete"),
    doc="https://docs.sunoapi.org/suno-api/add-vocals",
)

OPERATIONS = {operation.name: operation for operation in (GENERATE, UPLOAD_EXTEND, ADD_VOCALS)}
