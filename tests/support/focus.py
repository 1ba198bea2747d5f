"""Where Tab leads on a page: which controls it never reaches, and where nobody sees that it is there."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.support.keyboard import NAMED

MAX_STOPS = 300
# Every control that can be seen and used. Arrows choose a line of the lyric editor, and Tab stops
# at its fields; it stops at one of several radio buttons.
CONTROLS = """() => {
  const controls = "a[href], button, input, select, textarea, summary, [controls], [tabindex='0']";
  const hidden = "[inert], [aria-hidden=true], [aria-hidden=true] *";
  const others = `:disabled, ${hidden}, .edit-line:not([aria-current]) *`;
  const isSeen = (one) => one.checkVisibility({ visibilityProperty: true }) && one.getClientRects().length;
  const found = [...document.querySelectorAll(controls)];
  window.wanted = found.filter((one) => isSeen(one) && !one.matches(others));
  window.reached = new Set();
}"""
STOP = f"""() => {{
  const name = {NAMED};
  const element = document.activeElement;
  // Behind the last one comes the browser itself, and within a player with controls its buttons.
  if (!element || element === document.body || element === window.last) return [];
  if (window.reached.has(element)) return null;
  window.last = element;
  window.reached.add(element);
  const faults = [];
  const around = [element, element.parentElement, element.parentElement?.parentElement].filter(Boolean);
  const outlines = around.map((one) => getComputedStyle(one));
  const isMarked = ({{ outlineStyle, outlineWidth }}) => outlineStyle !== "none" && parseFloat(outlineWidth);
  if (!outlines.some(isMarked)) faults.push("no mark");
  const isDrawnByLabel = element.matches("input:is([type=radio], [type=checkbox], [type=range])");
  let opacity = 1;
  for (let one = element; one; one = one.parentElement) opacity *= Number(getComputedStyle(one).opacity);
  if (opacity < 0.5 && !isDrawnByLabel) faults.push(`opacity ${{opacity}}`);
  const {{ left, top, width, height }} = element.getBoundingClientRect();
  const [x, y] = [left + width / 2, top + height / 2];
  const above = document.elementFromPoint(x, y);
  const isAround = (one) => one.contains(element) || one.closest("label")?.contains(element);
  if (!above) faults.push(`out of sight at ${{x}}, ${{y}}`);
  else if (!element.contains(above) && !isAround(above)) faults.push(`under ${{name(above)}}`);
  return faults.map((fault) => `${{name(element)}}: ${{fault}}`);
}}"""
MISSED = f"""() => {{
  const radios = [...window.reached].filter(({{ type }}) => type === "radio");
  const groups = new Set(radios.map(({{ name }}) => name));
  const isReached = (one) => window.reached.has(one) || (one.type === "radio" && groups.has(one.name));
  return window.wanted.filter((one) => one.isConnected && !isReached(one)).map({NAMED});
}}"""


def focus_faults(page: Page) -> list[str]:
    """Walks once around an open page with Tab. Without motion nothing is caught on its way."""
    page.emulate_media(reduced_motion="reduce")
    page.evaluate(CONTROLS)
    faults: list[str] = []
    for _ in range(MAX_STOPS):
        page.keyboard.press("Tab")
        found = page.evaluate(STOP)
        if found is None:
            break
        faults += found
    missed = page.evaluate(MISSED)
    return [*faults, *(f"{name}: not reached" for name in missed)]
