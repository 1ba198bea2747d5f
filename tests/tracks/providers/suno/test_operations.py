"""What Suno API takes: its limits by model and mode, and what depends on the source track."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.operation_samples import sample, without
from tests.support.suno_params import CUSTOM, EXTEND, SECTION, SIMPLE, TEXTS, UPLOAD
from tracks.domain.updates import TrackKind
from tracks.providers.operations import Names, Params, Problem, SourceFacts
from tracks.providers.suno.operations import OPERATIONS

COVER = {**UPLOAD, **CUSTOM}
UPLOAD_EXTEND = {
    **UPLOAD,
    "defaultParamFlag": True,
    "instrumental": False,
    "model": "V5",
    "continueAt": 60,
    **TEXTS,
}
BASES = {
    "generate": CUSTOM,
    "extend": EXTEND,
    "upload-cover": COVER,
    "upload-extend": UPLOAD_EXTEND,
    "replace-section": SECTION,
}
# Operation, field, how many characters, and with which model or in which mode.
LIMITS: list[tuple[str, str, int, dict[str, Any]]] = [
    ("generate", "prompt", 500, {"customMode": False}),
    ("upload-cover", "prompt", 500, {"customMode": False}),
    *(
        (operation, field, most, {"model": model})
        for operation in ("generate", "extend", "upload-cover", "upload-extend")
        for model in ("V4", "V4_5", "V4_5PLUS", "V4_5ALL", "V5", "V5_5")
        for field, most in (
            ("prompt", 3000 if model == "V4" else 5000),
            ("style", 200 if model == "V4" else 1000),
            ("title", 80 if operation == "generate" or model in ("V4", "V4_5ALL") else 100),
        )
    ),
    ("add-vocals", "prompt", 5000, {}),
    ("add-vocals", "style", 1000, {}),
    ("add-vocals", "title", 80, {}),
    ("add-instrumental", "tags", 1000, {}),
    ("add-instrumental", "title", 80, {}),
    ("replace-section", "prompt", 5000, {}),
    ("replace-section", "tags", 1000, {}),
    ("replace-section", "title", 100, {}),
    ("replace-section", "fullLyrics", 5000, {}),
    ("lyrics", "prompt", 5000, {}),
    ("video", "author", 50, {}),
    ("video", "domainName", 50, {}),
]


def problems(operation: str, params: Params, source: SourceFacts | None = None) -> list[Problem]:
    return OPERATIONS[operation].problems(params, source)


def wrong(operation: str, params: Params, source: SourceFacts | None = None) -> list[tuple[str, str]]:
    return [(problem.field, problem.code) for problem in problems(operation, params, source)]


def base(operation: str) -> Params:
    return BASES.get(operation) or sample(OPERATIONS[operation])


def test_the_twelve_operations() -> None:
    assert list(OPERATIONS) == [
        "generate",
        "extend",
        "upload-cover",
        "upload-extend",
        "add-vocals",
        "add-instrumental",
        "replace-section",
        "lyrics",
        "wav",
        "vocal-removal",
        "cover-image",
        "video",
    ]


@pytest.mark.parametrize(("operation", "field", "most", "mode"), LIMITS)
def test_a_text_at_its_limit_passes_and_one_over_names_it(
    operation: str, field: str, most: int, mode: dict[str, Any]
) -> None:
    params = {**base(operation), **mode}
    assert wrong(operation, {**params, field: "x" * most}) == []
    (problem,) = problems(operation, {**params, field: "x" * (most + 1)})
    assert (problem.field, problem.code) == (field, "max_length")
    assert str(most) in problem.detail
    assert str(most + 1) in problem.detail


def test_a_limit_names_the_model_that_it_is_of() -> None:
    (problem,) = problems("generate", {**CUSTOM, "model": "V4", "style": "x" * 201})
    assert problem.detail == "has 201 characters; at most 200 are allowed with V4."


@pytest.mark.parametrize(
    ("operation", "params", "missing"),
    [
        ("generate", without(SIMPLE, "prompt"), ["prompt"]),
        ("generate", {**SIMPLE, "prompt": " "}, ["prompt"]),
        ("generate", {**without(SIMPLE, "prompt"), "instrumental": True}, ["prompt"]),
        ("generate", without(CUSTOM, "style", "title"), ["style", "title"]),
        ("generate", without(CUSTOM, "prompt"), ["prompt"]),
        ("generate", {**without(CUSTOM, "prompt"), "instrumental": True}, []),
        ("extend", without(EXTEND, "prompt", "style"), ["prompt", "style"]),
        ("extend", without(EXTEND, "title", "continueAt"), ["continueAt", "title"]),
        ("extend", {"audioId": "c1", "defaultParamFlag": False, "model": "V5"}, []),
        ("upload-cover", without(COVER, "prompt", "style", "title"), ["prompt", "style", "title"]),
        ("upload-cover", {**without(COVER, "prompt"), "instrumental": True}, []),
        ("upload-cover", {**UPLOAD, **SIMPLE}, []),
        ("upload-cover", {**UPLOAD, **without(SIMPLE, "prompt"), "instrumental": True}, ["prompt"]),
        ("upload-extend", without(UPLOAD_EXTEND, "style", "title"), ["style", "title"]),
        ("upload-extend", without(UPLOAD_EXTEND, "prompt"), ["prompt"]),
        ("upload-extend", {**without(UPLOAD_EXTEND, "prompt"), "instrumental": True}, []),
        ("upload-extend", {**without(UPLOAD_EXTEND, *TEXTS), "defaultParamFlag": False}, []),
    ],
)
def test_what_a_mode_needs(operation: str, params: Params, missing: list[str]) -> None:
    assert wrong(operation, params) == [(name, "required") for name in missing]


@pytest.mark.parametrize(
    ("operation", "more", "problem"),
    [
        ("generate", {"styleWeight": 1.01}, ("styleWeight", "max_value")),
        ("generate", {"styleWeight": -0.01}, ("styleWeight", "min_value")),
        ("generate", {"styleWeight": 0.655}, ("styleWeight", "max_decimal_places")),
        ("generate", {"vocalGender": "x"}, ("vocalGender", "invalid_choice")),
        ("generate", {"personaModel": "x"}, ("personaModel", "invalid_choice")),
        ("generate", {"duration": 9.9}, ("duration", "min_value")),
        ("generate", {"duration": 361}, ("duration", "max_value")),
        ("extend", {"continueAt": 0}, ("continueAt", "min_value")),
        ("upload-extend", {"continueAt": 0}, ("continueAt", "min_value")),
        ("upload-extend", {"uploadUrl": "a.mp3"}, ("uploadUrl", "invalid")),
        ("replace-section", {"infillStartS": -1}, ("infillStartS", "min_value")),
        ("replace-section", {"infillStartS": 10.505}, ("infillStartS", "max_decimal_places")),
        ("replace-section", {"infillEndS": 16.49}, ("infillEndS", "min_value")),
        ("replace-section", {"infillEndS": 3}, ("infillEndS", "min_value")),
        ("replace-section", {"infillEndS": 70.51}, ("infillEndS", "max_value")),
        ("vocal-removal", {"type": "x"}, ("type", "invalid_choice")),
        ("lyrics", {"prompt": "la " * 201}, ("prompt", "max_length")),
    ],
)
def test_what_is_out_of_bounds_is_named(operation: str, more: Params, problem: tuple[str, str]) -> None:
    assert wrong(operation, {**base(operation), **more}) == [problem]


@pytest.mark.parametrize(
    ("operation", "more"),
    [
        ("generate", {"styleWeight": 1, "weirdnessConstraint": 0, "audioWeight": 0.65}),
        ("generate", {"personaModel": "voice_persona", "personaId": "p", "vocalGender": "f"}),
        ("generate", {"model": "V6", "duration": 10}),
        ("replace-section", {"infillEndS": 16.5}),
        ("replace-section", {"infillEndS": 70.5}),
        ("vocal-removal", {"type": "split_stem"}),
        ("lyrics", {"prompt": "la " * 200}),
    ],
)
def test_what_is_just_within_bounds_passes(operation: str, more: Params) -> None:
    assert wrong(operation, {**base(operation), **more}) == []


LONG = SourceFacts(duration_ms=120_000)


@pytest.mark.parametrize(
    ("operation", "more", "source", "expected"),
    [
        ("extend", {"continueAt": 119.9}, LONG, []),
        ("extend", {"continueAt": 120}, LONG, [("continueAt", "max_value")]),
        ("extend", {"continueAt": 500}, None, []),
        ("extend", {}, SourceFacts(model="V5"), []),
        ("extend", {"model": "V4"}, SourceFacts(model="V5"), [("model", "invalid")]),
        ("upload-extend", {"continueAt": 120}, LONG, [("continueAt", "max_value")]),
        ("upload-extend", {}, SourceFacts(480_000), []),
        ("upload-extend", {}, SourceFacts(480_001), [("uploadUrl", "max_value")]),
        ("upload-extend", {"model": "V4_5ALL", "continueAt": 9}, SourceFacts(60_000), []),
        ("upload-extend", {"model": "V4_5ALL"}, SourceFacts(60_001), [("uploadUrl", "max_value")]),
        ("upload-cover", {}, SourceFacts(480_000), []),
        ("upload-cover", {}, SourceFacts(480_001), [("uploadUrl", "max_value")]),
        ("upload-cover", {"model": "V4_5ALL"}, SourceFacts(60_001), [("uploadUrl", "max_value")]),
        ("replace-section", {"infillStartS": 0, "infillEndS": 60}, LONG, []),
        ("replace-section", {"infillEndS": 40}, SourceFacts(50_000), [("infillEndS", "max_value")]),
        ("replace-section", {"infillStartS": 110, "infillEndS": 121}, LONG, [("infillEndS", "max_value")]),
    ],
)
def test_what_the_source_track_allows(
    operation: str, more: Params, source: SourceFacts | None, expected: list[tuple[str, str]]
) -> None:
    assert wrong(operation, {**base(operation), **more}, source) == expected


@pytest.mark.parametrize(
    ("operation", "names"),
    [
        ("generate", []),
        ("extend", [("audioId", Names.TRACK)]),
        ("upload-cover", [("uploadUrl", Names.AUDIO)]),
        ("upload-extend", [("uploadUrl", Names.AUDIO)]),
        ("add-vocals", [("uploadUrl", Names.AUDIO)]),
        ("add-instrumental", [("uploadUrl", Names.AUDIO)]),
        ("replace-section", [("taskId", Names.TASK), ("audioId", Names.TRACK)]),
        ("lyrics", []),
        ("wav", [("taskId", Names.TASK), ("audioId", Names.TRACK)]),
        ("vocal-removal", [("taskId", Names.TASK), ("audioId", Names.TRACK)]),
        ("cover-image", [("taskId", Names.TASK)]),
        ("video", [("taskId", Names.TASK), ("audioId", Names.TRACK)]),
    ],
)
def test_what_names_the_source_track(operation: str, names: list[tuple[str, Names]]) -> None:
    fields = OPERATIONS[operation].fields
    assert [(field.name, field.names) for field in fields if field.names] == names
    assert OPERATIONS[operation].needs_source == bool(names)


@pytest.mark.parametrize(
    ("operations", "makes", "stages"),
    [
        (["generate", "extend", "upload-cover", "upload-extend"], "song", ("text", "first", "complete")),
        (["add-vocals", "add-instrumental"], "song", ("text", "first", "complete")),
        (["replace-section"], "song", ("complete",)),
        (["lyrics"], "lyrics", ("complete",)),
        (["wav", "vocal-removal", "cover-image", "video"], "files", ("done",)),
    ],
)
def test_what_an_operation_makes_and_how_often_it_calls_back(
    operations: list[str], makes: str, stages: tuple[str, ...]
) -> None:
    for name in operations:
        assert OPERATIONS[name].makes is TrackKind(makes)
        assert OPERATIONS[name].stages == stages
