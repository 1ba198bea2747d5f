"""Whatever comes in place of Suno API's bodies is read, or is unreadable; nothing else happens."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.payloads import anything, bent, check_storable, load, names
from tracks.providers.base import SubmittedWith, Unreadable
from tracks.providers.suno import parser
from tracks.providers.suno.operations import OPERATIONS

asked = st.builds(
    SubmittedWith,
    st.sampled_from(["", *OPERATIONS]),
    st.dictionaries(st.sampled_from(["prompt", "instrumental"]), anything),
)


@given(body=anything, asked=asked)
def test_any_json_is_read_or_unreadable(body: Any, asked: SubmittedWith) -> None:
    check_readable(body, asked)


@settings(max_examples=500)
@given(data=st.data(), name=st.sampled_from(names("suno")), asked=asked)
def test_any_bent_payload_is_read_or_unreadable(data: Any, name: str, asked: SubmittedWith) -> None:
    check_readable(data.draw(bent(load(name))), asked)


def check_readable(body: Any, asked: SubmittedWith) -> None:
    parser.submitted(body)
    readings = (
        lambda: parser.callback(body, "kie", asked),
        lambda: parser.record(body, "sunoapi", asked.operation),
    )
    for reading in readings:
        try:
            update = reading()
        except Unreadable:
            continue
        check_storable(update)
        assert update.operation in {"", *OPERATIONS}
