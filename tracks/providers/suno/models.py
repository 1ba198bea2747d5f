"""The names of Suno's models, which results call otherwise than requests."""

from __future__ import annotations

# By the names in results. Sources (read 2026-11): https://dog-test.kie.ai/cn/suno-api/quickstart-ch (v3-5),
# https://docs.rs/crate/sunox/latest/source/src/cli/models.rs (v3-5, v4, bluejay, crow, fenix),
# https://www.atlascloud.ai/it/models/suno-chirp (v4, v5),
# https://atlascloud.ai/docs/zh/more-models/suno/chirp-v4-5-plus/generateAudio (v4-5-plus),
# https://github.com/AceDataCloud/SunoMCP/issues/84 (v4-5, v5-5). Left out is chirp-auk: sources
# disagree whether it is V4_5 or V4_5ALL. What V4_5ALL and the V6 models report is not known.
_REQUESTED = {
    "chirp-v3-5": "V3_5",
    "chirp-v4": "V4",
    "chirp-v4-5": "V4_5",
    "chirp-v4-5-plus": "V4_5PLUS",
    "chirp-bluejay": "V4_5PLUS",
    "chirp-v5": "V5",
    "chirp-crow": "V5",
    "chirp-v5-5": "V5_5",
    "chirp-fenix": "V5_5",
}
_NAMES = frozenset({*_REQUESTED.values(), "V4_5ALL", "V6", "V6_MINI", "V6_WILD"})


def requested(reported: str) -> str:
    """The name in requests; blank where it is not known."""
    return reported if reported in _NAMES else _REQUESTED.get(reported.lower(), "")


def names(name: str) -> frozenset[str]:
    """All names of the model that this one names, itself included."""
    own = requested(name)
    return frozenset({name, own, *(one for one, other in _REQUESTED.items() if other == own)}) - {""}
