"""Every format in a client that reads it: LaTeX and Beamer, poppler, Graphviz, NetworkX; and the frames of a figure."""

from __future__ import annotations

import io
import json
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count, pairwise
from pathlib import Path
from typing import Any, get_args
from zipfile import ZipFile

import networkx
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from pygraphviz import AGraph

from app.drawing import FORMATS, THEMES, Scene, png, svg
from app.drawing.formats.pdf import LONGEST, pdf
from app.drawing.formats.pdf import WRITERS as pdf_writers
from app.drawing.formats.svg_elements import WRITERS as svg_writers
from app.drawing.formats.tikz import WRITERS as tikz_writers
from app.drawing.formats.tikz import tikz
from app.drawing.lettering import label_tex, scripted, upright, variable, with_commas
from app.drawing.scene.draw import _Drawing
from app.drawing.scene.nodes import slug
from app.drawing.scene.scene import Cells, Disc, Ink, Item, ItemGroup
from app.engine import steps
from app.engine.graph.graph import Detail
from app.language import Problems
from app.language.typeset import MathBox
from app.limits import LIMITS
from app.link import parse, resolve
from app.outputs import table as answers
from app.outputs.table import ANSWERS
from app.systems import SYSTEMS
from tests.browsers import latex_engines
from tests.lint import reasons
from tests.paths import ROOT
from tests.tiers import long, tiered

Pixels = NDArray[np.int16]

FAR, FEW = 64, 0.002
"""Two pictures are alike when no channel is further off than FAR in more than this share of the pixels."""
BUILD = "tau=2&frames=true"
LOOKS = (("both", "light", ""), ("unfolded", "print", "&phase=backward"), ("folded", "dark", ""))
"""A view, a theme and a phase for each figure that LaTeX is given of a system."""
MAGIC = {
    "svg": b"<svg ",
    "png": b"\x89PNG",
    "pdf": b"%PDF-1.4",
    "tex": b"% A recurrence",
    "dot": b"digraph",
    "json": b'{"directed"',
    "zip": b"PK",
}


def made(name: str, query: str = "tau=3") -> bytes:
    """The bytes of a link's figure in a format."""
    return ANSWERS[f"figure{FORMATS[name].suffix}"].make(resolve(parse(query)))


def test_a_cell_of_a_picture_colours_nothing_of_its_row_or_column() -> None:
    """Where rows begin within a pixel too, so that what lies below shows through there."""
    picture = Cells(10.3, 10.4, 50.0, 50.0, ("#0000ff",) * 12 + ("#ff0000",) + ("#0000ff",) * 12, 5)
    whole = replace(answers.scene(resolve(parse(""))), items=(picture,), left=0.0, top=0.0, width=70, height=70)
    pixels = np.asarray(Image.open(io.BytesIO(png(svg(whole), 70))).convert("RGB")).astype(np.int16)
    rows, columns = np.nonzero(pixels[11:60, 11:60, 0] > 8)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == pytest.approx((20, 29, 20, 29), abs=1.5)
    assert pixels[11:60, 11:60, 2].min(axis=0)[:15].min() > 240, "no seam"


@pytest.mark.usefixtures("small_pictures")
@pytest.mark.parametrize("name", FORMATS)
def test_a_format_says_where_truncation_cuts(name: str) -> None:
    whole, cut = (made(name, f"detail=states&tau=3&frames=true{more}") for more in ("", "&truncate=2|"))
    assert whole != cut


@pytest.mark.usefixtures("small_pictures")
@pytest.mark.parametrize("name", FORMATS)
def test_a_format_says_how_far_back_a_circuit_reads(name: str) -> None:
    text = "equations=h[t] = tanh(W @ h[t-{lag}])&sizes=h:2&view=folded&tau=2"
    assert made(name, text.format(lag=1)) != made(name, text.format(lag=2))


def scene(query: str) -> Scene:
    return answers.scene(resolve(parse(query)))


