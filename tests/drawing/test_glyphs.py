"""The outlines that figures are lettered with: every character of the font, as the font's own tables have it."""

from __future__ import annotations

import string
from dataclasses import replace
from itertools import pairwise
from typing import get_args

import pytest

from app.cache import clear_caches
from app.drawing import page_svg
from app.drawing.lettering import outline
from app.drawing.lettering.glyphs import MISSING, Glyph, glyph
from app.language.symbols import GREEK, NAME_CHARACTERS, Accent, bold, italic
from app.language.typeset import Letters, Numeral, Scripts, Style
from app.link import parse, resolve
from app.outputs.table import scene

LETTERS = [*string.ascii_letters, *GREEK.values()]


def points(it: Glyph) -> list[tuple[int, int]]:
    return [point for c in it.contours for segment in ((c.start,), *c.segments) for point in segment]


def test_a_character_that_names_are_written_with_has_an_outline_of_its_own() -> None:
    for char in [*LETTERS, *map(bold, LETTERS), *map(italic, LETTERS), *string.digits, *"∂∇∞⊙−×"]:
        it = glyph(char, 18.0)
        assert it.contours and it.contours != glyph(MISSING, 18.0).contours, char
        assert all(it.left <= x <= it.right and it.top <= y <= it.bottom for x, y in points(it)), char
        assert {min(x for x, _ in points(it)), max(x for x, _ in points(it))} <= {it.left, it.right}, char


@pytest.mark.parametrize("style", get_args(Style))
def test_every_character_of_a_name_has_an_outline_of_its_own_in_every_style(style: Style) -> None:
    box = glyph(MISSING, 18.0).contours
    assert not [char for char in NAME_CHARACTERS if glyph(char, 18.0, style).contours in ((), box)]


def test_a_letter_that_formulas_lack_is_as_bold_as_its_neighbours() -> None:
    def stem(char: str) -> int:
        """The width of a letter's upright stroke: how much wider the bold one is."""
        return glyph(char, 100.0, "bold").advance - glyph(char, 100.0).advance

    assert stem("ö") == pytest.approx(stem("o"), abs=100) and stem("å") == pytest.approx(stem("a"), abs=100)
    assert glyph("ß", 100.0, "bold").contours != glyph("ß", 100.0).contours
    assert glyph("ß", 100.0, "italic").contours != glyph("ß", 100.0).contours


def test_a_character_that_the_font_lacks_is_a_box() -> None:
    assert glyph("変", 18.0).contours == glyph(MISSING, 18.0).contours


def test_a_slanted_letter_pushes_its_script_away_and_an_accent_centres_where_the_font_says() -> None:
    slanted, upright = glyph(italic("f"), 100.0), glyph("f", 100.0)
    assert slanted.italic > 0 == upright.italic
    assert slanted.attach != round((slanted.left + slanted.right) / 2)


@pytest.mark.parametrize(("style", "accent"), [("arrow", ""), ("italic", "hat"), ("arrow", "hat"), ("bold", "tilde")])
def test_what_is_raised_stands_behind_the_mark_over_its_letter(style: Style, accent: Accent) -> None:
    for letter in string.ascii_lowercase:
        plain = Letters(letter, style, accent)
        marked = outline(plain, 18.0).glyphs
        raised = outline(Scripts(plain, None, Numeral("⟨1⟩")), 18.0).glyphs[len(marked) :]
        assert min(x + it.left for it, x, _ in raised) > max(x + it.right for it, x, _ in marked), letter


def test_a_composed_character_is_its_letter_and_its_accent() -> None:
    assert len(glyph("é", 18.0).contours) == len(glyph("e", 18.0).contours) + 1


def test_no_step_of_an_outline_leads_nowhere() -> None:
    for char in LETTERS:
        for contour in glyph(char, 4.0).contours:
            ends = [contour.start, *(segment[-1] for segment in contour.segments)]
            assert all(a != b for a, b in pairwise(ends))


def test_a_label_that_is_made_again_is_the_one_that_a_page_has_already() -> None:
    """Caches let go of some labels while figures that are laid out keep others."""
    link = parse("system=lstm&tau=2&phase=backward")
    scenes = []
    for _ in range(2):
        clear_caches()
        scenes.append(scene(resolve(link)))
    twice, both = (replace(it, items=(*scenes[0].items, *it.items)) for it in scenes)
    assert page_svg(both) == page_svg(twice)
