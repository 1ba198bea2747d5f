"""Lyrics: timed lines, timed words or plain text in, sung lines and section headings out."""

from tracks.domain.lyrics.clock import RawWord
from tracks.domain.lyrics.lines import RawLine, as_text, line_timed, plain_lyrics, timed_lyrics
from tracks.domain.lyrics.word_timing import word_timed_lyrics

__all__ = [
    "RawLine",
    "RawWord",
    "as_text",
    "line_timed",
    "plain_lyrics",
    "timed_lyrics",
    "word_timed_lyrics",
]
