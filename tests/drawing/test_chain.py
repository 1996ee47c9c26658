"""Chains: the circles of a state through a whole run, fuller the more of a gradient is left."""

from __future__ import annotations

from math import inf, nan

import numpy as np
import pytest

from app.drawing import Chain, FigureOptions, draw_chain, svg
from app.drawing.scene import Disc, ItemGroup
from app.drawing.scene.chain import share_step
from app.drawing.scene.scales import bead_size
from app.drawing.scene.themes import SHARES
from app.language.typeset import share_words
from app.link import parse, resolve
from tests.lint import reasons


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (1.0, "100 %"),
        (0.312, "31 %"),
        (0.0101, "1 %"),
        (0.0005, "1 in 2,000"),
        (2.6e-8, "1 in 38 million"),
        (7.6e-10, "1 in 1.3 billion"),
        (1e-12, "1 in 1 trillion"),
        (6e-16, "1 in 10¹⁵"),
        (5e-324, "1 in 10³²³"),
        (0.0, "nothing"),
        (1.34, "130 %"),
        (12.3, "12 times"),
        (inf, "∞"),
        (nan, "NaN"),
    ],
)
def test_a_share_is_said_in_words_that_are_read_at_a_glance(share: float, words: str) -> None:
    assert share_words(share) == words


def chain(query: str, name: str) -> Chain:
    resolved = resolve(parse(f"{query}&detail=states"))
    return Chain(resolved.run.graph, resolved.numbers, name, resolved.run.of)


RADIUS = "system=rnn-regression&sizes=h:3&tau=20&of=L[20]&radius="


def test_circles_shrink_and_fade_with_the_logarithm_of_what_is_left() -> None:
    shares = 10.0 ** -np.linspace(0, 9, 40)
    sizes = [bead_size(share) for share in shares]
    assert sizes[0] == 1 and sizes == sorted(sizes, reverse=True) and sizes[-1] > 0
    areas = np.array([[bead_size(10.0**-d) ** 2 for d in (0, 1, 2)], [bead_size(10.0**-d) ** 2 for d in (3, 5, 7)]])
    assert np.diff(areas, 2) == pytest.approx(0, abs=1e-12), "the area goes by the logarithm"
    assert [share_step(share) for share in (10.0, 1.0, 0.1, 0.01)] == [SHARES, SHARES, SHARES // 2, 0]
    assert bead_size(0.0) == 0


@pytest.mark.parametrize(
    ("of", "said"), [("L[20]", "L(20), which"), ("o[20]", "the sum of the entries of o(20), which")]
)
def test_what_is_differentiated_stands_above_the_last_step(of: str, said: str) -> None:
    it = chain(f"system=rnn-regression&sizes=h:3,o:2&tau=20&of={of}", "h")
    found = [g.title for g in draw_chain(it, 700).items if isinstance(g, ItemGroup) and "kind-loss" in g.role]
    assert found == [f"{said} is differentiated"]


@pytest.mark.parametrize("radius", ["0.4", "1.5"])
def test_a_step_is_hollow_where_less_than_a_hundredth_is_left(radius: str) -> None:
    it = chain(RADIUS + radius, "h")
    groups = [g for g in draw_chain(it, 700).items if isinstance(g, ItemGroup) and g.fact("left")]
    assert [g.fact("t") for g in groups] == [str(t) for t in range(1, 21)]
    arrived = [part for g in groups for part in g.items if isinstance(part, ItemGroup)]
    hollow = [isinstance(disc, Disc) and disc.paint.fill == "none" for group in arrived for disc in group.items]
    assert hollow == (it.kept.shares < 0.01).tolist()
    assert it.kept.faded == sum(hollow)
    assert (it.kept.faded > 0) == (radius == "0.4")


def places(it: Chain) -> list[float]:
    """Where the circles of a chain stand."""
    steps = [g for g in draw_chain(it, 600).items if isinstance(g, ItemGroup) and g.fact("left")]
    return [disc.x for group in steps for disc in group.items[:1] if isinstance(disc, Disc)]


def test_chains_of_one_length_are_on_one_axis_and_slide_safe() -> None:
    one, other = chain(f"{RADIUS}0.5", "h"), chain("system=lstm&sizes=h:3&tau=20&of=L[20]", "c")
    assert places(one) == places(other)
    for it in (one, other):
        for theme in ("light", "dark", "print"):
            assert reasons(svg(draw_chain(it, 600, FigureOptions(theme=theme)))) == []


def test_what_does_not_arrive_at_all_is_left_empty() -> None:
    it = chain(f"{RADIUS}0.5&truncate=5", "h")
    assert it.kept.shares[:15].tolist() == [0.0] * 15
    assert it.kept.faded == 15
    assert not [word for word in map(share_words, it.kept.shares[:15].tolist()) if word != "nothing"]
