"""TemPolor's operations. https://platform.tempolor.com/docs/296524438e0 (read 2026-11).

Lengths are those that integrators found in 2026; the pages name none. So are the paths and fields of `extend`
and of the first call of `stems`: their pages could not be read. What extends a song is queried where songs
are, since its ids are song ids.
"""

from __future__ import annotations

from collections.abc import Iterable

from tracks.domain.updates import AssetKind, TrackKind
from tracks.domain.vocabulary import Vocabulary
from tracks.providers.operations import Field, Names, Operation, Params, Problem, SourceFacts

PROMPT = Field(
    "prompt",
    str,
    "Description",
    help="Style, mood, instruments, the story. At most 1,000 characters.",
    required=True,
    max_length=1000,
    multiline=True,
)
LYRICS = Field(
    "lyrics",
    str,
    "Lyrics",
    help="Sections in square brackets, such as [verse]. Leave it empty to have lyrics written. "
    "At most 3,000 characters.",
    max_length=3000,
    multiline=True,
    nullable=True,
)


def _model(default: str) -> Field:
    return Field(
        "model",
        str,
        "Model",
        help="With the space, as TemPolor writes it. Names that are not listed are passed on.",
        required=True,
        max_length=100,
        vocabulary=Vocabulary.MODEL,
        default=default,
    )


def _cover_rules(params: Params, source: SourceFacts | None) -> Iterable[Problem]:
    """A cover needs both: the action, and the recording to cover."""
    # Which models can do it is left to TemPolor (code 400010): no list of those that cannot is known.
    if params.get("action") and not params.get("upload_audio_url"):
        yield Problem("upload_audio_url", "required", "is required where a recording is to be sung anew.")
    if params.get("upload_audio_url") and not params.get("action"):
        yield Problem("action", "required", "is required with upload_audio_url.")


GENERATE = Operation(
    "generate",
    "Song",
    "A song from a description, with your lyrics or with lyrics that TemPolor writes.",
    fields=(
        PROMPT,
        LYRICS,
        Field("instrumental", bool, "Instrumental", help="No singing."),
        Field(
            "voice_id",
            str,
            "Voice",
            help="The id of one of TemPolor's singers, such as SV000013. Empty: TemPolor chooses.",
            max_length=100,
            vocabulary=Vocabulary.VOICE,
            nullable=True,
        ),
        _model("TemPolor v4.5"),
        Field(
            "action",
            str,
            "Use of the recording",
            help="To sing your recording anew. TemPolor v4.6 and Mureka V9 are known to do it; "
            "a model that cannot is refused by TemPolor, and nothing is made.",
            choices=("upload_cover",),
            choice_labels=("sing a recording anew",),
            is_extra=True,
        ),
        Field(
            "upload_audio_url",
            str,
            "Recording",
            help="The public link of the recording to be sung anew; only with its use above.",
            max_length=2000,
            url=True,
            names=Names.AUDIO,
            is_extra=True,
        ),
    ),
    callback_field="callback_url",
    submit="/open-apis/v1/song/generate",
    query="/open-apis/v1/song/query",
    stages=("audio_complete", "wav_complete", "lrcsections_complete"),
    doc="https://platform.tempolor.com/docs/296524438e0",
    from_source={"action": "upload_cover", "model": "TemPolor v4.6"},
    words_field="lyrics",
    rules=_cover_rules,
)

EXTEND = Operation(
    "extend",
    "Extension",
    "Goes on with a TemPolor song from a moment in it. TemPolor's mainland service (api.tianpuyue.cn) "
    "does not offer it and refuses it.",
    fields=(
        Field(
            "item_id",
            str,
            "Song",
            help="TemPolor's id of the song to go on with.",
            required=True,
            max_length=200,
            names=Names.TRACK,
        ),
        Field(
            "start_time",
            float,
            "From second",
            help="Where the new part begins, 10 to 600 seconds into the song.",
            required=True,
            minimum=10,
            maximum=600,
            within_source=True,
        ),
        LYRICS,
    ),
    callback_field="callback_url",
    submit="/open-apis/v1/song/extend",
    query="/open-apis/v1/song/query",
    stages=GENERATE.stages,
    # Its menu names the page "Song Extension"; the callbacks are those of any song.
    doc="https://tempolorapi.apifox.cn/296524441e0",
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

LYRICS_TEXT = Operation(
    "lyrics",
    "Lyrics",
    "The words of a song from a description, without music.",
    fields=(
        Field(
            "prompt",
            str,
            "Description",
            help="What the song is about, its mood and language.",
            required=True,
            multiline=True,
        ),
        Field(
            "song_model",
            str,
            "For the model",
            help="The song model that is to sing it: the text is made to suit it. Empty: any.",
            max_length=100,
            vocabulary=Vocabulary.MODEL,
            nullable=True,
        ),
    ),
    callback_field="callback_url",
    submit="/open-apis/v1/lyrics/generate",
    query="/open-apis/v1/lyrics/query",
    # TemPolor calls back once, without a word for it (https://tempolorapi.apifox.cn/296524443e0).
    stages=("complete",),
    doc="https://tempolorapi.apifox.cn/296524442e0",
    makes=TrackKind.LYRICS,
)

STEMS = Operation(
    "stems",
    "Stems",
    "Takes a recording apart: voice, bass, drums and the rest, as lossless files in one zip.",
    fields=(
        Field(
            "url",
            str,
            "Recording",
            help="The public link of the recording, at most 50 MB. No model is chosen here.",
            required=True,
            max_length=2000,
            url=True,
            names=Names.AUDIO,
        ),
    ),
    callback_field="callback_url",
    submit="/open-apis/v1/stems",
    query="/open-apis/v1/stems/query",
    stages=("complete",),  # one callback, as for lyrics
    doc="https://tempolorapi.apifox.cn/296524447e0",
    makes=TrackKind.FILES,
    brings=AssetKind.STEM,
)

OPERATIONS = {operation.name: operation for operation in (GENERATE, EXTEND, INSTRUMENTAL, LYRICS_TEXT, STEMS)}
