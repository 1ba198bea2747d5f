"""Configuration: nonsense stops the start with a sentence that names the variable."""

from __future__ import annotations

import os
import runpy
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import ERROR, WARNING, CheckMessage, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from musicgen.checks import public_url_is_https
from tests.support.paths import ROOT

SECRET = "k" * 60


def start(folder: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    clean = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    environment = {**clean, "DATA_DIR": str(folder), **variables}
    arguments = [sys.executable, "manage.py", *(command or ("check",))]
    return subprocess.run(arguments, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@contextmanager
def only(variables: dict[str, str]) -> Iterator[None]:
    """These environment variables and no others of ours."""
    before = dict(os.environ)
    clean = {name: before[name] for name in ("PATH", "HOME", "LANG") if name in before}
    os.environ.clear()
    os.environ.update(clean | variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def settings_with(folder: Path, **variables: str) -> dict[str, Any]:
    """The settings as this process would read them with these variables."""
    with only({"DATA_DIR": str(folder), "SECRET_KEY": SECRET, **variables}):
        return runpy.run_path(str(ROOT / "musicgen" / "settings.py"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "maybe"),
        ("PUBLIC_URL", "songs.example"),
        ("PUBLIC_URL", "ftp://songs.example"),
        ("PUBLIC_URL", "http://songs.example:notaport"),
        ("TEMPOLOR_URL", "https://api.tempolor.com/open-apis"),
        ("SUNO_URL", "api"),
        ("SUNO_DIALECT", "klingon"),
        ("CALLBACK_TRUST", "blind"),
        ("TASK_DEADLINE", "soon"),
        ("TASK_DEADLINE", "-5"),
        ("TASK_DEADLINE", "nan"),
        ("FETCH_MAX_BYTES", "1.5"),
        ("WORKERS", "5"),
        ("CALLBACK_TOKEN", "a/b"),
        ("FETCH_ALLOW_HOSTS", "*"),
        ("FETCH_ALLOW_HOSTS", "http://media.example"),
        ("ARCHIVE_BACKOFF", "10,then,more"),
        ("ARCHIVE_BACKOFF", ""),
        ("ARCHIVE_BACKOFF", " , "),
        ("SUBMIT_BACKOFF", "10,nan"),
        ("SUBMIT_BACKOFF", "10,inf"),
        ("SUBMIT_BACKOFF", "10,-1"),
        ("SUBMIT_BACKOFF", "1e300"),
        ("BALANCE_EVERY", "1e300"),
        ("SUNO_RATE", "20"),
        ("SUNO_RATE", "0/10"),
        ("SUNO_RATE", "20/0"),
        ("SUNO_RATE", "1/1e300"),
        ("SUNO_RATE", "1000000000/10"),
        ("LEASE", "121"),
        ("PROVIDER_TIMEOUT", "51"),
        ("WATCHDOG_STALL", "59"),
        ("DATABASE_URL", "mysql://x/y"),
    ],
)
def test_nonsense_is_refused_with_the_variables_name(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=name):
        settings_with(tmp_path, **{name: value})


def test_the_sentence_is_all_that_is_printed(tmp_path: Path) -> None:
    done = start(tmp_path, SUNO_DIALECT="klingon")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "SUNO_DIALECT is 'klingon'; it must be one of: sunoapi, kie.\n"


def test_a_data_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.touch()
    done = start(taken / "var")
    assert done.returncode == 1
    assert (
        done.stderr == f"DATA_DIR is '{taken}/var'; it must be a folder that we may write: Not a directory.\n"
    )


def test_a_patient_provider_wants_a_patient_watchdog(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="WATCHDOG_STALL"):
        settings_with(tmp_path, PROVIDER_TIMEOUT="50")
    assert settings_with(tmp_path, PROVIDER_TIMEOUT="50", WATCHDOG_STALL="100")["WATCHDOG_STALL"] == 100


@pytest.mark.parametrize(
    "url",
    [
        "postgres://musicgen:s3cr/et@db:5432/x",
        "postgres://musicgen:12/s3cret@db:5432/x",
        "postgres://musicgen:12/s3cret?a=b@db:5432/x",
        "postgres://musicgen:12/s3cret#b@db:5432/x",
        "postgres://musicgen:s3cr#et@db:5432/x",
        "postgres://musicgen:s3cr?et@db:5432/x",
        "postgres://musicgen:s3cr[et@db:5432/x",
        "postgres://musicgen:s3cr\u2100et@db:5432/x",
        "postgres://musicgen:s3cret@db:port/x",
        "postgres://musicgen:s3cret@db:70000/x",
        "postgres://musicgen:s3cret@db:5432/",
    ],
)
def test_a_broken_database_url_is_refused_without_telling_the_password(tmp_path: Path, url: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        settings_with(tmp_path, DATABASE_URL=url)
    sentence = "DATABASE_URL must look like postgres://user:password@host:5432/name."
    assert str(refused.value) == sentence
    # What was raised before it would be printed with a traceback.
    assert refused.value.__suppress_context__


def test_a_percent_encoded_password_is_decoded(tmp_path: Path) -> None:
    url = "postgres://musicgen:s%2Fc%40r%23e%25t@db:5432/x"
    database = settings_with(tmp_path, DATABASE_URL=url)["DATABASES"]["default"]
    assert (database["PASSWORD"], database["HOST"]) == ("s/c@r#e%t", "db")


def test_options_of_the_database_url_win_over_ours(tmp_path: Path) -> None:
    url = "postgres://musicgen@db/x?connect_timeout=3&options=-c%20lock_timeout%3D1s"
    options = settings_with(tmp_path, DATABASE_URL=url)["DATABASES"]["default"]["OPTIONS"]
    assert (options["options"], options["connect_timeout"]) == ("-c lock_timeout=1s", "3")


@pytest.mark.parametrize(
    "url", ["https://songs.example", "HTTPS://Songs.Example/", "https://SONGS.example:8443"]
)
def test_the_public_address_is_normalised_and_its_host_is_allowed(tmp_path: Path, url: str) -> None:
    settings = settings_with(tmp_path, PUBLIC_URL=url)
    assert (settings["SECURE"], settings["PUBLIC_URL"]) == (True, url.lower().rstrip("/"))
    assert settings["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "songs.example"]


def test_an_ipv6_address_is_allowed_as_django_writes_it(tmp_path: Path) -> None:
    assert "[::1]" in settings_with(tmp_path, PUBLIC_URL="http://[::1]:8000")["ALLOWED_HOSTS"]


def test_a_database_wants_a_secret_key(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY"):
        settings_with(tmp_path, DATABASE_URL="postgres://a@b/c", SECRET_KEY="")


def test_the_first_start_makes_a_private_key_and_says_nothing(tmp_path: Path) -> None:
    started = [start(tmp_path), start(tmp_path)]
    assert [(one.returncode, one.stderr) for one in started] == [(0, "")] * 2
    key = tmp_path / "secret-key"
    assert len(key.read_text()) > 50
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_the_deployment_checks_are_clean_behind_https(tmp_path: Path) -> None:
    done = start(tmp_path, "check", "--deploy", "--fail-level", "WARNING", PUBLIC_URL="https://songs.example")
    assert done.returncode == 0, done.stderr


def test_plain_http_is_warned_about() -> None:
    with override_settings(SECURE=False):
        (message,) = public_url_is_https()
    assert message.msg.startswith("PUBLIC_URL is http")


def test_the_dialect_follows_the_host(tmp_path: Path) -> None:
    urls = ("https://api.sunoapi.org", "https://api.kie.ai")
    dialects = [settings_with(tmp_path, SUNO_URL=url)["SUNO_DIALECT"] for url in urls]
    assert dialects == ["sunoapi", "kie"]


def messages_with(folder: Path, **variables: str) -> list[CheckMessage]:
    """What the checks that every command makes say of these variables."""
    read = settings_with(folder, **variables)
    judged = ("CALLBACK_TOKENS", "SECRET_KEY", "SECRET_KEY_FALLBACKS", "ALLOWED_HOSTS")
    with only(variables), override_settings(**{name: read[name] for name in judged}):
        found = run_checks()
    return [message for message in found if str(message.id).startswith("musicgen.")]


@pytest.mark.parametrize("name", ["REDIS_URL", "S3_BUCKET", "METRICS_TOKEN"])
def test_a_variable_that_is_not_used_is_named(tmp_path: Path, name: str) -> None:
    (message,) = messages_with(tmp_path, **{name: "x"})
    assert message.msg.startswith(f"{name} is set")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CALLBACK_TOKEN", "x"),
        ("CALLBACK_TOKEN", "a-good-long-shared-token,1234567"),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "k" * 15),
        ("SECRET_KEY_FALLBACKS", f"{SECRET},0ld-k3y"),
    ],
)
def test_what_anybody_can_guess_is_an_error_that_does_not_show_it(
    tmp_path: Path, name: str, value: str
) -> None:
    (message,) = messages_with(tmp_path, **{name: value})
    assert (message.level, message.id) == (ERROR, "musicgen.E001")
    assert message.msg.startswith(f"{name} ")
    assert value.rpartition(",")[2] not in str(message)


@pytest.mark.parametrize("command", ["check", "web", "worker"])
def test_no_command_starts_with_an_error(tmp_path: Path, command: str) -> None:
    done = start(tmp_path, command, SECRET_KEY="short")
    assert done.returncode == 1
    assert "SECRET_KEY " in done.stderr
    assert "musicgen.E001" in done.stderr
    assert "short" not in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CALLBACK_TOKEN", "shared-token"),
        ("SECRET_KEY", "k" * 16),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "songs.example, *"),
    ],
)
def test_what_is_weak_is_warned_about(tmp_path: Path, name: str, value: str) -> None:
    (message,) = messages_with(tmp_path, **{name: value})
    assert message.level == WARNING
    assert message.msg.startswith(f"{name} ")