def frames(query: str) -> tuple[Scene, ...]:
    return answers.figure(resolve(parse(query)), stepped=True).pages


def pixels(data: bytes) -> Pixels:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), dtype=np.int16)


def check_alike(one: Pixels, other: Pixels) -> None:
    """Alike, but for a row of pixels by which sizes may be rounded."""
    height, width = np.minimum(one.shape, other.shape)[:2]
    assert abs(np.subtract(one.shape, other.shape)).max() <= 2
    far = np.abs(one[:height, :width] - other[:height, :width]).max(axis=2) > FAR
    assert far.mean() <= FEW, f"{far.mean():.4%} of the pixels differ"


@pytest.mark.usefixtures("small_pictures")
@pytest.mark.parametrize("name", FORMATS)
def test_every_format_makes_its_own_kind_of_file(name: str) -> None:
    row = FORMATS[name]
    assert (row.name, row.suffix) == (name, f".{name}")
    assert row.meaning
    assert made(name).startswith(MAGIC[name])


@pytest.mark.parametrize("writers", [svg_writers, pdf_writers, tikz_writers], ids=["svg", "pdf", "tikz"])
def test_everything_that_a_scene_may_hold_is_written(writers: Mapping[type, Any]) -> None:
    assert {*writers, ItemGroup} == set(get_args(Item))


@pytest.mark.usefixtures("small_pictures")
@pytest.mark.parametrize("name", FORMATS)
def test_the_same_link_is_the_same_bytes(name: str) -> None:
    assert made(name, "tau=2&phase=backward&frames=true") == made(name, "tau=2&phase=backward&frames=true")


# Sizes and paper


@pytest.mark.parametrize("query", ["scale=2", "scale=0.37", "font_size=1.25", "font_size=3&phase=backward&view=both"])
def test_a_figure_of_another_size_is_slide_safe(query: str) -> None:
    assert reasons(svg(scene(query))) == []


@pytest.mark.dear
def test_scale_makes_everything_larger_by_as_much() -> None:
    usual, large = (re.findall(r'(?:width|height)="(\d+)"', svg(scene(q)))[:2] for q in ("", "scale=2"))
    assert [int(side) for side in large] == [2 * int(side) for side in usual]
    assert [Image.open(io.BytesIO(made("png", q))).width for q in ("scale=0.5", "")] == [960, 1920]
    assert [_box(made("pdf", q))[0] for q in ("scale=2", "")] == [2 * scene("").width, scene("").width]


def _box(file: bytes) -> tuple[float, float]:
    found = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", file)
    assert found
    return float(found[1]), float(found[2])


@pytest.mark.one_in(2)
@pytest.mark.parametrize("query", ["view=both&system=lstm", "detail=states", "phase=backward", "tau=12"])
@pytest.mark.parametrize("size", [0.5, 1.2, 2.0])
def test_font_size_makes_labels_as_much_larger(query: str, size: float) -> None:
    usual, large = scene(query), scene(f"{query}&font_size={size}")
    first, second = ([i for i in s.walk() if isinstance(i, Ink) and i.paint.role == "label"] for s in (usual, large))
    shown = [b.outline.size * large.scale / a.outline.size for a, b in zip(first, second, strict=True)]
    assert all(abs(ratio - size) < 0.06 * size for ratio in shown)
    assert large.width <= 1.15 * usual.width  # columns are as wide as labels need


def test_a_figure_stands_on_the_theme_s_paper_on_white_or_on_nothing() -> None:
    dark = THEMES["dark"].paper
    small = [png(svg(scene(f"theme=dark{q}")), 100) for q in PAPERS]
    corner = [Image.open(io.BytesIO(picture)).convert("RGBA").getpixel((2, 2)) for picture in small]
    assert corner == [(*(int(dark[i : i + 2], 16) for i in (1, 3, 5)), 255), (255,) * 4, (0, 0, 0, 0)]
    assert [b"[fill=UnfoldPaper]" in made("tex", f"theme=dark{q}") for q in PAPERS] == [True, False, False]


