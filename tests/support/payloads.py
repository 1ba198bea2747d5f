"""The payload files, and hypothesis strategies that bend them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from copy import deepcopy
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from tests.support.any_json import KEYS, ODD, anything
from tests.support.paths import PAYLOADS
from tests.support.statements import START
from tracks.domain.fold import fold
from tracks.domain.track_fold import FoldedTrack, StatementValue
from tracks.domain.update_json import from_json, to_json
from tracks.domain.updates import Source, TaskUpdate, TrackUpdate

MAX_MS = 2**31  # of a column of integers


def load(name: str) -> Any:
    return json.loads((PAYLOADS / name).read_bytes())


def names(provider: str) -> list[str]:
    return sorted(f"{provider}/{path.name}" for path in (PAYLOADS / provider).glob("*.json"))


def times_of(tracks: Sequence[TrackUpdate | FoldedTrack]) -> list[int]:
    """Lengths and times in milliseconds; none is negative."""
    cues = [cue for track in tracks if track.lyrics for cue in track.lyrics.cues]
    times = [track.duration_ms for track in tracks] + [
        time for cue in cues for time in (cue.start_ms, cue.end_ms)
    ]
    assert all(time is None or time >= 0 for time in times)
    return [time for time in times if time is not None]


def check_storable(update: TaskUpdate) -> None:
    """It survives the trip through JSON, and every value fits the column that it is for."""
    encoded = to_json(update)
    assert from_json(encoded) == update
    assert rb"\u0000" not in json.dumps(encoded, ensure_ascii=False, allow_nan=False).encode()
    assert len(update.external_id) <= 200
    for track in update.tracks:
        assert len(track.external_id) <= 200
        assert len(track.title.encode()) <= 2000
        assert len(track.model) <= 200
        assert track.position is None or track.position < 2**15
        assert len(track.lyrics.cues if track.lyrics else ()) < 2**15
    stated = StatementValue(Source.CALLBACK, update, START, START)
    if max(times_of(update.tracks), default=0) >= MAX_MS:
        # Milliseconds where seconds are documented: the fold decides that.
        assert max(times_of(fold([stated], timedelta(days=14)).tracks), default=0) < MAX_MS
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
    st.builds(replace, st.sampled_from(ODD)),
    st.builds(replace, anything),
    st.just(drop),
    st.just(double),
    st.builds(add, st.sampled_from(KEYS), anything),
)
