"""Any JSON value, for what must read or refuse whatever a provider sends."""

from __future__ import annotations

import math
from random import Random
from typing import Any

from hypothesis import strategies as st

# Every key that a parser looks for, so that arbitrary JSON often holds one. (SIM905: as a list of strings it
# would be a line for each word.)
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
ODD = [
    *("", "\x00", "\ud800", None, True, False, math.nan, math.inf, -math.inf, -0.0, 5e-324, 1.7e308),
    *(0, -1, 200, 413, 1750000000, 1750000000000, 9_999_999_999, 10**400),
]
# Spans of code points: ASCII, control characters, Latin, combining, right to left, Chinese, surrogates,
# punctuation that is not seen, pictures, anything.
ALPHABETS = [
    *((0x20, 0x7F), (0, 0x20), (0xA0, 0x250), (0x300, 0x370), (0x590, 0x700), (0x4E00, 0x9FFF)),
    *((0xD7F0, 0xE010), (0x2000, 0x2070), (0x1F300, 0x1F700), (0, 0x110000)),
]
DEPTH = 4


def made(random: Random, depth: int = DEPTH) -> Any:
    """A value made by chance, of at most so many containers in one another."""
    kind = random.randrange(3) if depth else 0
    if kind == 0:
        return _scalar(random)
    values = [made(random, depth - 1) for _ in range(random.randrange(5))]
    return values if kind == 1 else {_key(random): value for value in values}


def _scalar(random: Random) -> Any:
    makers = [
        lambda: random.choice(ODD),
        lambda: random.choice(WORDS),
        lambda: random.getrandbits(random.randrange(1, 130)) * random.choice((1, -1)),
        lambda: random.uniform(-1, 1) * 10 ** random.randrange(-20, 40),
        lambda: _text(random, 20),
    ]
    return random.choice(makers)()


def _key(random: Random) -> str:
    return random.choice(KEYS) if random.random() < 0.7 else _text(random, 5)


def _text(random: Random, longest: int) -> str:
    low, high = random.choice(ALPHABETS)
    return "".join(chr(random.randrange(low, high)) for _ in range(random.randrange(longest + 1)))


scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.text(st.characters(min_codepoint=0xD7F0, max_codepoint=0xE00F), max_size=3)
    | st.sampled_from(WORDS)
    | st.sampled_from(ODD)
)
# Containers are made from a seed: to draw them value by value took two thirds of the time of these tests.
# They do not shrink; what a single value can break is found as one of the scalars.
anything: st.SearchStrategy[Any] = scalars | st.integers(0, 2**64 - 1).map(lambda seed: made(Random(seed)))
