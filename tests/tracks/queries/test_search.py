"""Search: the same tokens on both databases, which find what a naive search of the texts finds."""

from __future__ import annotations

import importlib
import itertools
import re
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from tests.support.examples import examples
from tests.support.factories import make_task, make_track
from tracks.models import Task, Track
from tracks.queries.search import COMMON, MAX_BYTES, MAX_WORD, matching, terms_of, tokens_of

pytestmark = pytest.mark.django_db
on_postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="about PostgreSQL's plans")
on_sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="about SQLite's triggers")


def found(text: str) -> list[Track]:
    return list(matching(Track.objects.order_by("id"), text))


# --- Tokens -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Owl Waltz", "owl waltz"),
        ("owl OWL Owl", "owl"),
        ("don't", "don t dont"),
        ("don’t", "don t dont"),
        ("'quoted' 'n' ''", "quoted n"),
        ("lo-fi v4.5 a_b", "lo fi v4 5 a b"),
        ("café CAFE\u0301 Ｃａｆｅ", "cafe"),
        ("Straße ﬁn", "strasse fin"),
        ("ёлка Йод", "елка иод"),
        ("हिन्दी", "हिन्दी"),
        ("سَلام سلام", "سلام"),
        ("月光下", "月光 光下 下"),
        ("月", "月"),
        ("Beat月光2", "beat 月光 光 2"),
        ("한국어 노래", "한국 국어 어 노래 래"),
        ("\u1112\u1161\u11ab\u1100\u116e\u11a8", "한국 국"),
        ("か\u3099き が", "がき き が"),
        ("1\ufe0f\u20e3 ❤\ufe0f soft\u00adly zero\u200bwidth", "1 softly zero width"),
        ("a\0b \ud800 \n\t c", "a b c"),
        ("", ""),
        ("!? …", ""),
    ],
)
def test_tokens_are_folded_words_and_pairs(text: str, tokens: str) -> None:
    assert tokens_of(text) == tokens


def test_several_texts_give_one_row_of_tokens() -> None:
    assert tokens_of("Owl", "", "a pop", "owl") == "owl a pop"


@pytest.mark.parametrize(
    "text",
    [
        "".join(map(chr, range(0x20000, 0x2A000))) * 3 + "".join(map(chr, range(0x2A000, 0x20000, -7))),
        " ".join(f"word{number}" for number in range(100_000)),
        "\u094d\u093c" * 100_000,
        "x'" * 100_000,
    ],
    ids=["ideographs", "words", "marks", "quotes"],
)
def test_no_text_is_too_long_for_the_index(text: str) -> None:
    track = make_track(search_text=tokens_of(text, "end"))
    assert len(track.search_text.encode()) <= MAX_BYTES
    assert found("".join(terms_of(text)[0].token)) == [track]


def test_a_word_beyond_the_limit_is_found_by_its_beginning() -> None:
    track = make_track(style="w" * 3000)
    assert found("w" * 3000) == found("w" * MAX_WORD) == found("ww") == [track]


# --- Matching ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Owl's Moonlit Waltz", "owl"),
        ("Owl's Moonlit Waltz", "owl's moon"),
        ("Owl's Moonlit Waltz", "Owls"),
        ("Owl's Moonlit Waltz", "waltz OWL"),
        ("Owl's Moonlit Waltz", '"moonlit" & (waltz | \\) <-> !*:'),
        ("Beyoncé", "beyonce"),
        ("Beyonce", "Beyoncé"),
        ("明月光", "月"),
        ("明月光", "光"),
        ("明月光", "月光"),
        ("明月光 abc", "光 ab"),
    ],
)
def test_finds(title: str, text: str) -> None:
    track = make_track(title=title, style="", prompt="")
    assert found(text) == [track]


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Owl's Moonlit Waltz", "owl sun"),
        ("Owl's Moonlit Waltz", "moon waltz"),
        ("Owl's Moonlit Waltz", "altz"),
        ("明月光", "月明"),
        ("明月光", "光明"),
        ("anything", "!!!"),
        ("anything", "\0"),
        ("anything", "%"),
    ],
)
def test_does_not_find(title: str, text: str) -> None:
    make_track(title=title, style="", prompt="")
    assert found(text) == []


@pytest.mark.parametrize("text", ["", "  ", "\n\u3000"])
def test_a_blank_search_filters_nothing(text: str) -> None:
    track = make_track()
    assert found(text) == [track]


def test_looks_in_title_style_prompt_and_lyrics() -> None:
    track = make_track(title="one", style="two", prompt="three", lyrics_text="four")
    assert found("one two three four") == [track]


def test_a_whole_lyric_can_be_searched_for() -> None:
    lyric = " ".join(f"word{number}" for number in range(1000))
    track = make_track(lyrics_text=lyric)
    make_track(title="other")
    assert found(lyric) == [track]


