"""Full-text search of tracks by tokens of our own: folded words, and pairs of Chinese characters.

A token is made of letters, digits and the vowel signs between them, so that both databases find the same:
PostgreSQL takes them as an array, SQLite's FTS5 cuts at spaces alone (migration 0003).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db import connections
from django.db.models import BooleanField, F, Func, QuerySet, Value
from django.db.models.expressions import Col, RawSQL
from django.db.models.sql.compiler import SQLCompiler

from tracks.models import Track

# A tsvector holds 1 MiB, a lexeme 2046 bytes: https://www.postgresql.org/docs/current/textsearch-limitations.html
MAX_BYTES = 512 * 1024
MAX_WORD = 100
MAX_TERMS = 100

# A search is common if COMMON of the NEWEST tracks match; at 1 % both ways to search cost about the same.
NEWEST, COMMON = 500, 5
HITS_AMONG_NEWEST = """
    SELECT count(*) FROM (SELECT search_tokens FROM tracks_track ORDER BY id DESC LIMIT %s) AS newest
    WHERE search_tokens @@ %s::tsquery
"""

# Chinese, Japanese and Korean, once folded: without spaces between words, or with particles joined to them.
_CJK = "\u1100-\u11ff\u3005-\u3007\u3031-\u3035\u303b\u3041-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff" + (
    "\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7fb\uf900-\ufaff\U00020000-\U0003ffff"
)
_PIECE = re.compile(f"([{_CJK}]+)|([^{_CJK} ]+)")
_APOSTROPHES = frozenset("'’‘ʼ´`′＇")
_ZERO_WIDTH_SPACE = "\u200b"
# Combining classes of marks that a word is also written without: Hebrew and Arabic points, accents.
_ACCENTS = frozenset([*range(10, 36), *range(200, 256)])
_VARIATION_SELECTORS = frozenset(chr(code) for code in (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))


@dataclass(frozen=True, slots=True)
class Term:
    """A token that must occur, or with ``is_prefix`` the beginning of one."""

    token: str
    is_prefix: bool = False


def tokens_of(*texts: str) -> str:
    """The distinct tokens of the texts in order of appearance, space-joined, at most MAX_BYTES of UTF-8.

    Case, accents, width and composition are folded away. Punctuation separates words, but an apostrophe also
    joins them: "don't" is ``don``, ``t`` and ``dont``. A run of Chinese, Japanese or Korean becomes its
    overlapping pairs and its last character, so that every character of it begins a token.
    """
    tokens = " ".join(dict.fromkeys(_tokens(" ".join(texts))))
    return tokens.encode()[:MAX_BYTES].decode(errors="ignore")


def terms_of(text: str) -> list[Term]:
    """The terms of a search text: every word, the last one as a prefix; at most MAX_TERMS."""
    pieces = list(_pieces(text))
    terms: dict[Term, None] = {}
    for place, (piece, is_cjk) in enumerate(pieces):
        if is_cjk:
            pairs = [Term(pair) for pair in _pairs(piece)] or [Term(piece, is_prefix=True)]
            terms |= dict.fromkeys(pairs)
        else:
            terms[Term(_joined(piece), is_prefix=place == len(pieces) - 1)] = None
    return list(terms)[:MAX_TERMS]


def patterns_of(text: str) -> list[re.Pattern[str]]:
    """One for each term of a search text, to be looked for in :func:`folded` text."""
    return [_pattern(term) for term in terms_of(text)]


def _pattern(term: Term) -> re.Pattern[str]:
    # Folded text is decomposed, and tokens are composed.
    token = re.escape(unicodedata.normalize("NFD", term.token))
    if re.match(f"[{_CJK}]", term.token):
        return re.compile(token)
    return re.compile(rf"(?<!\w){token}" + ("" if term.is_prefix else r"(?!\w)"))


def folded(text: str) -> str:
    """The text as its terms are: without case, accents, width, apostrophes and punctuation."""
    return text.translate(_FOLDED).replace("'", "")


def marked(text: str, patterns: list[re.Pattern[str]]) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether the patterns found it; the pieces joined are the text."""
    origins = [place for place, char in enumerate(text) for _ in folded(char)]
    plain = folded(text)
    found: set[int] = set()
    for pattern in patterns:
        for match in pattern.finditer(plain):
            found.update(range(origins[match.start()], origins[match.end() - 1] + 1))
    runs = groupby(range(len(text)), key=found.__contains__)
    return [("".join(text[place] for place in places), is_found) for is_found, places in runs]


