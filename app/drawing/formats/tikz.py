"""Writes scenes as TikZ: our positions, lines and colours, the labels as mathematics in the document's own fonts.

A file compiles by itself, and stands in a document by `\\input`. Several scenes become the slides of one Beamer frame.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from itertools import cycle, pairwise
from math import pi
from typing import Any

from app.drawing.formats.decimals import decimal, length
from app.drawing.formats.shapes import cell_rectangles
from app.drawing.geometry import Box, Contour, GridPoint, Point, around, cubic, hundredths, of_corners, of_cubics
from app.drawing.lettering import Outline, label_tex
from app.drawing.scene import (
    PARTS,
    SCALE,
    STEPS,
    Cells,
    Curve,
    Disc,
    Ink,
    Item,
    ItemGroup,
    Paint,
    Polygon,
    Polyline,
    Rect,
    Scene,
    Theme,
    channels,
)
from app.language import Problem, Problems, Subject

LONGEST = 16_000.0
"""The longest side, in points, that TeX can reckon with: about 5.7 metres."""
NUMBER_ROOM = 1.06
"""How much wider than our outline a number in a node may be in another font."""
Names = Mapping[str, str]
"""The name of each colour in the file."""


def tikz(scenes: Sequence[Scene]) -> bytes:
    """One picture, or with several scenes one frame of as many slides. Problems where TeX has no length that long."""
    last, canvas = scenes[-1], _canvas(scenes)
    width, height = (side * last.scale for side in (canvas.right - canvas.left, canvas.bottom - canvas.top))
    if max(width, height) > LONGEST:
        raise Problems(Problem("the figure is wider than TeX can draw", Subject.STEPS, None, "choose a smaller tau"))
    names = _names(last.theme)
    body = list(_body(scenes, canvas, names))
    used = [colour for colour in names if any(names[colour] in line for line in body)]
    colours = [rf"\definecolor{{{names[c]}}}{{HTML}}{{{c[1:].upper()}}}" for c in used]
    sides = {"width": f"{width:g}", "height": f"{height:g}"}
    head = HEAD.format(title=last.title, preamble=(BEAMER if len(scenes) > 1 else ARTICLE).format(**sides))
    opened = OPENED.format(scale=f", scale={last.scale:g}, transform shape" if last.scale != 1 else "")
    return "\n".join((head, *colours, opened, *body, CLOSED)).encode()


HEAD = r"""% {title}.
% By itself: pdflatex this-file. In a document: \usepackage{{amsmath,tikz}} at its top, and where it belongs
% \input{{this-file}}, or \resizebox{{\linewidth}}{{!}}{{\input{{this-file}}}} to fit it to the line.
\makeatletter
\ifx\@nodocument\relax
  \def\UnfoldEnd{{\UnfoldFigure\endgroup}}%
\else
  \RequirePackage{{fix-cm}}
{preamble}
  \usepackage{{amsmath,tikz}}
  \begin{{document}}%
\fi
\makeatother
\begingroup\endlinechar=-1\relax
\def\UnfoldSize#1{{\fontsize{{#1bp}}{{#1bp}}\selectfont}}
\def\UnfoldFit#1#2{{\setbox0=\hbox{{#2}}\ifdim\wd0>#1bp\resizebox{{#1bp}}{{!}}{{\box0}}\else\box0\fi}}"""
ARTICLE = r"""  \documentclass{{article}}
  \usepackage[paperwidth={width}bp,paperheight={height}bp,margin=0pt]{{geometry}}
  \pagestyle{{empty}}
  \setlength{{\parindent}}{{0pt}}\setlength{{\topskip}}{{0pt}}
  \def\UnfoldEnd{{\UnfoldFigure\par\endgroup\end{{document}}}}"""
BEAMER = r"""  \documentclass{{beamer}}
  \geometry{{papersize={{{width}bp,{height}bp}}}}
  \setbeamersize{{text margin left=0pt,text margin right=0pt}}
  \setbeamertemplate{{navigation symbols}}{{}}
  \def\UnfoldEnd{{\frame[plain]{{\UnfoldFigure}}\endgroup\end{{document}}}}"""
OPENED = r"""\def\UnfoldFigure{{\begin{{tikzpicture}}[
    x=1bp, y=-1bp{scale}, every node/.style={{inner sep=0pt, outer sep=0pt, anchor=base}}]"""
CLOSED = r"""\end{tikzpicture}}
\UnfoldEnd
"""


