"""Writes scenes as TikZ: our positions, lines and colours, the labels as mathematics in the document's own fonts.

A file compiles by itself, and stands in a document by `\\input`. Several scenes become the slides of one Beamer frame.
Nodes have names, `h-2`; colours and styles that a preamble defines are left as they are there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from itertools import cycle, pairwise
from math import hypot, pi
from re import findall
from typing import Any, NamedTuple

from app.cache import cached
from app.drawing.formats.decimals import decimal, length
from app.drawing.formats.shapes import cell_boxes
from app.drawing.geometry import Box, Contour, GridPoint, Point, around, cubic, hundredths, of_corners, of_cubics
from app.drawing.lettering import Outline, label_tex
from app.drawing.scene import (
    ABOVE_SCALE,
    BELOW_SCALE,
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
FONT_ROOM, LONG = 1.06, 3.0
"""How much wider than our outline a number in a node may be in another font, or what is longer than so many of its ems,
as the parameters beside a wire: that has room for no more."""
ColourNames = Mapping[str, tuple[str, ...]]
"""The names of each colour, by what is drawn in it."""
COLOURED_AS = {
    **dict.fromkeys(("label", "number", "sign", "delay", "tick"), "ink"),
    **dict.fromkeys(("head", "rail", "hollow-head"), "line"),
    **dict.fromkeys(("rule", "mark"), "frame"),
    **dict.fromkeys(("dot", "dash", "nothing"), "muted"),
    **dict.fromkeys(("back", "gradient"), "backward"),
}
"""The word in the names of colours that a part of a figure prefers, where it is not its own."""

TEXTS = frozenset({"caption", "label", "number", "sign"})
"""The parts that are text."""


class _Pen(NamedTuple):
    """What items are written with: the names of colours, what each style means, and the groups that one is in."""

    names: ColourNames
    styles: Mapping[str, Paint]
    roles: frozenset[str] = frozenset()
    node: str = ""
    """The name of the node whose outline comes next."""

    def within(self, group: ItemGroup, prefix: str) -> _Pen:
        node = group.id.removeprefix(f"{prefix}-") if group.fact("node") else ""
        return self._replace(roles=self.roles | {*group.role.split()}, node=node)


@cached(4096)
def _style(roles: frozenset[str], role: str) -> str:
    """The name of a part's style: `unfold state`, `unfold back line`, `unfold label`; none for what has no role."""
    if not role:
        return ""
    kind = next((it.removeprefix("kind-") for it in roles if it.startswith("kind-")), "")
    if role in ("disc", "inner"):
        started = "start " * (role == "disc" and not roles.isdisjoint({"start", "stub", "repeat"}))
        return f"unfold {started}{kind}{' inner' * (role == 'inner')}"
    where = next((word for word, of in WHERE.items() if any(it.startswith(of) for it in roles)), "")
    return f"unfold {where}{role.replace('-', ' ')}"


WHERE = {"legend ": "legend", "back ": "backward", "gradient ": "gradient"}
"""How a style's name begins in a group whose role begins so."""


def tikz(scenes: Sequence[Scene]) -> bytes:
    """One picture, or with several scenes one frame of as many slides. Problems where TeX has no length that long."""
    last, canvas = scenes[-1], _canvas(scenes)
    width, height = (side * last.scale for side in (canvas.right - canvas.left, canvas.bottom - canvas.top))
    if max(width, height) > LONGEST:
        raise Problems(Problem("the figure is wider than TeX can draw", Subject.STEPS, None, "choose a smaller tau"))
    pen = _Pen(_names(last.theme), _styles(last))
    body = list(_body(scenes, canvas, pen))
    styles = [rf"\UnfoldStyle{{{name}}}{{{', '.join(_said(paint, name, pen))}}}" for name, paint in pen.styles.items()]
    written = {*findall(r"Unfold\w+", "\n".join((*styles, *body)))}
    colours = [
        rf"\providecolor{{{name}}}{{HTML}}{{{colour[1:].upper()}}}"
        for colour, names in pen.names.items()
        for name in names
        if name in written
    ]
    sides = {"width": f"{width:g}", "height": f"{height:g}"}
    head = HEAD.format(title=last.title, preamble=(BEAMER if len(scenes) > 1 else ARTICLE).format(**sides))
    opened = OPENED.format(scale=f", scale={last.scale:g}, transform shape" if last.scale != 1 else "")
    return "\n".join((head, *colours, *styles, opened, *body, CLOSED)).encode()


