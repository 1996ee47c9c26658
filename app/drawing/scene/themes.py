"""The palettes: one row a theme, with everything that has a colour, a width or a dash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite
from typing import Literal

from app.cache import cached

ThemeName = Literal["light", "dark", "print"]
Colours = Literal["classic", "okabe", "tol", "dusk"]
"""What kinds of nodes are told apart by."""
CLASSIC: Colours = "classic"
Dash = tuple[float, ...]

STEPS = 12
"""How many shades the colour scale has on either side of zero."""


@dataclass(frozen=True, slots=True)
class Look:
    """How the circle of one kind of node is drawn.

    `inner`: a second circle so far inside the first; `sides`: a polygon of so many sides around the circle, whose
    middles touch it, in its place.
    """

    fill: str
    stroke: str
    width: float = 1.25
    dash: Dash = ()
    inner: float = 0.0
    sides: int = 0


@dataclass(frozen=True)
class Theme:
    """A palette. `lit` is where the cursor is, `flow` where gradient has passed, `halo` the ring's outer part, `mark`
    the band behind what a link marks, with its edge."""

    name: ThemeName
    paper: str
    ink: str
    line: str
    muted: str
    kinds: Mapping[str, Look]
    forward: str
    forward_halo: str
    backward: str
    backward_halo: str
    flow: str
    frame: str
    gradient_frame: str
    mark: str
    mark_edge: str
    colours: Colours = CLASSIC
    bars: bool = False
    """True if cells say their sign by rising or falling from a middle line, and not by colour."""


START_DASH: Dash = (4.2, 2.6)
CUT_DASH: Dash = (1.4, 2.4)
"""Where truncation lets no gradient pass."""
WINDOW_DASH: Dash = (5.0, 3.0)
"""Where the window has cut an end off."""
NOTHING_DASH: Dash = (2.6, 2.0)
"""Where exactly nothing flows back."""

LIGHT = Theme(
    name="light",
    paper="#ffffff",
    ink="#111111",
    line="#333333",
    muted="#7a7a7a",
    kinds={
        "input": Look("#e8f1fb", "#2b5c8a"),
        "state": Look("#e6f5ea", "#2f7d4f"),
        "output": Look("#fff3dc", "#a8700b"),
        "loss": Look("#fde8e8", "#a83232"),
        "target": Look("#f0eafa", "#5f4b8b"),
        "parameter": Look("#f1f1ee", "#5b5b52"),
        "operation": Look("#ffffff", "#555555"),
        "layer": Look("#fffaf0", "#a8700b"),
        "valve": Look("#ffffff", "#a8700b"),
    },
    forward="#15663a",
    forward_halo="#a9d8ba",
    backward="#b83d0a",
    backward_halo="#f3bfa6",
    flow="#dd7a4c",
    frame="#7d8794",
    gradient_frame="#b83d0a",
    mark="#fff0a8",
    mark_edge="#8a6d00",
)

DARK = Theme(
    name="dark",
    paper="#0f172a",
    ink="#f1f5f9",
    line="#cbd5e1",
    muted="#8b98ab",
    kinds={
        "input": Look("#16304c", "#7fb2e5"),
        "state": Look("#143524", "#6cc48f"),
        "output": Look("#3d2c0c", "#e0b04a"),
        "loss": Look("#451f22", "#f08a8a"),
        "target": Look("#2c2547", "#b3a0e6"),
        "parameter": Look("#2b2e33", "#b8b8ad"),
        "operation": Look("#0f172a", "#a3adba"),
        "layer": Look("#2a2310", "#e0b04a"),
        "valve": Look("#0f172a", "#e0b04a"),
    },
    forward="#5fd38d",
    forward_halo="#1f5b3a",
    backward="#fb8a4c",
    backward_halo="#7a3a17",
    flow="#c96f3c",
    frame="#7d8ca3",
    gradient_frame="#fb8a4c",
    mark="#40350a",
    mark_edge="#b8962e",
)

PRINT = Theme(
    name="print",
    paper="#ffffff",
    ink="#000000",
    line="#000000",
    muted="#666666",
    kinds={
        "input": Look("#ffffff", "#000000", 0.9, sides=8),
        "state": Look("#e4e4e4", "#000000", 1.25),
        "output": Look("#ffffff", "#000000", 2.4),
        "loss": Look("#ffffff", "#000000", 0.9, inner=2.3),
        "target": Look("#ffffff", "#000000", 0.9, inner=3.4, sides=8),
        "parameter": Look("#ffffff", "#000000", 0.6),
        "operation": Look("#ffffff", "#000000", 0.6),
        "layer": Look("#ffffff", "#000000", 0.9),
        "valve": Look("#ffffff", "#000000", 1.6),
    },
    forward="#000000",
    forward_halo="#b0b0b0",
    backward="#000000",
    backward_halo="#b0b0b0",
    flow="#707070",
    frame="#000000",
    gradient_frame="#000000",
    mark="#e8e8e8",
    mark_edge="#000000",
    bars=True,
)

THEMES: Mapping[str, Theme] = {theme.name: theme for theme in (LIGHT, DARK, PRINT)}

COLOURED = ("input", "state", "output", "loss", "target")
"""The kinds that have a hue of their own in every palette."""
PALETTES: Mapping[tuple[Colours, ThemeName], tuple[Look, ...]] = {
    ("okabe", "light"): (
        Look("#e4f2fe", "#025587"),
        Look("#dff7eb", "#17956d"),
        Look("#fdf6c1", "#564a09"),
        Look("#feece5", "#db551d"),
        Look("#feeaf4", "#650248"),
    ),
    ("okabe", "dark"): (
        Look("#142e43", "#53b2fc"),
        Look("#0d3325", "#249c74"),
        Look("#342d0b", "#d0b400"),
        Look("#402218", "#e45d27"),
        Look("#3d2131", "#fdcee7"),
    ),
    ("tol", "light"): (
        Look("#eceffd", "#424aa9"),
        Look("#dbf7f3", "#139a8e"),
        Look("#f6f0da", "#967d0a"),
        Look("#ffebeb", "#98253b"),
        Look("#fbeafc", "#59105e"),
    ),
    ("tol", "dark"): (
        Look("#242944", "#9baafe"),
        Look("#02332f", "#80f6e7"),
        Look("#332b0a", "#efd675"),
        Look("#412023", "#f97e8b"),
        Look("#382239", "#b066b4"),
    ),
    ("dusk", "light"): (
        Look("#e8f1fc", "#215da5"),
        Look("#eaf5e0", "#6c9539"),
        Look("#f9efda", "#765806"),
        Look("#ffebe9", "#6e000c"),
        Look("#f2edfd", "#47137c"),
    ),
    ("dusk", "dark"): (
        Look("#1a2c44", "#88bcfe"),
        Look("#233014", "#c1f092"),
        Look("#37290a", "#daa932"),
        Look("#41211e", "#da534f"),
        Look("#2f2540", "#966cd7"),
    ),
}
"""Other looks of those kinds: hues of Okabe and Ito (2008), of Tol's muted scheme (2021), and from blue to red.

