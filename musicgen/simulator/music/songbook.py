"""The six songs of the simulator: their lyrics (written for this project), style, key and colours."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace

from musicgen.simulator.music.bands import Band

MAX_SUNG_LINES = 48
TAG = re.compile(r"^\[[^\[\]]+\]$")


@dataclass(frozen=True)
class Theme:
    """One song: beats per minute, MIDI note of its key, one chord (scale step) per bar, two cover colours.

    `band`: who plays it in full, with an intro, quiet and loud sections and an ending; None for a short song.
    `picture`: shape and format of its cover; "" for a song whose cover has no link. `habits`: steering words,
    each with what follows its colon, of every request for it. `misheard`: what is written, and what is sung.
    """

    title: str
    style: str
    hints: tuple[str, ...]
    tempo: float
    root: int
    minor: bool
    chords: tuple[int, ...]
    colours: tuple[str, str]
    text: str
    band: Band | None = None
    picture: str = "hills.jpeg"
    habits: tuple[tuple[str, str], ...] = ()
    misheard: tuple[str, str] | None = None


THEMES = (
    Theme(
        "Harbour Lights",
        "Folk Pop",
        ("harbour", "harbor", "sea", "boat"),
        120,
        50,
        minor=False,
        chords=(0, 4, 5, 3),
        colours=("#12324a", "#f2a65a"),
        text="""[verse]
The harbour keeps a lamp for every sail
The gulls are writing letters to the rain
I fold the day and hang it on a nail
And hum until the tide comes in again
[chorus]
Oh harbour lights, hold on to me
Paint a little road across the sea
If I should drift, then let it be
Back to the lights that wait for me""",
    ),
    Theme(
        "Paper Aeroplanes",
        "Indie Pop",
        ("paper", "happy", "child", "fly"),
        128,
        55,
        minor=False,
        chords=(0, 3, 5, 4),
        colours=("#3aa6b9", "#ffd0d0"),
        text="""[verse]
We wrote our plans on paper wings
And threw them off the roof at noon
One landed where the blackbird sings
One went to have tea with the moon
[chorus]
Fly now, fly, whatever you weigh
Crooked and brave and halfway there
Somebody catches the things we say
Somebody reads the words in the air""",
    ),
    Theme(
        "Midnight Tram",
        "Synthwave",
        ("night", "neon", "city", "synth"),
        122,
        57,
        minor=True,
        chords=(0, 5, 2, 6),
        colours=("#1b0b3b", "#ff4f9a"),
        text="""[verse]
Last tram humming through the neon
Windows full of someone's dream
Every stop I put my name on
Rubs away in clouds of steam
[chorus]
Take me round the loop again
Past the bakery, past the bend
Midnight tram, my oldest friend
Take me round the loop again""",
    ),
    Theme(
        "Moss and Granite",
        "Ambient Folk",
        ("mountain", "calm", "slow", "forest"),
        96,
        48,
        minor=False,
        chords=(0, 3, 0, 4),
        colours=("#21402c", "#c9d7a6"),
        text="""[verse]
Slow is the way that the mountain speaks
Moss for a blanket, granite for bone
Rivers go braiding their silver for weeks
[chorus]
Nobody hurries a stone, a stone
Nobody hurries a stone""",
    ),
    Theme(
        "雨后的街",
        "Mandopop",
        ("雨", "街", "中文", "mandarin", "chinese"),
        124,
        52,
        minor=True,
        chords=(0, 3, 6, 4),
        colours=("#233a5e", "#f7b2a0"),
        text="""[verse]
雨停在七点的街口
路灯把水洼点成酒
旧伞靠着新的门
像一句没说完的问候
[chorus]
让风慢慢走，慢慢走
把晚霞留在你袖口
明天若还有云朵
我们就往亮处走""",
    ),
    Theme(
        "Coffee for Two",
        "Bossa Nova",
        ("coffee", "morning", "jazz", "bossa"),
        126,
        53,
        minor=False,
        chords=(0, 5, 1, 4),
        colours=("#5b3a29", "#ffe3a9"),
        text="""[verse]
The kettle sings in B flat minor
The toast is burning just on time
I could not draw a morning finer
Than two old cups and one bad rhyme
[chorus]
So pour it slow and pour it sweet
The world can wait another street
There is sugar and there is sun
And no one here has far to run""",
    ),
)


@dataclass(frozen=True)
class Piece:
    """A part of a take, from `start` to before `end` in seconds; None is the end of the take."""

    recipe: Recipe
    start: float = 0
    end: float | None = None


@dataclass(frozen=True)
class Recipe:
    """Everything that a take's sound depends on. `text`: sung lines and tags; without any, bells play.

    `parts`: only these instruments sound. `pieces`: the parts of other takes that it is joined from.
    """

    theme: Theme
    take: int
    text: tuple[str, ...]
    voice: bool
    parts: tuple[str, ...] = ()
    pieces: tuple[Piece, ...] = ()

    @property
    def key(self) -> str:
        """A file name that is the same for the same sound, in every run."""
        facts: tuple[object, ...] = (self.theme.title, self.take, self.text, self.voice)
        if self.parts or self.pieces:
            joined = tuple((piece.recipe.key, piece.start, piece.end) for piece in self.pieces)
            facts = (*facts, self.parts, joined)
        if self.theme.band:
            facts = (*facts, self.theme.band, self.theme.picture)
        return hashlib.sha256(repr(facts).encode()).hexdigest()[:20]

    @property
    def whole(self) -> Recipe:
        """The same take with all its instruments."""
        return replace(self, parts=())


def recipe(
    prompt: str, lyrics: str, *, instrumental: bool, take: int = 0, book: tuple[Theme, ...] = THEMES
) -> Recipe:
    """One take of the song of the book for a request; the same words always choose the same song."""
    theme = choose(prompt + lyrics, book)
    heard = lyrics.replace(*theme.misheard) if theme.misheard else lyrics
    text = () if instrumental else sung(heard) or sung(theme.text)
    return Recipe(theme=theme, take=take, text=text, voice=not instrumental)


def choose(words: str, book: tuple[Theme, ...] = THEMES) -> Theme:
    """The song whose hints are among the words, else one by their hash."""
    return hinted(words, book) or book[hashlib.sha256(words.encode()).digest()[0] % len(book)]


def hinted(words: str, book: tuple[Theme, ...]) -> Theme | None:
    """The first song whose hints are among the words."""
    lower = words.lower()
    return next((theme for theme in book if any(hint in lower for hint in theme.hints)), None)


def sung(lyrics: str) -> tuple[str, ...]:
    """Lines and tags of a lyric, blank ones left out, at most 48 sung lines; () when nothing is sung."""
    lines = [line.strip() for line in lyrics.splitlines() if line.strip()]
    places = [place for place, line in enumerate(lines) if not TAG.match(line)][:MAX_SUNG_LINES]
    return tuple(lines[: places[-1] + 1]) if places else ()