HEAD = r"""% {title}.
% By itself: pdflatex this-file. In a document: \usepackage{{amsmath,tikz}} at its top, and where it belongs
% \input{{this-file}}, or \resizebox{{\linewidth}}{{!}}{{\input{{this-file}}}} to fit it to the line.
% Nodes have the names h-2, L, folded-h. What a preamble defines of the colours and styles below stays as it is there,
% and so does \tikzset{{every unfold figure/.style={{remember picture}}}}.
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
\def\UnfoldFit#1#2{{\setbox0=\hbox{{#2}}\ifdim\wd0>#1bp\resizebox{{#1bp}}{{!}}{{\box0}}\else\box0\fi}}
\def\UnfoldStyle#1#2{{\pgfkeysifdefined{{/tikz/#1/.@cmd}}{{}}{{\tikzset{{#1/.style={{#2}}}}}}}}
\ifdefined\symbfit\let\boldsymbol\symbfit\fi"""
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
    x=1bp, y=-1bp{scale}, every node/.style={{inner sep=0pt, outer sep=0pt, anchor=base}}, every unfold figure/.try]"""
CLOSED = r"""\end{tikzpicture}}
\UnfoldEnd
"""


def _canvas(scenes: Sequence[Scene]) -> Box:
    """The size that holds every slide: where a window moves along a run, not all are of one size."""
    return around([Box(it.left, it.top, it.left + it.width, it.top + it.height) for it in scenes])


def _body(scenes: Sequence[Scene], canvas: Box, pen: _Pen) -> Iterator[str]:
    """The canvas, the paper, and what is on it; what is not on every slide says on which it is."""
    it = scenes[-1]
    corner = _place(canvas.right, canvas.bottom)
    yield rf"\useasboundingbox {_place(canvas.left, canvas.top)} rectangle {corner};"
    if it.background != "none":
        width, height = canvas.right - canvas.left, canvas.bottom - canvas.top
        paper = Rect(canvas.left, canvas.top, width, height, Paint("paper", it.background))
        yield from _lines(paper, it.prefix, pen)
    if len(scenes) == 1:
        for item in it.items:
            yield from _lines(item, it.prefix, pen)
    else:
        yield from _slides(scenes, pen)


def _slides(scenes: Sequence[Scene], pen: _Pen) -> Iterator[str]:
    """Each piece in the order in which slides draw it, in every form that it takes, with the slides that show it so."""
    forms: dict[str, dict[str, list[int]]] = {key: {} for key in _merged(scenes)}
    for slide, scene in enumerate(scenes, 1):
        for key, item in _pieces(scene):
            forms[key].setdefault("\n".join(_lines(item, scene.prefix, pen)), []).append(slide)
    for lines, slides in (form for each in forms.values() for form in each.items()):
        yield lines if len(slides) == len(scenes) else f"\\only<{_shown(slides, len(scenes))}>{{%\n{lines}\n}}"
    yield rf"\only<{len(scenes)}>{{}}"


def _shown(slides: Sequence[int], last: int) -> str:
    """Beamer's specification of slides; a handout and transparencies have the last alone."""
    return _ranges(slides) if last in slides else f"{_ranges(slides)}| handout:0| trans:0"


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


def _lines(item: Item, prefix: str, pen: _Pen) -> Iterator[str]:
    if not isinstance(item, ItemGroup):
        yield from WRITERS[type(item)](item, pen)
        return
    if what := item.fact("node") or item.fact("edge"):
        yield f"% {what}"
    inside = pen.within(item, prefix)
    for inner in item.items:
        yield from _lines(inner, prefix, inside)
        if inside.node and (named := _named(inner, inside.node)):
            yield named
            inside = inside._replace(node="")


