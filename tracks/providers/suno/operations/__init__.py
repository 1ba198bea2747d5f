"""Suno API's operations, by our names of them. Without Django: the simulator imports them too."""

from __future__ import annotations

from tracks.providers.suno.operations.edits import ADD_INSTRUMENTAL, ADD_VOCALS, REPLACE_SECTION
from tracks.providers.suno.operations.extras import COVER_IMAGE, LYRICS, VIDEO, VOCAL_REMOVAL, WAV
from tracks.providers.suno.operations.songs import EXTEND, GENERATE, UPLOAD_COVER, UPLOAD_EXTEND

_ALL = (
    GENERATE,
    EXTEND,
    UPLOAD_COVER,
    UPLOAD_EXTEND,
    ADD_VOCALS,
    ADD_INSTRUMENTAL,
    REPLACE_SECTION,
    LYRICS,
    WAV,
    VOCAL_REMOVAL,
    COVER_IMAGE,
    VIDEO,
)
OPERATIONS = {operation.name: operation for operation in _ALL}
