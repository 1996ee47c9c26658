"""Pages in Firefox and in WebKitGTK: every page opens, formulas are set alike, and a whole pass is walked.

The questions of `test_ten_questions` are asked there too.
"""

from __future__ import annotations

import pytest

from app.web.train.navigation import PAGES
from tests.browser.newcomer import Newcomer, Part
from tests.browser.test_page import SHORT, check_numbers, computed
from tests.engines import BrowserEngine, driven

FIGURES = ["/?system=lstm&phase=forward", "/?system=gru&detail=operations&tau=2&phase=backward"]
READY = ["/", *FIGURES, "/compare", *PAGES.values()]
WITHOUT_A_SIGN = ["/gallery", "/language", "/docs"]
"""Pages whose scripts do not say when they are there."""


@driven
def test_every_page_opens_without_a_complaint(engine: BrowserEngine) -> None:
    someone = Newcomer(engine)
    for link in READY:
        someone.open(link)
        assert engine.complaints() == [], link
    for link in WITHOUT_A_SIGN:
        engine.visit(engine.server + link)
        someone.wait(Part("nav [aria-current=page]"))
        assert engine.complaints() == [], link


SIZES = """
(css) => [...document.querySelectorAll(css)].map((it) => {
  const size = (of) => parseFloat(getComputedStyle(of).fontSize);
  return [size(it) / size(it.parentElement), it.getBoundingClientRect().height / size(it)];
})
"""
"""Of parts of formulas: how large the letters are beside those around them, and how tall a part is in its own."""
INK = """
(...letters) => {
  const pen = new OffscreenCanvas(40, 40).getContext("2d");
  pen.font = "12px 'Unfold Math'";
  return letters.map((letter) => {
    pen.clearRect(0, 0, 40, 40);
    pen.fillText(letter, 10, 20);
    return pen.getImageData(0, 0, 40, 40).data.reduce((sum, value) => sum + value, 0);
  });
}
"""
"""How black letters are that are as large as those of a subscript."""


@driven
def test_formulas_are_set_as_in_chromium(engine: BrowserEngine) -> None:
    someone = Newcomer(engine)
    someone.open("/?phase=backward&at=h[2]")
    for script, expected in (("msub > msup", 0.7), ("msub > msup > :last-child", 0.786)):
        sizes = [size for size, _ in engine.evaluate(SIZES, f"#panel {script}")]
        assert sizes
        assert sizes == pytest.approx([expected] * len(sizes), rel=0.01), script
    assert all(tall < 1.1 for _, tall in engine.evaluate(SIZES, "#panel [data-term=⊙]")), "a sign is no sum"
    bold, light = engine.evaluate(INK, "𝐡", "h")
    assert bold > 1.3 * light, "a bold letter is seen to be bold where it is small"


@driven
def test_a_pass_is_walked_forward_to_its_last_act_and_back(engine: BrowserEngine) -> None:
    someone = Newcomer(engine)
    it = computed(engine.server, SHORT)
    someone.open(it.address(0).removeprefix(engine.server))
    total = len(it.steps)
    for key, places in (("ArrowRight", range(1, total + 1)), ("ArrowLeft", range(total - 1, total - 4, -1))):
        for here in places:
            engine.press(key)
            someone.stands_at(here)
            someone.wait_for_address(it.address(here))
            check_numbers(someone.texts, it, here)
    assert it.steps[total - 1].phase == "update"
    engine.press("Home")
    someone.reads("output", "0")
