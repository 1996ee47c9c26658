"""The first page: a question, answered by two chains on one time axis, with the two fields that decide it.

`/` with a field is the page of a link; without one it is this page, whose own state is the query of `/far-back`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.drawing import FigureOptions, draw_chain, page_svg, png, svg
from app.drawing.plots import kept_places, kept_plot
from app.language import Problem, Problems
from app.link import FAR_BACK, FarBack, Option, field_at_fault, labels, on_page, options, parse, query, with_its_field
from app.web.core import answer, prefers, refused, render
from app.web.explore import explore_page
from app.web.far_back.far_back_sheet import QUESTION, far_back_sheet
from app.web.far_back.networks import STEPS, FarBackNetwork, FarBackPair

PATH = "/far-back"
HEADINGS = ("Plain", "Gated", "Both")
CHAINS = {"wide": 732, "narrow": 250}
PLOTS = {"wide": 432, "narrow": 250}
"""The widths in points of a chain and of the plot, on a page with room beside them and on a narrow one."""
PREVIEW = 1200
"""The width of its picture in pixels."""
STORY = "/?system=dynamics"
"""Where the story begins that explains it from the start."""


def first_page(request: Request) -> Response:
    """The question; with a field the page of a link."""
    return explore_page(request) if request.url.query else far_back_page(request)


def far_back_page(request: Request) -> Response:
    """Both networks of a query; with wrong fields the rest of it, and what is wrong above it."""
    pairs = request.query_params.multi_items()
    try:
        asked = read_far_back(pairs)
    except Problems as found:
        if not prefers(request.headers.get("accept", "")):
            raise
        wrong = {field_at_fault(problem) for problem in found.problems}
        html = _html(read_far_back((name, value) for name, value in pairs if name not in wrong), found.problems)
        return refused(request, html.encode(), "text/html")
    return answer(request, lambda: _html(asked).encode(), "text/html")


def read_far_back(pairs: Iterable[tuple[str, str]]) -> FarBack:
    """The fields of a query; raises Problems on everything that is wrong with them, and on other fields of a link."""
    pairs, own = list(pairs), on_page(FarBack, FAR_BACK)
    problems = [Problem(f"there is no field {name} here", name, own) for name in dict(pairs) if name not in own]
    try:
        found = parse([(name, value) for name, value in pairs if name in own], FarBack)
    except Problems as wrong:
        raise Problems(*problems, *wrong.problems) from None
    if problems:
        raise Problems(*problems)
    assert isinstance(found, FarBack)
    return found


def far_back_picture(request: Request) -> Response:
    """The same as a picture, as it stands beside an address of the page elsewhere."""
    pair = FarBackPair(read_far_back(request.query_params.multi_items()))
    return answer(request, lambda: png(svg(far_back_sheet(pair)), PREVIEW), "image/png")


@dataclass(frozen=True)
class ChainCard:
    """A network as the template reads it: its chain for a wide and for a narrow page, and its slider."""

    network: FarBackNetwork
    option: Option
    value: float

    @property
    def chains(self) -> dict[str, Markup]:
        return {name: self._drawn(name, width) for name, width in CHAINS.items()}

    def _drawn(self, name: str, width: int) -> Markup:
        look = FigureOptions(prefix=f"{self.network.name}-{name}")
        return Markup(page_svg(draw_chain(self.network.chain, width, look)))

    @property
    def slider(self) -> tuple[float, float, float]:
        """From, to, and by how much; as far as the value at least."""
        place = self.option.row.on(FAR_BACK)
        assert place is not None and place.slider is not None
        low, high, step = place.slider
        return min(low, self.value), max(high, self.value), step


def _html(asked: FarBack, problems: Iterable[Problem] = ()) -> str:
    pair, known, called = FarBackPair(asked), options(FarBack), labels(FarBack, FAR_BACK)
    kept = [(it.title, it.chain.kept) for it in pair.networks]
    cards = [ChainCard(it, known[it.field], getattr(asked, it.field)) for it in pair.networks]
    another = asked.model_copy(update={"seed": (asked.seed + 1) % 2**31})
    return render(
        "far_back.html",
        question=QUESTION,
        asked=asked,
        cards=cards,
        sentences=pair.sentences,
        plots={
            name: (Markup(page_svg(kept_plot(kept, wide, f"kept-{name}"))), kept_places(kept, wide))
            for name, wide in PLOTS.items()
        },
        another=f"{PATH}?{query(another, FarBack)}",
        steps=STEPS,
        story=STORY,
        problems=[with_its_field(problem, called) for problem in problems],
        preview=f"{PATH}.png?{query(asked, FarBack)}".rstrip("?"),
    )


ROUTES = [Route("/", first_page), Route(PATH, far_back_page), Route(f"{PATH}.png", far_back_picture)]
