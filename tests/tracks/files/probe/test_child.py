"""The child that decodes: where it hangs, crashes or uses up memory, its parent only loses a file."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from tests.support.checkers import checkers, children, decoding, end_checkers
from tests.support.media import sound, tone
from tests.support.paths import ROOT
from tests.support.waiting import until
from tracks.files.probe.check import probe
from tracks.files.probe.detect import HEAD_BYTES
from tracks.files.probe.unplayable import Unplayable


@pytest.fixture(autouse=True)
def _no_checker_yet() -> None:
    end_checkers()


@pytest.fixture
def hanging(tmp_path: Path) -> Iterator[Path]:
    """A file whose first bytes are a song's, and that then never opens again: a pipe nobody writes to."""
    song, pipe = sound(tmp_path / "song", tone(1), "WAV").read_bytes(), tmp_path / "pipe"
    os.mkfifo(pipe)
    # Fewer bytes than a head has, so that whoever reads it waits until the writer has left.
    writer = threading.Thread(target=write_head, args=(pipe, song[: HEAD_BYTES // 2]))
    writer.start()
    yield pipe
    # A child that was ended before it opened the pipe leaves the writer waiting for a reader.
    os.close(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK))
    writer.join()


def write_head(pipe: Path, head: bytes) -> None:
    with suppress(BrokenPipeError):  # the child was ended between opening and reading it
        pipe.write_bytes(head)


def test_a_decoder_that_hangs_is_given_up(hanging: Path) -> None:
    with pytest.raises(Unplayable, match="took too long"):
        probe(hanging, "audio", timeout_s=2)
    assert checkers() == []


def test_a_decoder_that_crashes_is_reported(hanging: Path) -> None:
    with pytest.raises(Unplayable, match="crashed on this file"):
        probe(hanging, "audio", on_wait=lambda: os.kill(decoding(), signal.SIGSEGV))


def test_an_error_of_the_caller_is_passed_on(hanging: Path) -> None:
    def lease_lost() -> None:
        raise InterruptedError("somebody else has it")

    with pytest.raises(InterruptedError):
        probe(hanging, "audio", on_wait=lease_lost)
    assert checkers() == []


def test_the_child_knows_no_keys(hanging: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUNO_API_KEY", "very-secret")
    seen: list[bytes] = []

    def read_environment() -> None:
        pid = decoding()
        seen.append(Path(f"/proc/{pid}/environ").read_bytes())
        os.kill(pid, signal.SIGKILL)

    with pytest.raises(Unplayable):
        probe(hanging, "audio", on_wait=read_environment)
    assert b"PATH=" in seen[0]
    assert b"very-secret" not in seen[0]


def in_a_limited_child(code: str) -> int:
    start = f"from tracks.files.probe import child; child.set_limits(1)\n{code}"
    return subprocess.run([sys.executable, "-c", start], cwd=ROOT, stderr=subprocess.DEVNULL).returncode


def test_a_child_without_its_parent_ends_by_itself() -> None:
    assert in_a_limited_child("import signal; signal.pause()") == -signal.SIGALRM


def test_a_child_can_not_calculate_without_end() -> None:
    assert in_a_limited_child("while True: pass") in (-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGALRM)


def test_a_child_can_not_take_all_memory() -> None:
    code = "try: bytearray(2 * 1024**3)\nexcept MemoryError: raise SystemExit(7)"
    assert in_a_limited_child(code) == 7


def test_a_child_can_not_write_files(tmp_path: Path) -> None:
    target = str(tmp_path / "x")
    code = f"try: open({target!r}, 'wb', 0).write(b'x')\nexcept OSError: raise SystemExit(7)"
    assert in_a_limited_child(code) == 7


def test_the_child_starts_without_django() -> None:
    modules = "tracks.files.probe.child, tracks.files.probe.decode, tracks.files.probe.pictures"
    code = f"import sys, {modules}; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def test_the_parent_s_own_limits_stay(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_AS)
    probe(sound(tmp_path / "song", tone(1), "WAV"), "audio")
    assert resource.getrlimit(resource.RLIMIT_AS) == before


def test_a_checker_that_does_not_start_does_not_blame_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(RuntimeError, match="exit code 1"):
        probe(sound(tmp_path / "song", tone(1), "WAV"), "audio")


def test_a_library_that_fails_to_import_at_work_does_not_blame_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    song = sound(tmp_path / "song", tone(1), "WAV")
    broken = "LibsndfileError = OSError\nclass SoundFile:\n    def __init__(self, _): raise ImportError"
    (tmp_path / "soundfile.py").write_text(broken)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(RuntimeError, match="exit code 1"):
        probe(song, "audio")


def test_a_checker_serves_many_files_good_and_bad(tmp_path: Path) -> None:
    good = sound(tmp_path / "song", tone(1), "WAV")
    bad = tmp_path / "bad"
    bad.write_bytes(good.read_bytes()[:20_000])
    probe(good, "audio")
    before = checkers()
    with pytest.raises(Unplayable, match="breaks off"):
        probe(bad, "audio")
    assert probe(good, "audio").duration_ms == 1000
    assert checkers() == before


def test_a_checker_that_was_killed_is_replaced(tmp_path: Path) -> None:
    song = sound(tmp_path / "song", tone(1), "WAV")
    probe(song, "audio")
    before = checkers()
    end_checkers()
    assert probe(song, "audio").duration_ms == 1000
    assert set(checkers()).isdisjoint(before)


def test_a_checker_that_is_killed_at_work_does_not_blame_the_file(hanging: Path) -> None:
    """Its child ends with it."""
    seen: list[int] = []

    def end_the_checker() -> None:
        seen.append(decoding())
        end_checkers()

    with pytest.raises(RuntimeError, match="exit code -9"):
        probe(hanging, "audio", on_wait=end_the_checker)
    assert checkers() == []
    until(lambda: has_ended(seen[0]), 30, "the child's end")


def test_a_checker_ends_with_its_parent(tmp_path: Path) -> None:
    """Also where that is killed: nobody else holds the other end of its socket."""
    song = sound(tmp_path / "song", tone(1), "WAV")
    code = f"""
import pathlib, signal
from tracks.files.probe.check import probe
probe(pathlib.Path({str(song)!r}), "audio")
print("ready", flush=True)
signal.pause()"""
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        assert parent.stdout.readline() == "ready\n"
        [checker] = children(parent.pid)
        parent.kill()
    until(lambda: has_ended(checker), what="the checker's end")


def test_a_checker_at_work_ends_with_its_parent_and_its_child_with_it(hanging: Path) -> None:
    code = f"""
import pathlib
from tracks.files.probe.check import probe
probe(pathlib.Path({str(hanging)!r}), "audio")"""
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT) as parent:
        [checker] = until(lambda: children(parent.pid), what="the checker")
        [child] = until(lambda: children(checker), what="its child")
        parent.kill()
    until(lambda: has_ended(checker) and has_ended(child), 30, "their end")


def test_a_checker_outlives_the_thread_that_started_it(tmp_path: Path) -> None:
    song = sound(tmp_path / "song", tone(1), "WAV")
    thread = threading.Thread(target=probe, args=(song, "audio"))
    thread.start()
    thread.join()
    before = checkers()
    assert probe(song, "audio").duration_ms == 1000
    assert checkers() == before != []


def has_ended(pid: int) -> bool:
    """Also where nobody waits for it: then it has no command line any more."""
    try:
        return not Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return True


def probe_and_send(path: Path, pipe: Connection) -> None:
    pipe.send(probe(path, "audio").duration_ms)


def test_a_daemonic_worker_can_check_too(tmp_path: Path) -> None:
    """As django-q2's are: they may not have children by multiprocessing."""
    ours, theirs = multiprocessing.Pipe()
    arguments = (sound(tmp_path / "song", tone(1), "WAV"), theirs)
    worker = multiprocessing.get_context("spawn").Process(target=probe_and_send, args=arguments, daemon=True)
    worker.start()
    assert ours.poll(30)
    assert ours.recv() == 1000
    worker.join()
