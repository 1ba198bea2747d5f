"""Divides a song into its sections, and says of each how long and loud it is and who plays."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from musicgen.simulator.music.bands import Band
from musicgen.simulator.music.songbook import TAG, Recipe

# A part of its tag tells the kind of a section, the first match counts; any other one is a verse.
KINDS = (
    ("intro", ("intro", "前奏")),
    ("outro", ("outro", "end", "coda", "尾奏")),
    ("build", ("pre-chorus", "pre chorus", "build")),
    ("chorus", ("chorus", "refrain", "hook", "drop", "副歌")),
    ("bridge", ("bridge", "桥")),
    ("solo", ("solo", "inst", "interlude", "间奏")),
    ("break", ("break",)),
)
LEVELS = {
    "intro": 0.36,
    "verse": 0.50,
    "build": 0.62,
    "chorus": 0.92,
    "bridge": 0.42,
    "solo": 0.74,
    "break": 0.14,
    "outro": 0.48,
    "finale": 0.95,
}
SHAPES = {"intro": "rise", "build": "rise", "outro": "fall"}
# Seconds of a section that nobody sings in; a tag of any other kind without lines has one bar.
UNSUNG = {"intro": 6.5, "solo": 9.0, "break": 4.5}
OUTRO = {"fade": 9.0, "ring": 5.5, "hard": 2.5}
LINE_SECONDS = 2.7
BAND = frozenset({"pad", "pluck", "bass", "drums"})
# Who may play; the dice choose one of each row.
PLAYERS = {
    "intro": ({"pluck"}, {"pad"}, {"pluck", "pad"}, {"pluck", "drums"}),
    "verse": ({"pluck", "bass"}, {"pad", "bass"}, {"pluck"}),
    "later verse": ({"pluck", "bass", "drums"}, {"pad", "bass", "drums"}, BAND),
    "build": ({"pad", "bass", "drums"}, {"pluck", "pad", "drums"}),
    "chorus": (BAND, BAND | {"bell"}),
    "bridge": ({"pad"}, {"pad", "bell"}, {"pluck", "pad"}, {"bass", "drums"}),
    "solo": (BAND | {"bell"}, {"bell", "bass", "drums", "pad"}, {"bell", "pluck", "bass"}),
    "break": ({"pad"}, {"pluck"}, {"bass"}),
    "outro": ({"pluck", "pad"}, BAND, {"pad", "bell"}),
    "finale": (BAND, BAND | {"bell"}),
}
# Instrumentals: kinds of sections, each with its seconds.
FORMS = (
    "intro:8 verse:14 chorus:13 break:5 verse:11 solo:13 chorus:13",
    "intro:6 verse:11 build:6 chorus:15 bridge:10 break:4 build:5 chorus:16",
    "verse:13 solo:11 verse:10 bridge:12 chorus:18 break:6 solo:9",
)


@dataclass
class Passage:
    """One section as it is played, in bars. `tag`: as written in the lyric, or the provider's own.

    `level`: loudness, at most 1. `shape`: flat, rise or fall. `stops`: the band rests in its last bar.
    """

    tag: str
    kind: str
    lines: list[str] = field(default_factory=list)
    bar: int = 0
    bars: int = 1
    level: float = 1
    shape: str = "flat"
    players: frozenset[str] = BAND
    stops: bool = False

    def loudness(self, bar: int) -> float:
        """How loud it is in one of its bars, which is counted from the song's first."""
        share = (bar - self.bar + 0.5) / self.bars
        return self.level * {"flat": 1.0, "rise": 0.5 + 0.65 * share, "fall": 1.1 - 0.85 * share}[self.shape]


def plan(recipe: Recipe, band: Band, ending: str, bar_seconds: float, dice: random.Random) -> list[Passage]:
    """All sections in order; the same dice give the same plan."""
    passages = list(_written(recipe.text)) if recipe.text else _instrumental(dice, bar_seconds)
    if passages[0].kind != "intro" and recipe.theme.band and recipe.take % 2 == 0:
        passages.insert(0, Passage("[intro]", "intro", bars=2))
    if passages[-1].kind != "outro":
        passages.append(Passage("[outro]", "finale" if ending == "hard" else "outro"))
    line_bars = max(1, round(LINE_SECONDS / bar_seconds))
    seen: Counter[str] = Counter()
    bar = 0
    for passage in passages:
        passage.bar, passage.bars = bar, _bars(passage, ending, line_bars, bar_seconds, dice)
        _cast(passage, seen[passage.kind], band, dice)
        seen[passage.kind] += 1
        bar += passage.bars
    _stop_before_the_last_chorus(passages, dice)
    return passages


def _written(text: tuple[str, ...]) -> Iterator[Passage]:
    passage = Passage("", "verse")
    for line in text:
        if TAG.match(line):
            if passage.tag or passage.lines:
                yield passage
            passage = Passage(line, _kind(line))
        else:
            passage.lines.append(line)
    yield passage


def _kind(tag: str) -> str:
    lower = tag.lower()
    return next((kind for kind, words in KINDS if any(word in lower for word in words)), "verse")


def _instrumental(dice: random.Random, bar_seconds: float) -> list[Passage]:
    parts = [part.split(":") for part in dice.choice(FORMS).split()]
    return [Passage("", kind, bars=max(1, round(float(long) / bar_seconds))) for kind, long in parts]


def _bars(passage: Passage, ending: str, line_bars: int, bar_seconds: float, dice: random.Random) -> int:
    if passage.lines:
        breath = 1 if passage.kind == "chorus" and dice.random() < 0.5 else 0
        return len(passage.lines) * line_bars + breath
    if passage.kind in ("outro", "finale"):
        return max(1, round(OUTRO[ending] / bar_seconds))
    if not passage.tag:
        return passage.bars
    seconds = UNSUNG.get(passage.kind, 0.0) * dice.choice((0.8, 1.0, 1.3))
    return max(1, round(seconds / bar_seconds))


def _cast(passage: Passage, before: int, band: Band, dice: random.Random) -> None:
    """Who plays, and how loud; a verse or chorus that comes again is louder."""
    kind = passage.kind
    name = "later verse" if kind == "verse" and before else kind
    passage.players = frozenset(dice.choice(PLAYERS[name]))
    grown = LEVELS[kind] + (0.06 * min(before, 2) if kind in ("verse", "chorus") else 0)
    varied = min(1.0, grown * dice.uniform(0.86, 1.12))
    passage.level = 1 - (1 - varied) * (0.3 + 0.75 * band.contrast)
    passage.shape = SHAPES.get(kind, "flat")


def _stop_before_the_last_chorus(passages: list[Passage], dice: random.Random) -> None:
    places = [place for place, passage in enumerate(passages) if passage.kind == "chorus"]
    if len(places) > 1 and places[-1] and dice.random() < 0.6:
        before = passages[places[-1] - 1]
        before.stops = before.bars > 1
