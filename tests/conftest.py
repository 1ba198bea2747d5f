"""What holds for every test: how many examples, marks by place, clients of the admin, a browser."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.test import Client

from tests.support import examples, selection
from tests.support.clients import MayOnly, session_client
from tests.support.factories import make_staff, make_superuser

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytest.register_assert_rewrite("tests.tracks.providers.contract")

LEFT_OUT = pytest.StashKey[int]()
# The running test, unless it is marked as one that starts processes. A list, for the hook below reads it.
guarded: list[str] = []


def pytest_configure(config: pytest.Config) -> None:
    examples.choose(config.option.markexpr)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Long values are no names of tests: files' bytes, such as a ZIP's times, differ between processes."""
    return argname if isinstance(val, str | bytes) and len(val) > 60 else None


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
    for item in items:
        selection.mark(item)
    if os.environ.get("DB") == "postgresql":
        left_out = [item for item in items if not selection.depends_on_database(item)]
        items[:] = [item for item in items if selection.depends_on_database(item)]
        config.hook.pytest_deselected(items=left_out)
        config.stash[LEFT_OUT] = len(left_out)
    yield
    # After pytest-django, which puts what rolls back before what flushes.
    items.sort(key=selection.place_in_run)


def pytest_collection_finish() -> None:
    """The collector passes over the thousands of tests that are collected by now, and looks less often."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """What another test counted is not this one's."""
    cache.clear()


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = session.config.stash.get(LEFT_OUT, 0)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    # Each worker of pytest-xdist collects the same tests; the first one's count is everybody's.
    node.config.stash[LEFT_OUT] = getattr(node, "workeroutput", {}).get("left_out", 0)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if left_out := config.stash.get(LEFT_OUT, 0):
        terminalreporter.write_line(f"PostgreSQL: left out {left_out} tests that a database cannot change.")


def refuse_processes(event: str, args: tuple[Any, ...]) -> None:
    """Keeps the marks true: only tests that are marked for it start a child process."""
    if event in ("subprocess.Popen", "os.fork", "os.posix_spawn") and guarded:
        raise RuntimeError(
            f"{guarded[0]} starts a process; name its module under `process` in tests/support/selection.py."
        )


sys.addaudithook(refuse_processes)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    guarded[:] = [] if selection.may_start_processes(item) else [item.nodeid]
    try:
        return (yield)
    finally:
        guarded.clear()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium."""
    from tests.support.browsing import chromium

    # Playwright keeps an event loop in this thread, which Django takes for asynchronous code of ours.
    with pytest.MonkeyPatch.context() as patch, chromium() as one:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield one


@pytest.fixture
def boss(db: None) -> Client:
    """A superuser's client."""
    return session_client(make_superuser("boss"))


@pytest.fixture
def may_only(db: None) -> MayOnly:
    """Staff with these permissions, named as in ``view_task``."""

    def make(*codenames: str) -> Client:
        user = make_staff("grace", role="")
        permissions = Permission.objects.filter(
            codename__in=codenames, content_type__app_label__in=["tracks", "callbacks"]
        )
        assert len(permissions) == len(codenames)
        user.user_permissions.set(permissions)
        return session_client(user)

    return make
