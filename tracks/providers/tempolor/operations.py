"""What a person can ask of TemPolor. https://platform.tempolor.com/docs/296524438e0 (read 2026-11).

Lengths are those that integrators found in 2026; the pages name none.
"""

from __future__ import annotations

from collections.abc import Iterable

from tracks.providers.operations import Field, Operation, Params, Problem, Source
from tracks.vocabulary import Vocabulary

PROMPT = Field(
    "prompt",
    str,
    "Description",
    help="Style, mood, instruments, the story. At most 1,000 characters.",
    required=True,
    max_length=1000,
    multiline=True,
)


def _model(default: str) -> Field:
    return Field(
        "model",
        str,
        "Model",
        help="With its blank, as TemPolor writes it. Names that are not listed are passed on.",
        required=True,
        max_length=100,
        vocabulary=Vocabulary.MODEL,
        default=default,
    )


def _cover_rules(params: Params, source: Source | None) -> Iterable[Problem]:
    """A cover needs both: what to do, and the recording to do it with."""
    if params.get("action") and not params.get("upload_audio_url"):
        yield Problem("upload_audio_url", "required", "upload_audio_url is required with action.")
    if params.get("upload_audio_url") and not params.get("action"):
        yield Problem("action", "required", "action is required with upload_audio_url.")


GENERATE = Operation(
    "generate",
    "Song",
    "A song from a description, with your lyrics or with lyrics that TemPolor writes.",
    fields=(
        PROMPT,
        Field(
            "lyrics",
            str,
            "Lyrics",
            help="Sections in square brackets, such as [verse]. Leave it empty to have lyrics written. "
            "At most 3,000 characters.",
            max_length=3000,
            multiline=True,
        ),
        _model("TemPolor v4.5"),
        Field(
            "voice_id",
            str,
            "Voice",
            help="The id of one of TemPolor's singers, such as SV000013. Empty: TemPolor chooses.",
            max_length=100,
        ),
        Field("instrumental", bool, "Instrumental", help="No singing."),
        Field(
            "action",
            str,
            "Action",
            help="upload_cover sings your recording anew. TemPolor v4.6 and Mureka V9 can do it.",
            choices=("upload_cover",),
        ),
        Field(
            "upload_audio_url",
            str,
            "Recording",
            help="The public link of the recording to be covered; only with an action.",
            max_length=2000,
            url=True,
        ),
    ),
    callback_field="callback_url",
    submit="/open-apis/v1/song/generate",
    query="/open-apis/v1/song/query",
    stages=("audio_complete", "wav_complete", "lrcsections_complete"),
    doc="https://platform.tempolor.com/docs/296524438e0",
    rules=_cover_rules,
)

INSTRUMENTAL = Operation(
    "instrumental",
    "Instrumental",
    "Music without a voice, by TemPolor's instrumental models.",
    # The limit is the song's: TemPolor folds both into one endpoint in its newer pages.
    fields=(PROMPT, _model("TemPolor i3.5")),
    callback_field="callback_url",
    submit="/open-apis/v1/instrumental/generate",
    query="/open-apis/v1/instrumental/query",
    stages=("audio_complete", "wav_complete"),
    doc="https://platform.tempolor.com/docs/296524436e0",
)

OPERATIONS = {operation.name: operation for operation in (GENERATE, INSTRUMENTAL)}