PAPERS = ("", "&background=white", "&background=none")


def test_a_picture_of_too_many_pixels_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Problems, match="pixels"):
        made("png", "view=folded&scale=8")
    monkeypatch.setenv(LIMITS["pixels"].variable, "3")
    with pytest.raises(Problems, match="pixels"):
        made("png")


@pytest.mark.parametrize("name", FORMATS)
def test_a_picture_of_too_many_lines_is_refused_before_it_is_drawn(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "draw_each", None)
    monkeypatch.setenv(LIMITS["drawn"].variable, "50")
    with pytest.raises(Problems, match="lines that one picture draws") as found:
        made(name, "tau=20&window=1..tau")
    assert [problem.about for problem in found.value.problems] == ["window"]


def test_what_is_dearer_than_svg_draws_fewer_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    run = "tau=12&window=1..tau"
    monkeypatch.setenv(LIMITS["drawn"].variable, str(len(resolve(parse(run)).run.graph.edges)))
    assert made("svg", run)
    for name, more in (("pdf", ""), ("png", ""), ("svg", "&detail=operations"), ("svg", "&fit=16:9")):
        with pytest.raises(Problems, match="lines that one picture draws"):
            made(name, run + more)


# Frames


@pytest.mark.one_in(3)
@pytest.mark.parametrize("name", ["rnn", *long("lstm", "bidirectional", "vector-to-sequence", "hopfield")])
@pytest.mark.parametrize("view", ["folded", "unfolded", "both"])
def test_the_structure_is_built_node_by_node_on_one_canvas(name: str, view: str) -> None:
    pictures = [png(svg(frame), 400) for frame in frames(f"system={name}&tau=2&view={view}")]
    drawn = [(pixels(picture) < 250).any(axis=2) for picture in pictures]
    assert len({ink.shape for ink in drawn}) == 1
    for before, after in pairwise(drawn):
        assert not (before & ~after).any()
        assert after.sum() > before.sum()
    assert pictures[-1] == png(svg(scene(f"system={name}&tau=2&view={view}")), 400)


@pytest.mark.parametrize("phase", ["forward", "backward"])
def test_in_a_phase_a_frame_is_the_figure_at_that_step(phase: str) -> None:
    run = resolve(parse("tau=2")).run
    places = [step.at for step in steps(run.graph) if step.phase == phase]
    found = frames(f"tau=2&phase={phase}")
    assert [svg(frame) for frame in found] == [svg(scene(f"tau=2&phase={phase}&at={at}")) for at in places]
    assert len({(f.left, f.top, f.width, f.height) for f in found}) == 1


def test_frames_end_where_the_cursor_is() -> None:
    assert len(frames("tau=3&phase=forward&at=h[2]")) < len(frames("tau=3&phase=forward"))
    assert svg(frames("tau=3&phase=forward&at=h[2]")[-1]) == svg(scene("tau=3&phase=forward&at=h[2]"))


def test_frames_in_a_box_are_each_as_it_is_alone_and_what_fills_it_is_found_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compose, tries = _Drawing._composed, count()
    monkeypatch.setattr(_Drawing, "_composed", lambda self, it: compose(self, it) if next(tries) >= 0 else None)
    for query, most in (("tau=8&phase=backward", 2), ("tau=2&phase=forward&view=both", 4), ("tau=2&phase=update", 4)):
        before = next(tries)
        found = [svg(frame) for frame in frames(f"{query}&fit=16:9")]
        assert 0 < next(tries) - before - 1 <= most, query
        phase = parse(query).phase
        places = [step.at for step in steps(resolve(parse(query)).run.graph) if step.phase == phase]
        for k in range(0, len(places), 7):
            assert found[k] == svg(scene(f"{query}&fit=16:9&at={places[k]}")), f"{query} {places[k]}"


