"""What axe-core finds wrong with a page, in both schemes, on a desktop and on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from playwright.sync_api import Page

DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
# What depends on colours and widths; all else axe has found in the first form.
VISUAL = ["color-contrast", "target-size", "scrollable-region-focusable", "link-in-text-block"]


def assert_accessible(page: Page) -> None:
    """As it is now. For one form of a page; see :func:`faults` for all four."""
    assert list(_violations(page, None)) == [], page.url


def faults(page: Page) -> list[str]:
    """What is wrong with an open page in any of its four forms; it is left as a dark one on a phone."""
    found = []
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for scheme in SCHEMES:
            # Without motion no colour is caught on its way to another.
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            # Elements differ by width, colours by scheme.
            rules = None if scheme == "light" else VISUAL
            found += [f"{size['width']} px, {scheme}: {one}" for one in _violations(page, rules)]
        found += _sideways(page, size["width"])
    return found


def _violations(page: Page, rules: list[str] | None) -> Iterator[str]:
    """Each broken rule with its elements. ``rules``: only these."""
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(_script())
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = {"type": "rule", "values": rules}
    answer = page.evaluate("(options) => axe.run(document, options)", options)
    for broken in answer["violations"]:
        for node in broken["nodes"]:
            yield f"{broken['id']} at {node['target']}: {node['failureSummary']} {node['html'][:160]}"


def _sideways(page: Page, width: int) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth")
    return [f"{width} px: {wide} px wide"] if wide > width else []


@cache
def _script() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text()
