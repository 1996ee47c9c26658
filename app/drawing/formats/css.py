"""Writes the style sheet of figures on a page from the themes.

A page's figure holds every layer of every step; classes say what the cursor has reached, and this shows it. Colours
follow the page's `color-scheme`, through CSS's `light-dark()`.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.drawing.scene import (
    COLOURED,
    CURRENT_WIDTH,
    DARK,
    LIGHT,
    LIT_WIDTH,
    NOT_FINITE,
    ORIGIN_WIDTH,
    PALETTES,
    SCALE,
    SHARES,
    Look,
    share_colour,
    themed,
)

HIDDEN = (
    ".ring",
    ".value",
    ".gradient",
    ".instead",
    ".backward",
    '[data-phase=""] .node:not(.valued) .numbered',
    ':not([data-phase=""]) .unnumbered',
    ".valued .unnumbered",
    '[data-phase=""] .blank-value',
    '[data-phase=""] .blank-gradient',
    '[data-phase="forward"] .blank-gradient',
    ':not([data-phase="forward"]) .norm-value',
    '[data-phase=""] .norm-gradient',
    '[data-phase="forward"] .norm-gradient',
    ".valued .blank-value",
    ".graded .blank-gradient",
    ".flowed .forward:has(+.backward)",
)
SHOWN = (".current .ring", ".origin .ring", ".valued .value", ".graded .gradient", ".flowed .backward")

STROKED = ".line", ".head", ".rail", ".hollow-head"
"""The strokes of a full arrow back and of a hollow one."""

KEYED = ".label", ".line", ".head", ".frame", ".tick", ".nothing", ".opening", ".opened"
"""Of the rules for figures those whose parts legends have."""

COLOUR_OF_PHASE = {"forward": "forward", "backward": "backward", "update": "backward"}
"""What of a theme marks the cursor in each phase: the update shows what the way back has brought."""


def stylesheet() -> str:
    """Rules for `svg.figure` alone."""
    rules = [
        f"{_figure(HIDDEN)}{{display:none}}",
        f"{_figure(SHOWN)}{{display:inline}}",
        *_colours(),
        *_chains(),
        *_cursor(),
        *_keys(),
    ]
    return "\n".join(rules) + "\n"


def shades() -> str:
    """The diverging scale for the page's charts, whose scripts say which of its colours a number has."""
    rules = [f".shade-{i}{{fill:{shade}}}" for i, shade in enumerate(SCALE)]
    return "\n".join([*rules, f".shade-none{{fill:{NOT_FINITE}}}"]) + "\n"


def _figure(selectors: tuple[str, ...]) -> str:
    """The selectors inside a figure; one that begins with the figure's own state is joined to it."""
    own = ("[", ":")
    return ",".join(f".figure{'' if s.startswith(own) else ' '}{s}" for s in selectors)


def _strokes(within: str) -> tuple[str, ...]:
    return tuple(f"{within} {stroke}" for stroke in STROKED)


def _both(name: str) -> str:
    return f"light-dark({getattr(LIGHT, name)},{getattr(DARK, name)})"


def _of_layer(part: str) -> str:
    return f"light-dark({getattr(LIGHT.kinds['layer'], part)},{getattr(DARK.kinds['layer'], part)})"


def _kinds(figure: str, light: Mapping[str, Look], dark: Mapping[str, Look]) -> list[str]:
    """The rules for each kind of node in a figure of this selector."""
    rules = []
    for kind, look in light.items():
        fill, stroke = (f"light-dark({getattr(look, p)},{getattr(dark[kind], p)})" for p in ("fill", "stroke"))
        rules += [
            f"{figure} .kind-{kind} .disc,{figure} .kind-{kind} .card{{fill:{fill};stroke:{stroke}}}",
            f"{figure} .kind-{kind} .dashes{{stroke:{stroke}}}",
        ]
    return rules