def test_too_many_frames_are_refused_before_one_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "draw_each", None)
    monkeypatch.setenv(LIMITS["frames"].variable, "500")
    with pytest.raises(Problems, match="nodes of all frames"):
        made("pdf", "tau=20&frames=true")
    with pytest.raises(Problems, match="nodes of all frames"):
        made("zip", "tau=20")


def test_the_zip_has_a_slide_safe_file_for_every_step_in_their_order() -> None:
    with ZipFile(io.BytesIO(made("zip", "tau=2"))) as file:
        names = file.namelist()
        texts = [file.read(name).decode() for name in names]
    assert names == sorted(names) == [f"{k:03}.svg" for k in range(1, 11)]
    assert texts == [svg(frame) for frame in frames("tau=2")]
    assert not any(map(reasons, texts))


# PDF


@pytest.mark.one_in(3)
@pytest.mark.parametrize("query", ["view=both", "phase=backward&system=lstm&theme=print", "phase=forward&theme=dark"])
def test_poppler_shows_the_pdf_as_the_picture_and_finds_no_font(poppler: Path, tmp_path: Path, query: str) -> None:
    file = tmp_path / "figure.pdf"
    file.write_bytes(made("pdf", query))
    shown = rendered(poppler, file)
    check_alike(shown, pixels(png(svg(scene(query)), shown.shape[1])))
    assert told(poppler, "pdffonts", file).count("\n") == 2, "a head and a line below it"
    assert "Title:           A recurrence" in told(poppler, "pdfinfo", file)


def told(poppler: Path, program: str, file: Path, *more: str) -> str:
    done = subprocess.run(
        [str(poppler / program), str(file), *more], capture_output=True, text=True, check=True, timeout=60
    )
    assert not done.stderr
    return done.stdout


def rendered(poppler: Path, file: Path, page: int = 1, larger: int = 2) -> Pixels:
    """A page so many times larger than its points in pixels."""
    resolution = str(72 * larger)
    command = [str(poppler / "pdftocairo"), "-png", "-singlefile", "-f", str(page), "-r", resolution, str(file), "-"]
    return pixels(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)


def pages(poppler: Path, file: Path) -> int:
    found = re.search(r"Pages: +(\d+)", told(poppler, "pdfinfo", file))
    assert found
    return int(found[1])


def test_a_pdf_with_frames_has_a_page_for_each(poppler: Path, tmp_path: Path) -> None:
    file = tmp_path / "figure.pdf"
    file.write_bytes(made("pdf", BUILD))
    assert pages(poppler, file) == len(frames(BUILD)) == 10
    last = rendered(poppler, file, 10)
    check_alike(last, pixels(png(svg(scene("tau=2")), last.shape[1])))


@pytest.mark.dear
def test_a_pdf_is_no_longer_than_readers_show() -> None:
    long = _box(pdf([scene("tau=140&window=1..tau")]))
    assert max(long) == pytest.approx(LONGEST, abs=0.01)


# LaTeX


SECONDS_TO_COMPILE = 600
"""A busy machine is no failure."""
DOCUMENT = r"""\documentclass{article}
\usepackage[paperwidth=2400bp,paperheight=1000bp,margin=0pt]{geometry}
\usepackage{amsmath,tikz}
\pagestyle{empty}\parindent=0pt\topskip=0pt
\begin{document}
INPUTS
\end{document}
"""
AGAIN = r"LaTeX Warning: Label\(s\) may have changed"
"""What LaTeX says when places are remembered for the next run."""


def compiled(latex: str, folder: Path, text: str, name: str = "document") -> Path:
    """The PDF that LaTeX makes of a text, without an error and without a box that is too wide."""
    (folder / f"{name}.tex").write_text(text)
    command = [latex, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", f"{name}.tex"]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, errors="replace", timeout=SECONDS_TO_COMPILE
    )
    assert done.returncode == 0, done.stdout[-2000:]
    said = re.sub(AGAIN, "", done.stdout)
    assert not re.search(r"^(!|Overfull|LaTeX Warning)", said, re.MULTILINE), said[-4000:]
    return folder / f"{name}.pdf"


