"""One installation for all tests of a module, and a song of each provider in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.installation import Installation
from tests.support.orders import songs_of


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with Installation(tmp_path_factory.mktemp("site")) as installation:
        yield installation


@pytest.fixture(scope="module")
def songs(site: Installation) -> dict[str, int]:
    return songs_of(site, "tempolor", "suno")
