"""Hands on a keyboard: the focus walks by Tab, and what a page does is a table of keys and effects."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Error, Locator, Page, expect

from tests.support.playing import wait_for_time, wait_until_paused

# A page of the tests has fewer stops; a walk of more goes in circles.
MAX_STOPS = 160

NAMED = """(element) => `${element.localName} ${element.getAttribute("aria-label")
  ?? element.textContent.trim().replace(/\\s+/g, " ").slice(0, 40)}`"""
FOCUSED = f"() => ({NAMED})(document.activeElement)"
IS_ONE_OF = "(elements) => elements.includes(document.activeElement)"
IS_NEAR = """([time, within]) =>
  Math.abs(document.querySelector("#player").currentTime - time) <= within"""
HAS_FOCUS = "() => document.activeElement !== null && document.activeElement !== document.body"


@dataclass(frozen=True)
class To:
    """Tab, or Shift+Tab, until the control that a selector of Playwright names has the focus."""

    selector: str
    key: str = "Tab"


@dataclass(frozen=True)
class Typed:
    text: str


# What is to come true, waited for.
Effect = Callable[[Page], object]
# A key as Playwright names it, a walk, a text, or a wait until the page is so far.
Step = str | To | Typed | Effect


@dataclass(frozen=True)
class Function:
    """What a page does: the keys from a fresh page, and the effect."""

    does: str
    keys: tuple[Step, ...]
    effect: Effect
    # The query of its page.
    query: str = ""


def named(function: Function) -> str:
    return function.does


def role(kind: str, name: str, key: str = "Tab") -> To:
    return To(f'role={kind}[name="{name}"s]', key)


def button(name: str, key: str = "Tab") -> To:
    return role("button", name, key)


def link(name: str, key: str = "Tab") -> To:
    return role("link", name, key)


def menu(text: str, key: str = "Tab") -> To:
    """The opener of a menu or of a part that unfolds."""
    return To(f'summary:has-text("{text}"), summary[aria-label="{text}"]', key)


def press(page: Page, *steps: Step) -> None:
    for step in steps:
        if isinstance(step, To):
            walk(page, step)
        elif isinstance(step, Typed):
            page.keyboard.type(step.text)
        elif isinstance(step, str):
            page.keyboard.press(step)
        else:
            step(page)


def walk(page: Page, to: To) -> None:
    passed: list[str] = []
    for _ in range(MAX_STOPS):
        # Asked each time: some controls come only when the focus is near.
        if page.evaluate(IS_ONE_OF, page.query_selector_all(to.selector)):
            return
        page.keyboard.press(to.key)
        passed.append(page.evaluate(FOCUSED))
    raise AssertionError(f"{to.key} does not lead to {to.selector}; it passed {passed}")


def perform(page: Page, function: Function) -> None:
    """Presses the keys, and asks for the effect; a focus that was somewhere is never lost."""
    press(page, *function.keys)
    function.effect(page)
    if any(isinstance(step, To) for step in function.keys):
        page.wait_for_function(HAS_FOCUS)


def failures(page: Page, functions: dict[str, Function], opened: Callable[[str], object]) -> dict[str, str]:
    """What does not work, each from a fresh page."""
    found = {}
    for name, function in functions.items():
        opened(function.query)
        try:
            perform(page, function)
        except (AssertionError, Error) as error:
            found[name] = str(error)
    return found


def seen(selector: str, count: int = 1) -> Effect:
    """As many elements of this selector can be seen."""
    return lambda page: expect(page.locator(selector).filter(visible=True)).to_have_count(count)


def gone(selector: str) -> Effect:
    return seen(selector, 0)


def focused(selector: str) -> Effect:
    return lambda page: expect(page.locator(selector).first).to_be_focused()


def says(text: str) -> Effect:
    """A notice tells this."""
    return lambda page: expect(page.locator(".notice")).to_contain_text(text)


def at(pattern: str) -> Effect:
    """The page of this address is there, with its focus."""

    def check(page: Page) -> None:
        page.wait_for_url(pattern)
        page.wait_for_function(HAS_FOCUS)

    return check


def has(selector: str, name: str, value: str) -> Effect:
    """An attribute of the first such element has this value."""
    return lambda page: expect(first(page, selector)).to_have_attribute(name, value)


def plays(page: Page) -> None:
    wait_until_paused(page, False)
    wait_for_time(page, 0.1)


def paused(page: Page) -> None:
    wait_until_paused(page, True)


def near(time: float, within: float = 1.5) -> Effect:
    """The player stands about there, in seconds."""

    def check(page: Page) -> None:
        page.wait_for_function(IS_NEAR, arg=[time, within])

    return check


def first(page: Page, selector: str) -> Locator:
    return page.locator(selector).first


def all_of(*checks: Effect) -> Effect:
    def check(page: Page) -> None:
        for one in checks:
            one(page)

    return check


def line(number: int, field: str, value: str) -> Effect:
    """A field of a line of the lyric editor has this value; lines are counted from 1."""
    place = f".edit-line:nth-child({number}) [data-field={field}]"
    return lambda page: expect(page.locator(place)).to_have_value(value)


def lines(count: int) -> Effect:
    return seen(".edit-line", count)