def without_labels(it: Scene) -> Scene:
    return replace(it, items=tuple(map(_plain, it.items)))


def _plain(item: Item) -> Item:
    if not isinstance(item, ItemGroup):
        return item
    return item._replace(items=tuple(_plain(inner) for inner in item.items if not isinstance(inner, Ink)))


@pytest.mark.one_in(16)
@pytest.mark.parametrize("name", SYSTEMS)
def test_a_system_compiles_in_a_document_in_its_looks(latex: str, poppler: Path, tmp_path: Path, name: str) -> None:
    drawn = [scene(f"system={name}&tau=3&view={view}&theme={theme}{phase}") for view, theme, phase in LOOKS]
    assert pages(poppler, document(latex, tmp_path, drawn)) == len(LOOKS)


COMPARED = ("rnn", "lstm", "deep")


@pytest.mark.one_in(3)
@pytest.mark.parametrize(("name", "tau"), [(name, 2) for name in COMPARED] + [*long(*((name, 3) for name in COMPARED))])
def test_latex_draws_the_same_figure(latex: str, poppler: Path, tmp_path: Path, name: str, tau: int) -> None:
    """Labels are left out, so that nothing but the lettering of LaTeX can differ."""
    it = without_labels(scene(f"system={name}&tau={tau}&view=unfolded&theme=print&phase=backward"))
    ours = pixels(png(svg(it), 2 * it.width))
    shown = rendered(poppler, document(latex, tmp_path, [it]))
    check_alike(shown[: ours.shape[0], : ours.shape[1]], ours)


def document(latex: str, folder: Path, drawn: Sequence[Scene]) -> Path:
    """The figures, each put on a page of one document by `\\input`."""
    for number, it in enumerate(drawn):
        (folder / f"{number}.tex").write_bytes(tikz([it]))
    inputs = "\n".join(rf"\vbox{{\input{{{number}}}}}\eject" for number in range(len(drawn)))
    return compiled(latex, folder, DOCUMENT.replace("INPUTS", inputs))


EVERY_ENGINE = pytest.mark.parametrize("engine", tiered(latex_engines(), latex_engines()[:1]))


@pytest.mark.one_in(2)
@EVERY_ENGINE
@pytest.mark.parametrize("query", ["view=both", "phase=backward&system=lstm&scale=1.5&font_size=1.2"])
def test_a_tex_file_compiles_by_itself_to_the_figure_s_size(
    latex: str, poppler: Path, tmp_path: Path, query: str, engine: str
) -> None:
    file = compiled(engine, tmp_path, made("tex", query).decode())
    it = scene(query)
    size = re.search(r"Page size: +([\d.]+) x ([\d.]+)", told(poppler, "pdfinfo", file))
    assert size
    assert [float(side) for side in size.groups()] == pytest.approx(
        [it.width * it.scale, it.height * it.scale], abs=0.1
    )
    assert pages(poppler, file) == 1


@pytest.mark.one_in(2)
@EVERY_ENGINE
@pytest.mark.parametrize(
    "query", [BUILD, "tau=1&frames=true&phase=backward&view=both", *long(f"{BUILD}&phase=backward&view=both")]
)
def test_tex_frames_are_slides(latex: str, poppler: Path, tmp_path: Path, query: str, engine: str) -> None:
    text = made("tex", query).decode()
    alone = compiled(engine, tmp_path, text)
    assert pages(poppler, alone) == len(frames(query))
    (tmp_path / "figure.tex").write_text(text)
    said = (ROOT / "docs/figures.md").read_text(encoding="utf-8")
    recipe = re.findall(r"`(\\begin\{frame\}.*?\\end\{frame\})`", said)
    assert len(recipe) == 1
    talk = compiled(engine, tmp_path, TALK.replace("RECIPE", recipe[0].replace("rnn-tau3-frames", "figure")), "talk")
    assert pages(poppler, talk) == 1 + len(frames(query))


