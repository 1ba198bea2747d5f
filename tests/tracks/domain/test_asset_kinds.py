"""What asset kinds are good for: every kind has a family, and the sets hold kinds of one family."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from tracks.domain.updates import IMAGES, LENGTH_CHECKED, PLAYABLE, SENDABLE, AssetKind, family_of


def test_every_asset_kind_has_a_family() -> None:
    assert {family_of(kind) for kind in AssetKind} == {"audio", "image", "video", "archive"}


def test_a_family_is_found_by_the_plain_word_too() -> None:
    assert family_of("source_image") == "image"


def test_what_is_no_asset_kind_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        family_of("lyrics")


@pytest.mark.parametrize(
    ("kinds", "family"),
    [(SENDABLE, "audio"), (PLAYABLE, "audio"), (LENGTH_CHECKED, "audio"), (IMAGES, "image")],
)
def test_a_set_holds_kinds_of_one_family(kinds: Collection[AssetKind], family: str) -> None:
    assert {family_of(kind) for kind in kinds} == {family}
