"""Media: signed links, byte ranges, and the faults that steering words ask for."""

from __future__ import annotations

import io
from urllib.parse import urlsplit

import pytest
import requests
import soundfile
from PIL import Image


@pytest.fixture(scope="module")
def ready(simulator, request):
    """A finished song: its query row, asked anew at each call."""
    from conftest import until  # noqa: PLC0415

    item_id = simulator.song("http://127.0.0.1:9/", prompt="a harbour [[silent]]")
    until(lambda: simulator.item(item_id)["status"] == "succeeded")
    return lambda: simulator.item(item_id)