TALK = r"""\documentclass{beamer}
\usepackage{amsmath,tikz}
\begin{document}
\begin{frame}{Before}Nothing yet.\end{frame}
RECIPE
\end{document}
"""
"""A talk with a figure put in as docs/figures.md says."""


def test_a_slide_shows_what_its_frame_shows(latex: str, poppler: Path, tmp_path: Path) -> None:
    plain = [without_labels(frame) for frame in frames(BUILD)]
    file = compiled(latex, tmp_path, tikz(plain).decode())
    for number in (1, 4, 10):
        shown = rendered(poppler, file, number)
        check_alike(shown, pixels(png(svg(plain[number - 1]), shown.shape[1])))


@pytest.mark.one_in(3)
@pytest.mark.parametrize("mode", ["handout", "trans"])
@pytest.mark.parametrize("query", [BUILD, f"{BUILD}&phase=backward"])
def test_a_handout_shows_the_last_frame_alone(latex: str, poppler: Path, tmp_path: Path, query: str, mode: str) -> None:
    plain = [without_labels(frame) for frame in frames(query)]
    text = tikz(plain).decode().replace(r"\documentclass{beamer}", rf"\documentclass[{mode}]{{beamer}}")
    file = compiled(latex, tmp_path, text)
    assert pages(poppler, file) == 1
    shown = rendered(poppler, file)
    check_alike(shown, pixels(png(svg(plain[-1]), shown.shape[1])))


def test_in_tikz_what_a_layer_has_room_for_is_no_wider_in_another_font() -> None:
    text = made("tex", "system=lstm&tau=1").decode()
    fitted = re.findall(r"\\UnfoldFit\{[\d.]+\}\{(.*)\};", text)
    assert [sum(f"_{{{gate}}}" in words for words in fitted) for gate in "figo"] == [1] * 4


# What a preamble decides


@pytest.mark.one_in(9)
@pytest.mark.parametrize("detail", get_args(Detail))
@pytest.mark.parametrize("name", SYSTEMS)
def test_a_node_of_tikz_has_the_name_that_one_guesses(name: str, detail: str) -> None:
    query = f"system={name}&tau=2&detail={detail}&view=both"
    run = resolve(parse(query)).run
    named = re.findall(r"^\\node\[[^]]*\] \(([^)]*)\) at ", made("tex", query).decode(), re.MULTILINE)
    wanted = [slug(n.id) for n in run.graph.nodes] + [f"folded-{slug(n.id)}" for n in run.folded.nodes]
    assert sorted(named) == sorted(wanted)


def test_a_preamble_overrides_colours_and_styles_and_draws_to_nodes(latex: str, poppler: Path, tmp_path: Path) -> None:
    it = without_labels(scene("tau=2&phase=backward"))
    (tmp_path / "figure.tex").write_bytes(tikz([it]))
    sides = rf"\usepackage[paperwidth={it.width}bp,paperheight={it.height + 40}bp,margin=0pt]{{geometry}}"
    text = DOCUMENT.replace(r"\usepackage[paperwidth=2400bp,paperheight=1000bp,margin=0pt]{geometry}", sides)
    text = text.replace(r"\pagestyle", MINE).replace("INPUTS", POINTED)
    compiled(latex, tmp_path, text)
    shown = rendered(poppler, compiled(latex, tmp_path, text))
    centre = {id: 2 * np.array([x - it.left, y - it.top]) for id, (x, y) in _discs(it).items()}

    def colour(x: float, y: float) -> list[int]:
        return [int(channel) for channel in shown[round(y), round(x)]]

    x, y = centre["h[1]"]
    assert colour(x, y - 25) == [255, 255, 0], "the colour of a state"
    x, y = centre["x[1]"]
    assert colour(x, y - 25) == [0, 255, 0], "the style of an input"
    ax, bx = centre["x[1]"][0], centre["x[2]"][0]
    assert colour((ax + bx) / 2, y) == [255, 0, 0], "a line between two nodes"


