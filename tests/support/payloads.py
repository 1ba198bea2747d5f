"""The payload files, and hypothesis strategies that bend them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

from tests.support.paths import PAYLOADS
from tracks.domain.update_json import from_json, to_json
from tracks.domain.updates import TaskUpdate

# Every key that a parser looks for, so that arbitrary JSON often holds one.
KEYS = """
    songs instrumentals stems lyric stems_url item_id itemId status event audio_url audioUrl audio_hi_url
    audio_hi_status lyrics lyrics_sections lyrics_sections_status start end start_ms text duration title
    created_at finished_at
    code msg data task_id taskId callbackType response sunoData resultJson param errorCode errorMessage
    alignedWords word startS endS success audioWavUrl audio_wav_url vocal_removal_info vocal_separation_info
    vocal_url instrumentalUrl originData stem_type_group_name video_url images lyricsData successFlag
    completeTime instrumental
    error id prompt tags modelName model_name createTime stream_audio_url streamAudioUrl image_url
""".split()  # noqa: SIM905
WORDS = """
    running succeeded part_failed main_succeeded failed sub_succeeded sub_failed text first complete error
    SUCCESS CALLBACK_EXCEPTION SENSITIVE_WORD_ERROR GENERATE_AUDIO_FAILED audio_chunk https://x.example/a.mp3
    https://[ https://x.example/None.mp3 None.mp3 1750000000 2026-01-01 [] {} null
""".split()  # noqa: SIM905

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.text(st.characters(min_codepoint=0xD7F0, max_codepoint=0xE00F), max_size=3)
    | st.sampled_from(WORDS)
    | st.sampled_from(["\x00", "\ud800", 10**400, -1, 200, 413, 1750000000, 1750000000000, 9_999_999_999])
)
anything: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), inner, max_size=6)
    ),
    max_leaves=20,
)


def load(name: str) -> Any:
    return json.loads((PAYLOADS / name).read_bytes())


def names(provider: str) -> list[str]:
    return sorted(f"{provider}/{path.name}" for path in (PAYLOADS / provider).glob("*.json"))


def check_storable(update: TaskUpdate) -> None:
    """It survives the trip through JSON, and every value fits the column that it is for."""
    encoded = to_json(update)
    assert from_json(encoded) == update
    json.dumps(encoded, ensure_ascii=False, allow_nan=False).encode()
    assert len(update.external_id) <= 200
    for track in update.tracks:
        assert len(track.external_id) <= 200
        assert len(track.title.encode()) <= 2000
        assert len(track.model) <= 200
        assert track.position is None or track.position < 2**15
        cues = track.lyrics.cues if track.lyrics else ()
        assert len(cues) < 2**15
        times = [track.duration_ms, *(cue.start_ms for cue in cues), *(cue.end_ms for cue in cues)]
        assert all(time is None or 0 <= time < 2**31 for time in times)
    for fault in (update.error, *(track.error for track in update.tracks)):
        assert fault is None or (len(fault.code) <= 64 and len(fault.message) <= 500 and fault.advice)


def bent(body: Any) -> st.SearchStrategy[Any]:
    """The body with up to eight changes: a value replaced, dropped, doubled, or with a key more."""
    change = st.tuples(st.sampled_from(list(places(body))), _alterations)
    return st.lists(change, max_size=8).map(lambda changes: altered(body, changes))


Place = tuple[str | int, ...]
Alteration = Callable[[Any, Any], Any]  # of a container, at a key or an index


def places(value: Any, here: Place = ()) -> Iterator[Place]:
    """Where there is a value below this one, at most six of a list."""
    below = (
        value.items() if isinstance(value, dict) else enumerate(value[:6] if isinstance(value, list) else [])
    )
    for key, inner in below:
        yield (*here, key)
        yield from places(inner, (*here, key))


def altered(body: Any, changes: list[tuple[Place, Alteration]]) -> Any:
    """A changed copy; what an earlier change took away stays away."""
    copy = deepcopy(body)
    for place, alter in changes:
        container = copy
        with suppress(LookupError, TypeError, AttributeError):
            for key in place[:-1]:
                container = container[key]
            if isinstance(container, dict | list):
                alter(container, place[-1])
    return copy


def replace(new: Any) -> Alteration:
    return lambda container, key: container.__setitem__(key, new)


def drop(container: Any, key: Any) -> None:
    del container[key]


def double(container: Any, key: Any) -> None:
    """A list's item once more at its end; of an object the value, twice in a list."""
    if isinstance(container, list):
        container.append(container[key])
    else:
        container[key] = [container[key]] * 2


def add(key: str, new: Any) -> Alteration:
    """A key more where the value is an object."""
    return lambda container, place: container[place].update({key: new})


_alterations = st.one_of(
    st.builds(replace, anything),
    st.just(drop),
    st.just(double),
    st.builds(add, st.sampled_from(KEYS), anything),
)
