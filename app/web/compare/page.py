"""The page of two links side by side; its steps are links, so that it works without scripts too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.drawing import Scene, png, svg
from app.engine.graph import PHASES
from app.language import Problem, Problems
from app.link import EXPLORE, Link, by_labels, labels, mended, naming, of_part, parse, query, resolve
from app.systems import SYSTEMS
from app.web.compare.compared_chains import ComparedChains
from app.web.compare.comparison import SIDES, Comparison
from app.web.core import answer, prefers, preview_path, refused, render, rooted
from app.web.explore import first_offer, other_system_link, script_data, step_bar
from app.web.far_back import SheetRow, chains_sheet, links_at_first

PATH = "/compare"
HEADING = "How much of the gradient comes back?"
PREVIEW = 1200
"""The width of its picture in pixels."""


def compare_page(request: Request) -> Response:
    """Two links side by side; with wrong fields the comparison that is left, and what is wrong above it."""
    fields = dict(request.query_params.multi_items())
    try:
        comparison = read_comparison(fields)
    except Problems as found:
        if not prefers(request.headers.get("accept", "")):
            raise
        html = _html(_without_problems(fields), found.problems)
        return refused(request, html.encode(), "text/html")
    return answer(request, lambda: _html(comparison).encode(), "text/html")


def _html(comparison: Comparison, problems: Sequence[Problem] = ()) -> str:
    shown = {"comparison": comparison, "steps": step_bar(comparison), "data": _script_data(comparison)}
    shown["preview"] = _preview(comparison)
    called = {**labels(Link, EXPLORE), "a": "first link", "b": "second link", "step": "Step"}
    return render("compare.html", problems=[by_labels(problem, called) for problem in problems], **shown)


def _preview(comparison: Comparison) -> str:
    """The picture of both chains; where there are none that of the first link."""
    if not comparison.chains.cards:
        return preview_path(comparison.sides[0].views.resolved.link)
    return f"{PATH}.png?{urlencode(dict(zip(SIDES, map(query, comparison.links), strict=True)))}"


def compare_picture(request: Request) -> Response:
    """Both chains as a picture, as it stands beside an address of the page elsewhere."""
    chains = read_comparison(dict(request.query_params.multi_items())).chains
    if not chains.cards:
        raise Problems(Problem("there is no gradient through time to be drawn of both", "a"))
    return answer(request, lambda: png(svg(_sheet(chains)), PREVIEW), "image/png")


def _sheet(chains: ComparedChains) -> Scene:
    said = "what is left at step 1 of the gradient that sets out at the end"
    rows = [SheetRow(it.followed.title, it.share, said, it.chain, it.most) for it in chains.cards]
    return chains_sheet(HEADING, f"{chains.sentence} {chains.asks}", rows, "compare")


def _script_data(comparison: Comparison) -> dict[str, Any]:
    """The data of both links, and the pairs of their steps."""
    a, b = (script_data(link, walk) for link, walk in zip(comparison.links, comparison.walks, strict=True))
    pairs = [[i, j] for _, i, j in comparison.pairs]
    steps: dict[str, list[str]] = {phase: [s.at for s in comparison.steps if s.phase == phase] for phase in PHASES}
    return {"a": a, "b": b, "pairs": pairs, "here": comparison.here, "address": rooted(comparison.href(0)), **steps}


def read_comparison(fields: Mapping[str, str]) -> Comparison:
    """The comparison of a query: `a` and `b`, each a link's query or a system's name, and a step.

    Without `b` it is what a page offers first to compare its link with: a link beside itself has nothing to say.
    Without both they are the two networks of the first page.

    Raises Problems on everything that is wrong with them.
    """
    unknown = [name for name in fields if name not in (*SIDES, "step")]
    problems = [Problem(f"there is no field {name}", name, [*SIDES, "step"]) for name in unknown]
    step = fields.get("step", "0")
    fields = _with_sides(fields)
    if not (step.isascii() and step.isdigit() and len(step) < 10):
        problems.append(naming("{step} is to be a whole number", "step", {"minimum": 0}))
    a = _read_side("a", fields.get("a", ""), problems)
    b = _read_side("b", fields["b"] if "b" in fields else first_offer(a or Link()), problems, a)
    if problems or a is None or b is None:
        raise Problems(*problems)
    found = Comparison((a.bare, b.bare), int(step))
    return found if "step" in fields else replace(found, asked=found.step_of(a))


def _with_sides(fields: Mapping[str, str]) -> Mapping[str, str]:
    """The fields; where no side is given, with the two networks of the first page, drawn as whole states."""
    if any(side in fields for side in SIDES):
        return fields
    links = (link.model_copy(update={"detail": "states"}) for link in links_at_first())
    return {**fields, **dict(zip(SIDES, map(query, links), strict=True))}


def _read_side(side: str, text: str, problems: list[Problem], beside: Link | None = None) -> Link | None:
    """The link of a side, checked as far as its page would check it; None, and its `problems`, of a wrong one."""
    try:
        if text in SYSTEMS:
            return _of_system(text, beside)
        link = parse(text.removeprefix("/").removeprefix("?"))
        resolve(link)
    except Problems as found:
        problems += [of_part(problem, side) for problem in found.problems]
        return None
    return link


def _of_system(name: str, beside: Link | None) -> Link:
    """The link that the name of a system stands for: that system, fed the data of the other link if there is one."""
    return other_system_link(beside, name) if beside else Link(system=name)


def _without_problems(fields: Mapping[str, str]) -> Comparison:
    """The comparison without its wrong fields."""
    fields = _with_sides(fields)
    first = _right_link(fields.get("a", ""))
    second = _right_link(fields["b"] if "b" in fields else first_offer(first), first)
    return Comparison((first.bare, second.bare), 0)


def _right_link(text: str, beside: Link | None = None) -> Link:
    """The link of a side that is left without its wrong fields."""
    return _of_system(text, beside) if text in SYSTEMS else mended(parse_qsl(text.lstrip("/?")))[0].link


ROUTES = [Route(PATH, compare_page), Route(f"{PATH}.png", compare_picture)]