def matching(tracks: QuerySet[Track], text: str) -> QuerySet[Track]:
    """The tracks whose title, style, prompt and lyrics hold all words of the text, the last one as a prefix.

    A blank text filters nothing; one without any letter or digit finds nothing. On PostgreSQL one small query
    is made at once.
    """
    if not text.strip():
        return tracks
    terms = terms_of(text)
    if not terms:
        return tracks.none()
    if connections[tracks.db].vendor == "postgresql":
        return _on_postgresql(tracks, terms)
    return tracks.filter(pk__in=_on_sqlite(terms))


def _on_postgresql(tracks: QuerySet[Track], terms: list[Term]) -> QuerySet[Track]:
    """Common words are found by reading the list in its order, rare ones through the index."""
    # PostgreSQL's own choice can be wrong: it assumes that a word without statistics is in 0.5 % of the rows,
    # a prefix in 2 %, and may read all rows to find none (1 s for 200,000; by the index 1 ms). So the newest
    # rows show how common the words are.
    query = " & ".join(f"'{term.token}'{':*' if term.is_prefix else ''}" for term in terms)
    with connections[tracks.db].cursor() as cursor:
        cursor.execute(HITS_AMONG_NEWEST, [NEWEST, query])
        ((hits,),) = cursor.fetchall()
    if hits >= COMMON:
        return tracks.filter(_Holds(F("search_text"), Value(query)))
    return tracks.filter(_LookedUp(F("pk"), Value(query)))


class _Holds(Func):
    """``search_tokens @@ query``; the database keeps that column beside ``search_text`` (migration 0003)."""

    output_field = BooleanField()

    def as_postgresql(self, compiler: SQLCompiler, connection: Any, **_: Any) -> tuple[str, list[str]]:
        column, query = self.get_source_expressions()
        assert isinstance(column, Col)
        assert isinstance(query, Value)
        return f"{compiler.quote_name_unless_alias(column.alias)}.search_tokens @@ %s::tsquery", [query.value]


class _LookedUp(Func):
    """``id = ANY(ARRAY(…))``: an array cannot be turned into a condition on each row."""

    arg_joiner = " = ANY(ARRAY(SELECT id FROM tracks_track WHERE search_tokens @@ "
    template = "%(expressions)s::tsquery))"
    output_field = BooleanField()


def _on_sqlite(terms: list[Term]) -> RawSQL:
    query = " AND ".join(f'"{term.token}"{"*" if term.is_prefix else ""}' for term in terms)
    return RawSQL("SELECT rowid FROM tracks_search WHERE tracks_search MATCH %s", [query])


def _tokens(text: str) -> Iterator[str]:
    for piece, is_cjk in _pieces(text):
        if is_cjk:
            yield from _pairs(piece)
            yield piece[-1]
            continue
        parts = piece.split("'")
        yield from (part[:MAX_WORD] for part in parts)
        if len(parts) > 1:
            yield _joined(piece)


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Folded words with their apostrophes, and runs of Chinese, Japanese and Korean (second value true)."""
    # Recomposing sorts marks in quadratic time where their classes differ, so words are cut before; the marks
    # left in runs are all of one class.
    for match in _PIECE.finditer(text.translate(_FOLDED)):
        if match[1]:
            yield unicodedata.normalize("NFC", match[1]), True
        elif word := re.sub("'+", "'", match[2].strip("'"))[: 2 * MAX_WORD].rstrip("'"):
            yield unicodedata.normalize("NFC", word), False


def _pairs(run: str) -> list[str]:
    return [run[place : place + 2] for place in range(len(run) - 1)]


def _joined(word: str) -> str:
    return word.replace("'", "")[:MAX_WORD]


class _Folding(dict[int, str]):
    """A table for ``str.translate`` that fills itself on demand."""

    def __missing__(self, code: int) -> str:
        self[code] = _fold(chr(code))
        return self[code]


def _fold(char: str) -> str:
    if char in _APOSTROPHES:
        return "'"
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
    return "".join(map(_searchable, decomposed))


def _searchable(char: str) -> str:
    """A letter, digit or vowel sign as it is; nothing for accents and invisible characters; else a space."""
    kind = unicodedata.category(char)
    if unicodedata.combining(char) in _ACCENTS or char in _VARIATION_SELECTORS or kind == "Me":
        return ""
    if kind == "Cf" and char != _ZERO_WIDTH_SPACE:
        return ""
    return char if kind[0] in "LNM" else " "


_FOLDED = _Folding()