def _canvas(scenes: Sequence[Scene]) -> Box:
    """The size that holds every slide: where a window moves along a run, not all are of one size."""
    return around([Box(it.left, it.top, it.left + it.width, it.top + it.height) for it in scenes])


def _body(scenes: Sequence[Scene], canvas: Box, names: Names) -> Iterator[str]:
    """The canvas, the paper, and what is on it; what is not on every slide says on which it is."""
    it = scenes[-1]
    corner = _place(canvas.right, canvas.bottom)
    yield rf"\useasboundingbox {_place(canvas.left, canvas.top)} rectangle {corner};"
    if it.background != "none":
        width, height = canvas.right - canvas.left, canvas.bottom - canvas.top
        paper = Rect(canvas.left, canvas.top, width, height, Paint("paper", it.background))
        yield from _lines(paper, names)
    if len(scenes) == 1:
        for item in it.items:
            yield from _lines(item, names)
    else:
        yield from _slides(scenes, names)


def _slides(scenes: Sequence[Scene], names: Names) -> Iterator[str]:
    """Each piece in the order in which slides draw it, in every form that it takes, with the slides that show it so."""
    forms: dict[str, dict[str, list[int]]] = {key: {} for key in _merged(scenes)}
    for slide, scene in enumerate(scenes, 1):
        for key, item in _pieces(scene):
            forms[key].setdefault("\n".join(_lines(item, names)), []).append(slide)
    for lines, slides in (form for each in forms.values() for form in each.items()):
        yield lines if len(slides) == len(scenes) else f"\\only<{_ranges(slides)}>{{%\n{lines}\n}}"
    yield rf"\only<{len(scenes)}>{{}}"


def _merged(scenes: Sequence[Scene]) -> list[str]:
    """The keys of all pieces, those of each slide in its order: where a window moves, slides show different steps."""
    order = [key for key, _ in _pieces(scenes[-1])]
    known = set(order)
    for scene in scenes[:-1]:
        place = 0
        for key, _ in _pieces(scene):
            if key in known:
                place = order.index(key) + 1
            else:
                order.insert(place, key)
                known.add(key)
                place += 1
    return order


def _pieces(scene: Scene) -> Iterator[tuple[str, Item]]:
    """Pieces that change as one: each node, each edge, each thing beside the graphs; with their keys."""
    for i, item in enumerate(scene.items):
        if isinstance(item, ItemGroup) and item.role in PARTS:
            yield from ((f"{i} {_key(inner, j)}", inner) for j, inner in enumerate(item.items))
        else:
            yield f"{i}", item


def _key(item: Item, place: int) -> str:
    """A key that no other in its graph has."""
    named = isinstance(item, ItemGroup) and (item.fact("node") or item.fact("edge"))
    return named or str(place)


def _ranges(slides: Sequence[int]) -> str:
    """1, 2, 3, 5 is 1-3,5."""
    starts = [slides[0], *(b for a, b in pairwise(slides) if b != a + 1)]
    ends = [*(a for a, b in pairwise(slides) if b != a + 1), slides[-1]]
    return ",".join(f"{a}-{b}" if a != b else f"{a}" for a, b in zip(starts, ends, strict=True))


# Items


def _lines(item: Item, names: Names) -> Iterator[str]:
    if isinstance(item, ItemGroup):
        if what := item.fact("node") or item.fact("edge"):
            yield f"% {what}"
        for inner in item.items:
            yield from _lines(inner, names)
    else:
        yield from WRITERS[type(item)](item, names)


def _disc(it: Disc, names: Names) -> Iterator[str]:
    """A circle; dashes are stretched so that a whole number of them goes around, one in the middle of the right."""
    options = _painted(it.paint, names)
    if it.paint.dash:
        on, off = (d * _stretch(it.radius, it.paint.dash) for d in it.paint.dash)
        options = f"{_painted(Paint(fill=it.paint.fill, stroke=it.paint.stroke, width=it.paint.width), names)}, "
        options += f"dash pattern=on {length(on)}bp off {length(off)}bp, dash phase={length(on / 2)}bp"
    yield rf"\path[{options}] {_place(it.x, it.y)} circle[radius={length(it.radius)}bp];"


def _stretch(radius: float, dash: Sequence[float]) -> float:
    around = 2 * pi * radius / sum(dash)
    return around / round(around)


def _rect(it: Rect, names: Names) -> Iterator[str]:
    corner = _place(it.x + it.width, it.y + it.height)
    yield rf"\path[{_painted(it.paint, names)}] {_place(it.x, it.y)} rectangle {corner};"