MINE = r"""\definecolor{UnfoldStateFill}{HTML}{FFFF00}
\tikzset{unfold input/.style={fill=green}, every unfold figure/.style={remember picture}}
\pagestyle"""
POINTED = r"""\vbox{\input{figure}}
\begin{tikzpicture}[remember picture, overlay]\draw[red, line width=6bp] (x-1) -- (x-2);\end{tikzpicture}"""
"""A preamble of one's own, and a line from node to node of the figure."""


def _discs(it: Scene) -> dict[str, tuple[float, float]]:
    """The centre of each node by its id."""
    nodes = (g for g in it.walk() if isinstance(g, ItemGroup) and g.fact("node"))
    return {
        g.fact("node"): (d.x, d.y) for g in nodes for d in g.items if isinstance(d, Disc) and d.paint.role == "disc"
    }


@pytest.mark.one_in(2)
@pytest.mark.parametrize("engine", latex_engines()[1:])
def test_what_is_bold_stays_bold_with_unicode_math(latex: str, poppler: Path, tmp_path: Path, engine: str) -> None:
    (tmp_path / "figure.tex").write_bytes(made("tex", "tau=2"))
    text = DOCUMENT.replace(r"\pagestyle", r"\usepackage{unicode-math}\pagestyle").replace("INPUTS", r"\input{figure}")
    file = compiled(engine, tmp_path, text)
    words = told(poppler, "pdftotext", file, "-")
    assert {"\U0001d489", "\U0001d499", "\U0001d47e", "\U0001d43f"} <= {*words}, "bold h, x and W, and L that is not"


@pytest.mark.parametrize(
    ("label", "text"),
    [
        (variable("h", 1, "2"), r"$\boldsymbol{h}^{(2)}$"),
        (variable("yhat", 1, "-1"), r"$\hat{\boldsymbol{y}}^{({-}1)}$"),
        (variable("L", 0, "tau"), r"$L^{(\tau)}$"),
        (variable("W_hh", 2), r"$\boldsymbol{W}_{hh}$"),
        (variable("alpha", 0), r"$\alpha$"),
        (upright("Unfold"), "Unfold"),
        (upright("⊙"), r"${\odot}$"),
        (upright("+"), "$+$"),
        (upright("…"), r"$\ldots$"),
        (scripted(upright("3.1×10"), above="−7"), r"$3.1{\times}10^{{-}7}$"),
        (upright("50%_&{}"), r"$50\%\_\&\{\}$"),
        (variable("∇L", 0), r"$\nabla L$"),
        (variable("∇h", 1, "2"), r"$\nabla\boldsymbol{h}^{(2)}$"),
        (upright("echo:2, τ = 20"), r"$\mathrm{echo}:2{,}\ \mathrm{\tau}\ =\ 20$"),
        (upright("gate"), "gate"),
        (variable("gate", 0, "2"), r"$\mathrm{gate}^{(2)}$"),
        (variable("tautology", 1), r"$\mathbf{tautology}$"),
        (with_commas([variable("W", 2), variable("U", 2)]), r"$\boldsymbol{W},\,\boldsymbol{U}$"),
        (upright(""), "$$"),
        (upright("変"), None),
    ],
)
def test_a_label_is_mathematics_of_latex(label: MathBox, text: str | None) -> None:
    assert label_tex(label) == text


def test_what_latex_cannot_spell_is_drawn(latex: str, tmp_path: Path) -> None:
    outlined = made("tex", "equations=ß[t] = tanh(ß[t-1])").decode()
    assert outlined.count(".. controls") > 20
    compiled(latex, tmp_path, outlined)
    compiled(latex, tmp_path, made("tex", "task=next-character:aéω変7&phase=forward").decode(), "letters")


