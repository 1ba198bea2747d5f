"""The lyric timeline: raw timed lines, timed words or plain text in, sung lines and section headings out."""

from tracks.domain.lyrics.clock import RawWord
from tracks.domain.lyrics.lines import RawLine, in_milliseconds, joined, plain, timed
from tracks.domain.lyrics.word_timing import worded

__all__ = ["RawLine", "RawWord", "in_milliseconds", "joined", "plain", "timed", "worded"]
