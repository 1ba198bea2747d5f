"""A real Chromium, and what it complains about."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    expect,
    sync_playwright,
)

from tests.support.clients import session_client
from tests.support.waiting import PATIENCE

PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser")  # the least hungry first
# The browser's own event about what the policy prevented from running, styling or loading.
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
"""


@contextmanager
def chromium() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.fail("There is no Chromium here: install the package chromium to run the browser tests.")
    expect.set_options(timeout=1000 * PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


class Watched:
    """A browser window whose errors, warnings about policy and requests to other hosts are collected."""

    def __init__(self, browser: Browser, address: str, **options: object) -> None:
        self.address = address
        self.complaints: list[str] = []
        self.context: BrowserContext = browser.new_context(base_url=address, **options)  # type: ignore[arg-type]
        self.context.set_default_timeout(1000 * PATIENCE)
        self.context.add_init_script(REPORT_VIOLATIONS)
        self.context.on("console", self._on_console)
        self.context.on("weberror", lambda error: self.complaints.append(f"error: {error.error}"))
        self.context.on("request", self._on_request)
        self.page: Page = self.context.new_page()

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.page and message.page.url}: {message.text}")

    def _on_request(self, request: Request) -> None:
        host = urlsplit(request.url).netloc
        if host and host != urlsplit(self.address).netloc:
            self.complaints.append(f"asked another host: {request.url}")

    def open(self, path: str) -> Page:
        answer = self.page.goto(path)
        assert answer
        assert answer.status == 200, (path, answer.status)
        return self.page


def log_in(watched: Watched, user: User) -> None:
    """Gives the window a session of this user."""
    cookie = session_client(user).cookies["sessionid"]
    watched.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": watched.address}])