def _named(item: Item, name: str) -> str:
    """The node of TikZ whose border is that of a node's outline; empty for what is no outline."""
    match item:
        case Disc(x, y, radius, Paint("disc")):
            return (
                rf"\node[circle, minimum size={length(2 * radius)}bp, anchor=center] ({name}) at {_place(x, y)} {{}};"
            )
        case Polygon(points, x, y, Paint("disc")):
            (ax, ay), (bx, by) = points[:2]
            inside = length(hypot(ax + bx, ay + by))
            return rf"\node[circle, minimum size={inside}bp, anchor=center] ({name}) at {_place(x, y)} {{}};"
        case Rect(x, y, width, height, Paint("disc")):
            size = f"minimum width={length(width)}bp, minimum height={length(height)}bp"
            return rf"\node[{size}, anchor=center] ({name}) at {_place(x + width / 2, y + height / 2)} {{}};"
    return ""


def _disc(it: Disc, pen: _Pen) -> Iterator[str]:
    """A circle; dashes are stretched so that a whole number of them goes around, one in the middle of the right."""
    options = _options(it.paint._replace(dash=()), pen)
    if it.paint.dash:
        on, off = (d * _stretch(it.radius, it.paint.dash) for d in it.paint.dash)
        options += f", dash pattern=on {length(on)}bp off {length(off)}bp, dash phase={length(on / 2)}bp"
    yield rf"\path[{options}] {_place(it.x, it.y)} circle[radius={length(it.radius)}bp];"


def _stretch(radius: float, dash: Sequence[float]) -> float:
    around = 2 * pi * radius / sum(dash)
    return around / round(around)


def _rect(it: Rect, pen: _Pen) -> Iterator[str]:
    corner = _place(it.x + it.width, it.y + it.height)
    rounded = f"[rounded corners={length(it.corner)}bp] " if it.corner else ""
    yield rf"\path[{_options(it.paint, pen)}] {rounded}{_place(it.x, it.y)} rectangle {corner};"


def _curve(it: Curve, pen: _Pen) -> Iterator[str]:
    yield rf"\path[{_options(it.paint, pen)}] {_path(of_cubics(it.points), *hundredths((it.x, it.y)))};"


def _polygon(it: Polygon, pen: _Pen) -> Iterator[str]:
    yield rf"\path[{_options(it.paint, pen)}] {_path(of_corners(it.points), *hundredths((it.x, it.y)))};"


def _polyline(it: Polyline, pen: _Pen) -> Iterator[str]:
    runs = " ".join(_path(of_corners(run, closed=False), 0, 0) for run in it.runs)
    yield rf"\path[{_options(it.paint, pen)}] {runs};"


def _cells(it: Cells, pen: _Pen) -> Iterator[str]:
    for cell in cell_boxes(it):
        yield from _rect(cell.rectangle, pen)


def _ink(it: Ink, pen: _Pen) -> Iterator[str]:
    """Mathematics on our baseline, centred where our own ink is; an outline where TeX has no such character."""
    outline = it.outline
    text = label_tex(outline.box)
    if text is None:
        colour = _colour(it.paint.fill, f"unfold {it.paint.role}", "fill", pen.names)
        yield rf"\path[fill={colour}] {_outlined(outline, it.x, it.y)};"
    elif outline.glyphs:
        if it.paint.role == "number" or outline.width > LONG * outline.size:
            text = rf"\UnfoldFit{{{length(FONT_ROOM * outline.width)}}}{{{text}}}"
        place = _place(it.x + (outline.left + outline.right) / 2, it.y)
        look = rf"{_options(it.paint, pen)}, font=\UnfoldSize{{{outline.size:g}}}"
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


WRITERS: Mapping[type, Callable[[Any, _Pen], Iterator[str]]] = {
    Disc: _disc,
    Rect: _rect,
    Curve: _curve,
    Polygon: _polygon,
    Polyline: _polyline,
    Ink: _ink,
    Cells: _cells,
}


