"""One installation for all that leave it as they found it, and songs to make things from."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.installation import Installation
from tests.support.orders import songs_of


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with Installation(tmp_path_factory.mktemp("site")) as installation:
        yield installation


@pytest.fixture(scope="module")
def songs(site: Installation) -> dict[str, int]:
    """One of each provider; some things are made once of a song, and a second request is refused."""
    return songs_of(site, "tempolor", "suno")
