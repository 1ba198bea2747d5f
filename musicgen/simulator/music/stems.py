"""The ZIP of a song's stems, as TemPolor delivers it, and the broken ones for tests.

Five FLAC files of these names, as integrators found them; TemPolor's pages show no content:
https://platform.tempolor.com/docs/296524447e0
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

PARTS: Mapping[str, tuple[str, ...]] = {
    "originalaudio.flac": (),
    "originalaudio_vocals.flac": ("voice",),
    "originalaudio_bass.flac": ("bass",),
    "originalaudio_drums.flac": ("kick", "brush", "hat"),
    "originalaudio_other.flac": ("pad", "pluck", "bell"),
}
BOMB_BYTES = 700 * 1024 * 1024
MEGABYTE = 1024 * 1024


def pack(target: Path, files: Mapping[str, Path], kind: str = "") -> None:
    """Write the ZIP. `kind`: what is wrong with it (traversal, bomb, missing, truncated), "" for nothing."""
    with zipfile.ZipFile(target, "w") as archive:
        for name, path in files.items():
            if not (kind == "missing" and name.endswith("_drums.flac")):
                archive.write(path, name)
        if kind == "traversal":
            archive.writestr("../../escaped.flac", b"fLaC")
            archive.writestr("/escaped.flac", b"fLaC")
    if kind == "bomb":
        _bomb(target)
    if kind == "truncated":
        target.write_bytes(target.read_bytes()[: target.stat().st_size // 2])


def _bomb(target: Path) -> None:
    """Every expected name, and one of them far larger unpacked than the ZIP is."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name in PARTS:
            with archive.open(name, "w", force_zip64=True) as member:
                member.write(b"fLaC")
                if name.endswith("_vocals.flac"):
                    for _ in range(BOMB_BYTES // MEGABYTE):
                        member.write(bytes(MEGABYTE))