# Paint


def _styles(scene: Scene) -> Mapping[str, Paint]:
    """What each style means: the paint that most of what has it is drawn in."""
    often = Counter[tuple[str, Paint]]()
    _count(scene.items, frozenset(), often)
    found: dict[str, Paint] = {}
    for (name, paint), _ in often.most_common():
        found.setdefault(name, paint)
    return {name: found[name] for name in sorted(found)}


def _count(items: Iterable[Item], roles: frozenset[str], often: Counter[tuple[str, Paint]]) -> None:
    for item in items:
        if isinstance(item, ItemGroup):
            _count(item.items, roles | {*item.role.split()}, often)
        elif not isinstance(item, Cells) and (name := _style(roles, item.paint.role)):
            often[name, item.paint._replace(dash=()) if isinstance(item, Disc) else item.paint] += 1


def _options(paint: Paint, pen: _Pen) -> str:
    """The style of a part, and what is not as the style says."""
    name = _style(pen.roles, paint.role)
    if name not in pen.styles:
        return ", ".join(_said(paint, name, pen))
    usual = [*_said(pen.styles[name], name, pen)]
    now = [*_said(paint, name, pen)]
    gone = {_option_name(option) for option in usual} - {_option_name(option) for option in now}
    undone = (off for key, off in UNDONE.items() if key in gone)
    return ", ".join((name, *undone, *(option for option in now if option not in usual)))


UNDONE = {"fill": "fill=none", "draw": "draw=none", "dash pattern": "solid"}
"""What takes an option of a style back."""


def _option_name(option: str) -> str:
    return option.partition("=")[0]


def _said(paint: Paint, style: str, pen: _Pen) -> Iterator[str]:
    """What a paint is in TikZ, option by option."""
    if paint.fill != "none":
        yield f"{'text' if paint.role in TEXTS else 'fill'}={_colour(paint.fill, style, 'fill', pen.names)}"
    if paint.stroke != "none":
        yield f"draw={_colour(paint.stroke, style, 'stroke', pen.names)}"
        yield f"line width={paint.width:g}bp"
    if paint.dash:
        lengths = zip(cycle(("on", "off")), paint.dash, strict=False)
        yield f"dash pattern={' '.join(f'{word} {length:g}bp' for word, length in lengths)}"


def _colour(colour: str, style: str, use: str, names: ColourNames) -> str:
    """The one of its names that suits what it is for; for a colour that no theme has, its channels."""
    if colour in names:
        words = style.split()[1:]
        wanted = ["".join(words), *(f"{word}{use}" for word in words), *(COLOURED_AS.get(it, it) for it in words)]
        suiting = (name for word in wanted for name in names[colour] if name.lower() == f"unfold{word}")
        return next(suiting, names[colour][0])
    red, green, blue = channels(colour)
    return f"{{rgb,255:red,{red};green,{green};blue,{blue}}}"


def _names(theme: Theme) -> ColourNames:
    """The names of a theme's colours: UnfoldInk, UnfoldStateFill, UnfoldScaleMinus3; those of one colour together."""
    own = [(f.name.replace("_", " "), getattr(theme, f.name)) for f in fields(theme)]
    kinds = [
        (f"{kind} {part}", getattr(look, part)) for kind, look in theme.kinds.items() for part in ("fill", "stroke")
    ]
    scale = [(_shade(i - STEPS), colour) for i, colour in enumerate(SCALE)]
    scale += [("below scale", BELOW_SCALE), ("above scale", ABOVE_SCALE)]
    found: dict[str, tuple[str, ...]] = {}
    for words, colour in (*own, *kinds, *scale):
        if isinstance(colour, str) and colour.startswith("#"):
            found[colour] = (*found.get(colour, ()), "Unfold" + words.title().replace(" ", ""))
    return found


def _shade(i: int) -> str:
    return f"scale {('minus' if i < 0 else 'plus' if i else 'zero')}{abs(i) or ''}"


def _place(x: float, y: float) -> str:
    return f"({length(x)},{length(y)})"