def _curve(it: Curve, names: Names) -> Iterator[str]:
    yield rf"\path[{_painted(it.paint, names)}] {_path(of_cubics(it.points), *hundredths((it.x, it.y)))};"


def _polygon(it: Polygon, names: Names) -> Iterator[str]:
    yield rf"\path[{_painted(it.paint, names)}] {_path(of_corners(it.points), *hundredths((it.x, it.y)))};"


def _polyline(it: Polyline, names: Names) -> Iterator[str]:
    runs = " ".join(_path(of_corners(run, closed=False), 0, 0) for run in it.runs)
    yield rf"\path[{_painted(it.paint, names)}] {runs};"


def _cells(it: Cells, names: Names) -> Iterator[str]:
    for cell in cell_rectangles(it):
        yield from _rect(cell, names)


def _ink(it: Ink, names: Names) -> Iterator[str]:
    """Mathematics on our baseline, centred where our own ink is; an outline where TeX has no such character."""
    outline = it.outline
    text = label_tex(outline.box)
    if text is None:
        yield rf"\path[fill={_colour(it.paint.fill, names)}] {_outlined(outline, it.x, it.y)};"
    elif outline.glyphs:
        if it.paint.role == "number":
            text = rf"\UnfoldFit{{{length(NUMBER_ROOM * outline.width)}}}{{{text}}}"
        place = _place(it.x + (outline.left + outline.right) / 2, it.y)
        look = rf"text={_colour(it.paint.fill, names)}, font=\UnfoldSize{{{outline.size:g}}}"
        yield rf"\node[{look}] at {place} {{{text}}};"


def _outlined(outline: Outline, x: float, y: float) -> str:
    dx, dy = hundredths((x, y))
    placed = ((contour, g.x + dx, g.y + dy) for g in outline.glyphs for contour in g.glyph.contours)
    return " ".join(_path(contour, px, py) for contour, px, py in placed)


def _path(it: Contour, x: int, y: int) -> str:
    """A contour moved by whole hundredths."""

    def spelled(point: GridPoint | Point) -> str:
        return f"({decimal(round(point[0] + x))},{decimal(round(point[1] + y))})"

    here, words = it.start, [spelled(it.start)]
    for segment in it.segments:
        if len(segment) == 1:
            words.append(f"-- {spelled(segment[0])}")
        else:
            words.append(".. controls {} and {} .. {}".format(*map(spelled, cubic(here, segment))))
        here = segment[-1]
    return " ".join([*words, "-- cycle"] if it.closed else words)


WRITERS: Mapping[type, Callable[[Any, Names], Iterator[str]]] = {
    Disc: _disc,
    Rect: _rect,
    Curve: _curve,
    Polygon: _polygon,
    Polyline: _polyline,
    Ink: _ink,
    Cells: _cells,
}


# Paint


def _painted(paint: Paint, names: Names) -> str:
    options = [f"fill={_colour(paint.fill, names)}"] if paint.fill != "none" else []
    if paint.stroke != "none":
        options += [f"draw={_colour(paint.stroke, names)}", f"line width={paint.width:g}bp"]
    if paint.dash:
        pattern = " ".join(
            f"{word} {length:g}bp" for word, length in zip(cycle(("on", "off")), paint.dash, strict=False)
        )
        options.append(f"dash pattern={pattern}")
    return ", ".join(options)


def _colour(colour: str, names: Names) -> str:
    """Its name; for one that no theme has, its channels."""
    if colour in names:
        return names[colour]
    red, green, blue = channels(colour)
    return f"{{rgb,255:red,{red};green,{green};blue,{blue}}}"


def _names(theme: Theme) -> Names:
    """The names of a theme's colours: UnfoldInk, UnfoldStateFill, UnfoldScaleMinus3."""
    own = [(f.name.replace("_", " "), getattr(theme, f.name)) for f in fields(theme)]
    kinds = [
        (f"{kind} {part}", getattr(look, part)) for kind, look in theme.kinds.items() for part in ("fill", "stroke")
    ]
    scale = [(_shade(i - STEPS), colour) for i, colour in enumerate(SCALE)]
    found: dict[str, str] = {}
    for words, colour in (*own, *kinds, *scale):
        if isinstance(colour, str) and colour.startswith("#"):
            found.setdefault(colour, "Unfold" + words.title().replace(" ", ""))
    return found


def _shade(i: int) -> str:
    return f"scale {('minus' if i < 0 else 'plus' if i else 'zero')}{abs(i) or ''}"


def _place(x: float, y: float) -> str:
    return f"({length(x)},{length(y)})"
