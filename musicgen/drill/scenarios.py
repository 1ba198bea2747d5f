"""The scenarios of the drill: what can go wrong with a provider, and how each must end.

The words in double brackets make the simulator misbehave; its README lists them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

_LYRICS = "[Verse]\nOne small line upon the sea\n[Chorus]\nAnd one more line for you and me"


@dataclass(frozen=True, slots=True)
class Ending:
    """How a task must end. ``kind``: of its error; ``archive``: of each of its tracks.

    ``provider_tasks``: how many submits the provider accepted for it. ``failed_fetches``: at least so many
    fetches must fail, because what they bring is wrong; ``failure``: what the errors of all of them must say.
    ``is_called_back``: whether callbacks reach us.
    """

    status: str = "succeeded"
    kind: str = ""
    archive: str = "complete"
    tracks: int = 1
    provider_tasks: int = 1
    failed_fetches: int = 0
    failure: str = ""
    is_called_back: bool = True

    def __str__(self) -> str:
        parts = [self.status, self.kind, self.archive if self.tracks else ""]
        return " ".join(filter(None, parts))


@dataclass(frozen=True, slots=True)
class Scenario:
    name: str
    provider: str
    steering: str
    ending: Ending
    operation: str = "generate"

    @property
    def timing(self) -> str:
        """How finely the lyrics of each finished track must be timed."""
        return "none" if self.operation == "stems" else _TIMED[self.provider]

    @property
    def marker(self) -> str:
        """Text by which the submit is found in the simulator's ledger."""
        return f"drill:{self.name};"

    @property
    def params(self) -> dict[str, Any]:
        if self.operation == "stems":
            return {"url": f"https://recordings.example/harbour.mp3?{self.marker}{self.steering}"}
        if self.provider == "tempolor":
            prompt = f"a harbour, {self.marker} {self.steering}"
            return {"model": "TemPolor v4.5", "prompt": prompt, "lyrics": _LYRICS}
        return {
            "customMode": True,
            "instrumental": False,
            "model": "V5",
            "title": "Harbour",
            "style": f"harbour folk {self.marker} {self.steering}",
            "prompt": _LYRICS,
        }


_TIMED = {"suno": "word", "tempolor": "line"}
_WELL = Ending()
# Each file of a TemPolor song comes badly the first time: its audio and its lossless audio.
_SPOILED = replace(_WELL, failed_fetches=2)
_NOTHING = Ending("failed", "upstream", "none")
# Sent, and not known whether it was accepted: never sent again automatically.
_UNSURE = Ending("unsure", "", "none", tracks=0, provider_tasks=0, is_called_back=False)
_SILENT = replace(_WELL, is_called_back=False)
_BOTH: tuple[tuple[str, str, Ending], ...] = (
    ("undisturbed", "", _WELL),
    ("late", "[[delay:60]]", _WELL),
    ("repeated", "[[duplicate]]", _WELL),
    ("reordered", "[[shuffle]]", _WELL),
    ("dropped", "[[silent]]", _SILENT),
    ("forged", "", _WELL),
    ("expired-links", "[[expired]]", _WELL),
    ("error-first", "[[error-then-success]]", _WELL),
    ("error-last", "[[success-then-error]]", _WELL),
    # No callback comes until all else is sent, when a second submit would have been sent too.
    ("lost-answer", "[[no-answer]] [[delay:300]]", _WELL),
    ("server-error", "[[error-500]]", _UNSURE),
    ("corrupt-once", "[[corrupt:1]]", _SPOILED),
    ("half-once", "[[half:1]]", _SPOILED),
    ("page-once", "[[html:1]]", _SPOILED),
    ("junk-in-front", "[[junk]]", _WELL),
    ("compressed", "[[gzip]]", _WELL),
    # Only the first half comes first. The rest is never taken for a file, which would fail as a wrong one.
    ("sliced", "[[slice]]", replace(_SPOILED, failure="the file broke off")),
    ("absurd-time", "[[outlier]]", _WELL),
)
_SUNO: tuple[tuple[str, str, Ending], ...] = (
    # Its pictures exist and are archived.
    ("no-audio", "[[no-audio]]", replace(_NOTHING, archive="complete")),
    ("rate-limited", "[[refuse:430:2]]", _WELL),
    ("skipped-stage", "[[skip:first]]", _WELL),
    ("same-file", "[[same-file]]", _WELL),
    ("failed", "[[fail:531]]", replace(_NOTHING, tracks=0)),
)
_TEMPOLOR: tuple[tuple[str, str, Ending], ...] = (
    ("no-audio", "[[no-audio]]", _NOTHING),
    ("rate-limited", "[[refuse:400006:2]]", _WELL),
    ("skipped-stage", "[[skip:audio_complete]]", _WELL),
    ("same-file", "[[items:2]] [[same-file]]", replace(_WELL, tracks=2, provider_tasks=2)),
    ("failed", "[[fail]]", _NOTHING),
    ("part-failed", "[[part-failed]]", replace(_WELL, status="partial")),
)
_STEMS: tuple[tuple[str, str, Ending], ...] = (
    ("zip", "", _WELL),
    ("zip-cut-once", "[[bad-zip:truncated:1]]", replace(_WELL, failed_fetches=1)),
    ("zip-lacks-one", "[[bad-zip:missing]]", replace(_WELL, archive="incomplete")),
    # Archived as it came after some tries; no member that grows too large is extracted.
    ("zip-bomb", "[[bad-zip:bomb]]", replace(_WELL, archive="incomplete", failed_fetches=2)),
)


def _scenarios() -> Iterator[Scenario]:
    for name, steering, ending in (*_BOTH, *_SUNO):
        # Two takes with four files each: audio and cover, and the `source_` files of both.
        two = replace(ending, tracks=2, failed_fetches=4 * ending.failed_fetches) if ending.tracks else ending
        yield Scenario(name, "suno", steering, two)
    for name, steering, ending in (*_BOTH, *_TEMPOLOR):
        yield Scenario(name, "tempolor", steering, ending)
    for name, steering, ending in _STEMS:
        yield Scenario(name, "tempolor", steering, ending, "stems")


SCENARIOS = tuple(_scenarios())
FORGED = "forged"  # the scenario in which the drill sends forged callbacks
# Another task's id in a body as the provider would write it.
_FORGED_BODIES = {
    "suno": {
        "code": 200,
        "msg": "All generated successfully.",
        "data": {
            "callbackType": "complete",
            "task_id": "forged-task",
            "data": [{"id": "forged-song", "audio_url": "https://forged.example/a.mp3", "title": "Forged"}],
        },
    },
    "tempolor": {
        "songs": [
            {
                "item_id": "666000666",
                "status": "succeeded",
                "audio_url": "https://forged.example/a.mp3",
                "title": "Forged",
            }
        ]
    },
}


def forged_body(provider: str) -> bytes:
    """A well-formed callback about a task that is not ours."""
    return json.dumps(_FORGED_BODIES[provider]).encode()
