"""The child process of ``probe``: decodes one file within limits and prints ``[fault, facts]`` as JSON.

Started as ``python -m tracks.files.probe.child PATH EXTENSION SECONDS``. Imports no Django, to start fast.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

from tracks.files.probe.unplayable import Unplayable

MEMORY_BYTES = 1024**3  # a song takes 110 MB of address space, a cover of 50 megapixels 400


def main(path: str, extension: str, seconds: str) -> None:
    set_limits(int(float(seconds)) + 1)
    fault, facts = "", {}
    try:
        facts = _facts(Path(path), extension)
    except Unplayable as error:
        fault = str(error)
    except ImportError:
        raise
    except MemoryError:
        fault = "the file needs more memory to decode than any song or cover should"
    except Exception as error:  # noqa: BLE001  decoders raise anything on a bad file
        fault = f"the file can't be decoded ({type(error).__name__})"
    sys.stdout.write(json.dumps([fault, facts]))


def _facts(path: Path, extension: str) -> dict[str, Any]:
    if extension in ("jpg", "png", "webp"):
        from tracks.files.probe.pictures import image_facts

        return image_facts(path)
    from tracks.files.probe.decode import audio_facts

    return audio_facts(path, extension)


def set_limits(seconds: int) -> None:
    """Limits this process: its memory, its files, and the seconds until it ends."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # numpy's threads alone would reserve gigabytes
    signal.alarm(seconds + 1)  # the parent's time-out does not help once the parent is killed
    for limit, value in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 32),
    ):
        resource.setrlimit(limit, (value, value))


if __name__ == "__main__":
    main(*sys.argv[1:])
