"""The fields that several of Suno API's operations share, with the limits of the newest pages found.

https://docs.api.box/suno-api/generate-music, https://docs.sunoapi.org/suno-api/extend-music and
https://docs.sunoapi.org/suno-api/upload-and-extend-audio (read 2026-11).
"""

from __future__ import annotations

from tracks.domain.vocabulary import Vocabulary
from tracks.providers.operations import Field, Limit, Names, When

# V3_5 is gone from the newest pages; where it is still named, its old limits hold.
OLD_MODELS = ("V4", "V3_5")
SHORT_TITLE_MODELS = (*OLD_MODELS, "V4_5ALL")
PROMPT, OLD_PROMPT, SIMPLE_PROMPT = 5000, 3000, 500
STYLE, OLD_STYLE = 1000, 200
TITLE, SHORT_TITLE = 100, 80
ID = 200

MUSIC_DETAILS = "/api/v1/generate/record-info"
CALLBACK_FIELD = "callBackUrl"
MUSIC_STAGES = ("text", "first", "complete")
# Callbacks of files carry no stage of their own: https://docs.sunoapi.org/suno-api/convert-to-wav-format-callbacks
DONE_STAGE = "done"


def limits_with_models(max_length: int, models: tuple[str, ...]) -> tuple[Limit, ...]:
    """At most so many characters with each of these models."""
    return tuple(Limit(max_length, When("model", (model,), f"with {model}")) for model in models)


def model(default: str, *, required: bool = True, help: str = "", as_source: bool = False) -> Field:
    return Field(
        "model",
        str,
        "Model",
        help=f"{help} Names that are not listed are passed on.".strip(),
        required=required,
        max_length=100,
        vocabulary=Vocabulary.MODEL,
        default=default,
        as_source=as_source,
    )


def prompt(
    help: str,
    *,
    required: bool = False,
    required_when: tuple[When, ...] = (),
    limits: tuple[Limit, ...] = (),
) -> Field:
    return Field(
        "prompt",
        str,
        "Lyrics or description",
        help=f"{help} At most 5,000 characters, 3,000 with V4.",
        required=required,
        max_length=PROMPT,
        multiline=True,
        required_when=required_when,
        limits=(*limits_with_models(OLD_PROMPT, OLD_MODELS), *limits),
    )


def style(name: str = "style", *, required: bool = False, required_when: tuple[When, ...] = ()) -> Field:
    """Some operations call it ``tags``."""
    return Field(
        name,
        str,
        "Style",
        help="Genre, mood, instruments. At most 1,000 characters, 200 with V4.",
        required=required,
        max_length=STYLE,
        required_when=required_when,
        limits=limits_with_models(OLD_STYLE, OLD_MODELS),
    )


def short_title(*, required: bool = False, required_when: tuple[When, ...] = ()) -> Field:
    return Field(
        "title",
        str,
        "Title",
        help="At most 80 characters.",
        required=required,
        max_length=SHORT_TITLE,
        required_when=required_when,
    )


def title(*required_when: When) -> Field:
    return Field(
        "title",
        str,
        "Title",
        help="At most 100 characters, 80 with V4 and V4_5ALL.",
        max_length=TITLE,
        required_when=required_when,
        limits=limits_with_models(SHORT_TITLE, SHORT_TITLE_MODELS),
    )


def upload(what: str) -> Field:
    return Field(
        "uploadUrl", str, "Recording", help=what, required=True, max_length=2000, url=True, names=Names.AUDIO
    )


def time_in_source(
    name: str, label: str, help: str, *, required: bool = False, when: tuple[When, ...] = ()
) -> Field:
    """A time in seconds inside the source track, later than its start."""
    return Field(
        name,
        float,
        label,
        help=help,
        required=required,
        exclusive_minimum=0,
        required_when=when,
        within_source=True,
    )


def negative_tags(*, required: bool = False) -> Field:
    return Field(
        "negativeTags",
        str,
        "Leave out",
        help="Styles, sounds or voices to avoid. At most 1,000 characters.",
        required=required,
        max_length=STYLE,
    )


def _weight(name: str, label: str, what: str) -> Field:
    help = f"{what}, 0 to 1, two decimals."
    return Field(name, float, label, help=help, minimum=0, maximum=1, decimals=2, is_extra=True)


NEGATIVE_TAGS = negative_tags()
VOICE = Field(
    "vocalGender",
    str,
    "Voice",
    help="It makes that voice more likely, not certain.",
    choices=("m", "f"),
    choice_labels=("a man", "a woman"),
)
WEIGHTS = (
    _weight("styleWeight", "Closeness to the style", "How closely the style is followed"),
    _weight("weirdnessConstraint", "Weirdness", "How far it may stray from what is usual"),
    _weight("audioWeight", "Closeness to the recording", "How much an uploaded recording counts"),
)
PERSONA = (
    Field(
        "personaId",
        str,
        "Persona",
        help="The id of a persona or of a voice of yours.",
        max_length=ID,
        is_extra=True,
    ),
    Field(
        "personaModel",
        str,
        "Kind of persona",
        help="Whether the id is that of a persona or of a voice.",
        choices=("style_persona", "voice_persona"),
        choice_labels=("a persona, for its style", "a voice of yours"),
        is_extra=True,
    ),
)
INSTRUMENTAL = Field("instrumental", bool, "Instrumental", help="No singing.", required=True, default=False)
TASK = Field(
    "taskId",
    str,
    "Task of the song",
    help="The provider's id of the task that made the song.",
    required=True,
    max_length=ID,
    names=Names.TASK,
)
TRACK = Field(
    "audioId",
    str,
    "Song",
    help="The provider's id of the song.",
    required=True,
    max_length=ID,
    names=Names.TRACK,
)