def test_follows_every_change_of_a_row() -> None:
    track = make_track(search_text="owl")
    Track.objects.filter(pk=track.pk).update(search_text="lark")
    assert (found("owl"), found("lark")) == ([], [track])
    track.delete()
    assert found("lark") == []


def test_narrows_a_queryset_that_is_already_filtered_and_joined() -> None:
    make_track(title="owl", provider="suno")
    track = make_track(title="owl")
    narrowed = Track.objects.filter(provider="tempolor", task__provider="tempolor").select_related("task")
    assert list(matching(narrowed, "owl")) == [track]
    assert list(Task.objects.filter(tracks__in=matching(narrowed, "owl"))) == [track.task]


ALPHABET = "aab é-.月光山 "
texts = st.text(ALPHABET, max_size=12)


def naively(document: str, text: str) -> bool:
    """What the docstrings promise, read off the texts themselves."""
    document, text = document.replace("é", "e"), text.replace("é", "e")
    words, pieces = set(re.findall("[abe]+", document)), re.findall("[abe]+|[月光山]+", text)
    if not pieces:
        return not text.strip()
    for place, piece in enumerate(pieces):
        if piece[0] in "月光山":
            pairs = ["".join(pair) for pair in itertools.pairwise(piece)] or [piece]
            hits = all(pair in document for pair in pairs)
        elif place == len(pieces) - 1:
            hits = any(word.startswith(piece) for word in words)
        else:
            hits = piece in words
        if not hits:
            return False
    return True


@examples(300, HealthCheck.function_scoped_fixture)
@given(st.lists(texts, min_size=1, max_size=4), st.sampled_from([1, COMMON]), texts)
def test_the_database_finds_what_a_naive_reading_finds(documents: list[str], copies: int, text: str) -> None:
    documents *= copies
    Track.objects.all().delete()
    task = Task.objects.first() or make_task()
    rows = [Track(task=task, title=title, search_text=tokens_of(title)) for title in documents]
    Track.objects.bulk_create(rows)
    wanted = sorted(title for title in documents if naively(title, text))
    assert sorted(track.title for track in found(text)) == wanted


@examples(200, HealthCheck.function_scoped_fixture)
@given(st.text(max_size=30))
def test_any_text_finds_the_track_that_says_it(text: str) -> None:
    Track.objects.all().delete()
    title = text.replace("\0", "").encode(errors="ignore").decode()
    track = Track.objects.create(
        task=Task.objects.first() or make_task(), title=title, search_text=tokens_of(text)
    )
    can_be_looked_for = bool(terms_of(text)) or not text.strip()
    assert found(text) == ([track] if can_be_looked_for else [])


# --- The index --------------------------------------------------------------------------------------------
def plan(text: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    return matching(Track.objects.order_by("-id"), text)[:51].explain()


@on_postgresql
@pytest.mark.parametrize("text", ["lark", "lark mo", "月光", "月"])
def test_rare_words_are_found_through_the_index(text: str) -> None:
    make_track()
    assert "Bitmap Index Scan on track_search" in plan(text)


@on_postgresql
@pytest.mark.parametrize("text", ["owl", "owl mo", "m"])
def test_common_words_are_found_in_the_order_of_the_list(text: str) -> None:
    rows = [Track(task=make_task(), search_text="owl moon") for _ in range(COMMON)]
    Track.objects.bulk_create(rows)
    assert "track_search" not in plan(text)


@pytest.mark.parametrize("count", [COMMON - 1, COMMON])
def test_rare_and_common_words_are_found_alike(count: int) -> None:
    make_track(search_text="sun")
    tracks = [make_track(search_text="owl moon") for _ in range(count)]
    twice_joined = Track.objects.filter(task__source_track=None).select_related("task__source_track")
    assert found("owl mo") == list(matching(twice_joined, "moon ow").order_by("id")) == tracks
    assert matching(Track.objects.all(), "owl").count() == count
    assert Task.objects.filter(tracks__in=matching(Track.objects.all(), "owl")).count() == count


@on_sqlite
def test_the_triggers_survived_all_migrations() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
        names = [name for (name,) in cursor.fetchall()]
    assert names == ["tracks_search_delete", "tracks_search_insert", "tracks_search_update"]


def test_the_migration_indexes_the_rows_that_are_there() -> None:
    migration = importlib.import_module("tracks.migrations.0003_track_search")
    track = make_track(title="before")
    connection.check_constraints()
    with connection.cursor() as cursor:
        editor = SimpleNamespace(connection=connection, execute=cursor.execute)
        migration.unindex(apps, editor)
        migration.index(apps, editor)
    assert found("before") == [track]