def _colours() -> list[str]:
    kinds = _kinds(".figure", LIGHT.kinds, DARK.kinds)
    for colours in dict.fromkeys(colours for colours, _ in PALETTES):
        light, dark = (themed(theme, colours).kinds for theme in ("light", "dark"))
        own = {kind: look for kind, look in light.items() if kind in COLOURED}
        kinds += _kinds(f".figure:where(.{colours})", own, dark)
    return [
        f".figure .label,.figure .sign,.figure .number,.figure .delay{{fill:{_both('ink')}}}",
        f".figure .line{{stroke:{_both('line')}}}",
        f".figure .head{{fill:{_both('line')};stroke:{_both('line')}}}",
        f".figure .dash,.figure .unfold .head{{fill:{_both('muted')}}}",
        f".figure .unfold .line,.figure .unfold .head{{stroke:{_both('muted')}}}",
        f".figure .frame,.figure .rule{{stroke:{_both('frame')}}}",
        f".figure .gradient .frame,.figure .gradient .rule{{stroke:{_both('gradient_frame')}}}",
        f"{_figure(('.act-gradient .frame', '.act-gradient .rule'))}{{stroke:{_both('gradient_frame')}}}",
        f".figure .act-line{{stroke:{_both('backward')}}}",
        f".figure .act-head{{fill:{_both('backward')}}}",
        f".figure .tick{{fill:{_both('gradient_frame')}}}",
        f".figure .gradient .number{{fill:{_both('backward')}}}",
        f".figure .nothing{{stroke:{_both('muted')}}}",
        *kinds,
        f".figure .start .disc,.figure .stub .disc{{fill:{_both('paper')};stroke:none}}",
        f".figure .start .card{{fill:{_both('paper')}}}",
        f".figure .opening{{fill:{_both('paper')};stroke:{_of_layer('stroke')}}}",
        f".figure .opened{{fill:{_of_layer('stroke')}}}",
        f".figure .dot{{fill:{_both('muted')}}}",
        f".figure .mark{{stroke:{_both('ink')}}}",
        f".figure .marked{{stroke:{_both('mark')}}}",
        f".figure .mark-edge{{stroke:{_both('mark_edge')}}}",
        f".figure .caption{{fill:{_both('ink')}}}",
        ".figure .disc{pointer-events:all}",
        ".figure .joint{pointer-events:none}",
    ]


def _keys() -> list[str]:
    """The rules for pictures of the legend that stand apart from their figure."""
    shared = [rule for rule in _colours() if any(part in rule for part in KEYED) and ".kind-" not in rule]
    arrows = ",".join(f".legend-part {stroke}" for stroke in _strokes(".legend-arrows"))
    return [
        *(rule.replace(".figure ", ".legend-part ") for rule in shared),
        f".legend-part .legend-gradient .frame{{stroke:{_both('gradient_frame')}}}",
        f"{arrows}{{stroke:{_both('backward')}}}",
        f".legend-part .legend-arrows .head{{fill:{_both('backward')}}}",
    ]


def _chains() -> list[str]:
    """What is left of a gradient along a chain, in circles and on arrows."""
    flow = _both("flow")
    shades = (f"light-dark({share_colour(LIGHT, step)},{share_colour(DARK, step)})" for step in range(SHARES + 1))
    border = f"light-dark({LIGHT.kinds['state'].stroke},{DARK.kinds['state'].stroke})"
    return [
        *(f".figure .share-{step}{{fill:{shade};stroke:{border}}}" for step, shade in enumerate(shades)),
        f".figure .ring-left,{_figure(_strokes('.arrived'))}{{stroke:{flow}}}",
        f".figure .arrived .head{{fill:{flow}}}",
        f".figure .trail{{stroke:{_both('muted')}}}",
        f".figure .tick-number{{fill:{_both('muted')}}}",
    ]


def _cursor() -> list[str]:
    """The current node, what it is made of and the lit arrows, by phase."""
    flow, forward, backward = _both("flow"), _both("forward"), _both("backward")
    rules = [
        f"{_figure(_strokes('.backward'))}{{stroke:{flow}}}",
        f".figure .backward .head{{fill:{flow}}}",
        f"{_figure(_strokes('.lit .backward'))}{{stroke:{backward}}}",
        f".figure .lit .backward .head{{fill:{backward}}}",
        f".figure .lit .forward .line{{stroke:{forward};stroke-width:{LIT_WIDTH}}}",
        f".figure .lit .forward .head{{fill:{forward};stroke:{forward}}}",
    ]
    for phase, colour in COLOUR_OF_PHASE.items():
        figure = f'.figure[data-phase="{phase}"]'
        at = f"{figure} .current"
        rules += [
            f"{figure} .origin:not(.current) .ring{{stroke:{_both(colour)};stroke-width:{ORIGIN_WIDTH}}}",
            f"{at} .ring{{stroke:{_both(colour + '_halo')}}}",
            f"{at} .disc,{at} .dashes,{at} .card{{stroke:{_both(colour)};stroke-width:{CURRENT_WIDTH}}}",
            f"{at}.start .disc{{stroke:none}}",
        ]
    hidden = tuple(f".bitmap.valued .{part}" for part in ("disc", "dashes", "inner"))
    return [*rules, f"{_figure(hidden)}{{fill:none;stroke:none}}", ".figure .bitmap.valued>.numbered{display:none}"]
