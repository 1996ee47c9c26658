"""Someone who has opened `/` in some engine: finds what is on the page, and acts on it as often as is allowed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from app.link import Resolved, parse, resolve
from tests.engines import BrowserEngine, waited_for

MOST_ACTIONS = 3

FOUND = """
const found = (css, words) =>
  [...document.querySelectorAll(css)].filter((it) => words === null || it.textContent.trim() === words);
const inSight = ({ top, left, bottom, right }) => top >= 0 && left >= 0 && bottom <= innerHeight && right <= innerWidth;
"""
WITHIN_REACH = f"""
(css, words) => {{
  {FOUND}
  const [it] = found(css, words);
  if (!it) return null;
  const middling = {{ block: "center", inline: "center", behavior: "instant" }};
  if (!inSight(it.getBoundingClientRect())) it.scrollIntoView(middling);
  const {{ x, y, width, height }} = it.getBoundingClientRect();
  const middle = [x + width / 2, y + height / 2];
  return it.contains(document.elementFromPoint(...middle)) ? middle : null;
}}
"""
"""The middle of what is looked for, once nothing covers it."""
TEXTS = f"(css, words) => {{ {FOUND} return found(css, words).map((it) => it.textContent); }}"
ATTRIBUTES = f"(css, words, name) => {{ {FOUND} return found(css, words).map((it) => it.getAttribute(name)); }}"
IN_SIGHT = f"(css, words) => {{ {FOUND} return found(css, words).map((it) => inSight(it.getBoundingClientRect())); }}"
SELECTED = f"(css, words) => {{ {FOUND} const [it] = found(css, words); it.focus(); it.select(); return true; }}"


STRIP_CELL = f"""
(css, words) => {{
  {FOUND}
  const [it] = found(css, words);
  const {{ x, y, width, height }} = it.getBoundingClientRect();
  return [x + width / 2, y + height / 3];
}}
"""


class Part(NamedTuple):
    """What is looked for on a page: by a selector, and by the words that are all it says."""

    css: str
    words: str | None = None


class Newcomer:
    """Someone on a small screen who is not to need a fourth action.

    An action is a click, a press of a key, what is written into a field, or the pointer brought to something;
    looking and scrolling are none.
    """

    def __init__(self, engine: BrowserEngine) -> None:
        self.engine, self.actions = engine, 0

    def open(self, link: str = "/") -> None:
        """A page with scripts that say when they are there."""
        self.engine.visit(self.engine.server + link)
        self.wait(Part("html[data-ready]"))

    # Looking

    @property
    def address(self) -> str:
        address: str = self.engine.evaluate("() => location.href")
        return address

    def computed(self) -> Resolved:
        """The link that is open, computed here."""
        return resolve(parse(urlsplit(self.address).query))

    def texts(self, css: str) -> list[str]:
        found: list[str] = self.engine.evaluate(TEXTS, *Part(css))
        return found

    def attributes(self, css: str, name: str) -> list[str]:
        found: list[str] = self.engine.evaluate(ATTRIBUTES, *Part(css), name)
        return found

    @property
    def step(self) -> int:
        """Which step of the pass the page is at."""
        return int(self.texts("output")[0])

    def stands_at(self, step: int) -> None:
        """Waits until the page has come to a step, and its panel has said so."""
        self.reads("#said", f"Node {step} of")
        assert self.step == step

    def wait(self, part: Part) -> None:
        waited_for(lambda: self.engine.evaluate(TEXTS, *part), lambda: part)

    def wait_for_address(self, words: str) -> None:
        waited_for(lambda: words in self.address, lambda: f"{words} in {self.address}")

    def reads(self, css: str, *phrases: str) -> None:
        """Waits until it is said."""

        def said() -> str:
            return " ".join(" ".join(self.texts(css)).split())

        waited_for(lambda: all(phrase in said() for phrase in phrases), lambda: f"{phrases} in {said()}")

    def sees(self, css: str) -> None:
        """It is in sight without scrolling."""
        assert self.engine.evaluate(IN_SIGHT, *Part(css)) == [True], css

    # Acting

    def act(self) -> None:
        self.actions += 1
        assert self.actions <= MOST_ACTIONS, "a fourth action"

    def click(self, part: Part) -> None:
        self.act()
        self.engine.click(*self.reach(part))

    def point(self, at: Part) -> None:
        self.act()
        self.engine.point(*self.reach(at))

    def press(self, key: str) -> None:
        self.act()
        self.engine.press(key)

    def click_strip(self, phase: str, t: int) -> None:
        """On the strip of all steps, where a step of time is in a pass."""
        self.act()
        self.reach(Part("#scrubber"))
        self.engine.click(*self.engine.evaluate(STRIP_CELL, *Part(f".ticks .cell.{phase}", f"{t}")))

    def write(self, into: Part, text: str) -> None:
        self.act()
        waited_for(lambda: self.engine.evaluate(SELECTED, *into), lambda: into)
        self.engine.write(text)

    def reach(self, part: Part) -> Sequence[float]:
        """Where a part is once it lies still and nothing covers it."""
        before: Sequence[float] | None = None

        def still() -> Sequence[float] | None:
            nonlocal before
            last, before = before, self.engine.evaluate(WITHIN_REACH, *part)
            return before if before == last else None

        return waited_for(still, lambda: part) or ()