def test_a_warning_is_printed_and_stops_nothing(tmp_path: Path) -> None:
    done = start(tmp_path, ALLOWED_HOSTS="*")
    assert done.returncode == 0
    assert "musicgen.W004" in done.stderr


@pytest.mark.parametrize(
    "url",
    [
        "https://songs.example/music",
        "https://songs.example//music/",
        "https://songs.example?a=1",
        "https://songs.example/#a",
        "https://ada@songs.example",
        "https://ada:pa55word@songs.example",
        "https://ada:pa55word@songs.example/?a=1",
        "https://songs example",
        "https://songs.example\\a",
        "https://*.example",
        "https://[::1",
        "https://",
    ],
)
def test_a_public_address_that_is_no_plain_origin_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="PUBLIC_URL") as refused:
        settings_with(tmp_path, PUBLIC_URL=url)
    assert "pa55word" not in str(refused.value)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def open_files(folder: Path) -> list[str]:
    """What below the folder others than its owner can reach."""
    found = [path for path in [folder, *folder.iterdir()] if mode(path) & 0o077]
    return [path.name for path in found]


PREPARE = "from musicgen.processes.startup import prepare_database; prepare_database()"


def test_what_is_written_is_its_owners_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        done = start(tmp_path / "var", "shell", "-c", PREPARE)
    finally:
        os.umask(before)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "var" / "db.sqlite3").is_file()
    assert open_files(tmp_path / "var") == []


def test_what_an_earlier_version_wrote_is_closed_at_the_start(tmp_path: Path) -> None:
    for name in ("media", "scratch", "run"):
        (tmp_path / name).mkdir()
    for name in ("db.sqlite3", "db.sqlite3-wal", "db.sqlite3-shm", "secret-key", "web.log", "theirs.txt"):
        (tmp_path / name).touch()
    (tmp_path / "secret-key").write_text(SECRET)
    for path in [tmp_path, *tmp_path.iterdir()]:
        path.chmod(0o777)
    done = start(tmp_path, "shell", "-c", PREPARE)
    assert done.returncode == 0, done.stderr
    # The folder itself may hold what is not ours.
    assert set(open_files(tmp_path)) == {tmp_path.name, "theirs.txt"}