Lightness differs as much as hue, as far as contrast lets it, so that people who do not see red, green or blue tell them
apart."""


@cached()
def themed(theme: ThemeName, colours: Colours = CLASSIC) -> Theme:
    """A theme in other colours; print is of lines alone, whatever they are."""
    looks = PALETTES.get((colours, theme))
    usual = THEMES[theme]
    if looks is None:
        return usual
    return replace(usual, colours=colours, kinds={**usual.kinds, **dict(zip(COLOURED, looks, strict=True))})


_NEGATIVE = ("#f7f7f7", "#d1e5f0", "#92c5de", "#4393c3", "#2166ac")
_POSITIVE = ("#f7f7f7", "#fddbc7", "#f4a582", "#d6604d", "#b2182b")
"""ColorBrewer's RdBu: told apart by people who do not see red and green."""
NOT_FINITE = "#000000"


def blended(one: str, other: str, share: float) -> str:
    """The colour this share of the way from one to another."""
    pairs = zip(channels(one), channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def channels(colour: str) -> tuple[int, ...]:
    """Red, green and blue of `#rrggbb`, from 0 to 255."""
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))


def _ramp(stops: tuple[str, ...], count: int) -> list[str]:
    """`count` + 1 colours along the stops."""
    colours = []
    for i in range(count + 1):
        at = i / count * (len(stops) - 1)
        low = min(int(at), len(stops) - 2)
        colours.append(blended(stops[low], stops[low + 1], at - low))
    return colours


SCALE = (*_ramp(_NEGATIVE, STEPS)[:0:-1], *_ramp(_POSITIVE, STEPS))
"""The diverging scale from -1 to 1: 2 * STEPS + 1 colours, white in the middle."""
BELOW_SCALE, ABOVE_SCALE = "#053061", "#67001f"
"""What lies beyond its ends: the next colours of RdBu."""


SHADES = 24
FORWARD_SCALE = _ramp(("#f7fbff", "#c6dbef", "#6baed6", "#2171b5", "#08306b"), SHADES)
BACKWARD_SCALE = _ramp(("#fff5eb", "#fdd0a2", "#fd8d3c", "#d94801", "#7f2704"), SHADES)
"""ColorBrewer's Blues and Oranges, from none to most: norms of values and of gradients."""


def colour(place: float) -> str:
    """The colour at a place of the diverging scale, from -1 to 1, or beyond; black for what is no number."""
    if abs(place) > 1:
        return ABOVE_SCALE if place > 0 else BELOW_SCALE
    return SCALE[STEPS + round(place * STEPS)] if isfinite(place) else NOT_FINITE


SHARES = 8
"""How many shades there are of what is left of a gradient, beyond the palest."""
PALEST = 0.22
"""How much of the gradient's colour is in that one."""


def share_colour(theme: Theme, step: int) -> str:
    """The shade of what is left of a gradient: the palest for 0, the fullest for the last."""
    fullest = blended(theme.flow, theme.backward, 0.5)
    return blended(theme.paper, fullest, PALEST + (1 - PALEST) * step / SHARES)


def started(look: Look, theme: Theme) -> Look:
    """The look of a value that is there before the recurrence begins: dashed, not filled."""
    return replace(look, fill=theme.paper, dash=START_DASH, inner=0.0)