def test_what_is_longer_than_tex_can_reckon_with_is_refused() -> None:
    with pytest.raises(Problems, match="TeX"):
        made("tex", "tau=200&window=1..tau")


# Data

NARX = "h[t] = tanh(W %40 h[t-1] %2B V %40 h[t-3] %2B U %40 x[t])"


@pytest.mark.parametrize("view", ["folded", "unfolded", "both"])
@pytest.mark.parametrize("which", ["system=rnn", "system=lstm&detail=cells", "equations=" + NARX])
def test_networkx_reads_the_json_with_every_place_and_curve(which: str, view: str) -> None:
    query = f"{which}&view={view}"
    data = json.loads(made("json", query))
    found = networkx.node_link_graph(data, edges="edges")
    it = scene(query)
    discs = [(d.x - it.left, d.y - it.top) for d in it.walk() if isinstance(d, Disc)]
    assert all(min(abs(n["x"] - x) + abs(n["y"] - y) for x, y in discs) < 0.02 for n in data["nodes"])
    assert all(0 < n["x"] < data["graph"]["width"] and 0 < n["y"] < data["graph"]["height"] for n in data["nodes"])
    for source, target, edge in found.edges(data=True):
        (tail, head) = ((found.nodes[n]["x"], found.nodes[n]["y"]) for n in (source, target))
        first, last = edge["curves"][0][0], edge["curves"][-1][-1]
        assert np.hypot(*np.subtract(tail, first)) < 45
        assert np.hypot(*np.subtract(head, last)) < 45
        assert all(len(curve) % 3 == 1 for curve in edge["curves"])


def test_the_json_has_the_numbers_that_the_graph_has() -> None:
    plain, graph = (json.loads(ANSWERS[n].make(resolve(parse("tau=2&values=true")))) for n in ("figure.json", "graph"))
    for kind in ("nodes", "edges"):
        told = [{name: it[name] for name in known} for it, known in zip(plain[kind], graph[kind], strict=True)]
        assert told == graph[kind]


@pytest.mark.one_in(2)
@pytest.mark.parametrize("name", SYSTEMS)
@pytest.mark.parametrize("view", ["folded", "unfolded"])
def test_graphviz_reads_the_dot(name: str, view: str) -> None:
    query = f"system={name}&tau=3&view={view}"
    run = resolve(parse(query)).run
    graph = run.folded if view == "folded" else run.graph
    found = AGraph(string=made("dot", query).decode())
    assert found.directed
    assert set(found.nodes()) == {n.id for n in graph.nodes}
    assert sorted((e.attr["id"], e[0], e[1]) for e in found.edges()) == sorted(
        (e.id, e.source, e.target) for e in graph.edges
    )
    assert all(found.get_node(n.id).attr["kind"] == n.kind for n in graph.nodes)
    assert all(found.get_node(n.id).attr["pos"] for n in graph.nodes)


def test_the_dot_tells_the_numbers_that_the_cursor_has_reached() -> None:
    found = AGraph(string=made("dot", "system=rnn-regression&sizes=h:3&tau=2&phase=backward&at=L[2]").decode())
    state, loss = (found.get_node(n).attr for n in ("h[1]", "L[2]"))
    trace = resolve(parse("system=rnn-regression&sizes=h:3&tau=2")).run.trace
    assert state["value"] == state["tooltip"] == f"[{' '.join(f'{v:.3g}' for v in trace.value('h[1]'))}]"
    assert loss["gradient"] == f"{trace.gradient('L[2]').item():.3g}"
    assert loss["label"] == f"L(2)\\n{loss['value']}\\n∇ {loss['gradient']}"
    assert not state["gradient"]
    assert not AGraph(string=made("dot").decode()).get_node("h[1]").attr["value"]
