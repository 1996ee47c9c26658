"""Answers to the explore page's scripts: panels of many steps at once, the figure at a step, a card per parameter."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.drawing import stylesheet
from app.drawing.formats import shades
from app.language import Problem, Problems
from app.link import Resolved, parse, resolve
from app.outputs import JSON, inline_layers, json_bytes
from app.web.core import answer, render, resolve_in_turn
from app.web.explore.given_numbers import given_card, given_sequence
from app.web.explore.link_views import LinkViews
from app.web.explore.parameter_cards import parameter_cards
from app.web.explore.script_data import CHUNK


def step_panels(request: Request) -> Response:
    """The panels of the steps from `first` on, as HTML from the page's own template."""
    pairs = request.query_params.multi_items()
    first = next((value for name, value in pairs if name == "first"), "0")
    if not (first.isascii() and first.isdigit() and len(first) < 10):
        raise Problems(Problem("first is to be the number of a step", "first", {"minimum": 0}))
    views = LinkViews(resolve_in_turn(parse([pair for pair in pairs if pair[0] != "first"])), inline=False)
    walk = views.walk
    steps = range(int(first), min(int(first) + CHUNK, walk.total + 1))
    rows = [
        {"said": walk.caption(i), "html": views.panel_html(i), "window": walk.window_at(i), "update": walk.update_at(i)}
        for i in steps
    ]
    return answer(request, json_bytes({"first": int(first), "panels": rows}), JSON)


def figure_at_step(request: Request) -> Response:
    """The page's figure at the cursor of a link, whose window of steps moves with it, in pieces."""
    resolved = resolve(parse(request.query_params.multi_items()))
    return answer(request, lambda: json_bytes(inline_layers(resolved)), JSON)


def cards_of_parameters(request: Request) -> Response:
    """A card for each parameter, as HTML, which the page shows where its letter is clicked."""
    resolved = resolve(parse(request.query_params.multi_items()))
    cards = {name: render("partials/parameter.html", p=card) for name, card in parameter_cards(resolved).items()}
    return answer(request, json_bytes(cards), JSON)


def card_of_given_node(request: Request) -> Response:
    """The card of a node that nothing computes, as HTML, which the page shows where the node is pressed."""
    node, resolved = _asked(request, "node")
    return answer(request, render("partials/given.html", card=given_card(resolved, node)).encode(), "text/html")


def sequence_of_data(request: Request) -> Response:
    """The numbers of data at every step, which the page draws and lets be drawn."""
    name, resolved = _asked(request, "name")
    return answer(request, json_bytes(given_sequence(resolved, name)), JSON)


def _asked(request: Request, key: str) -> tuple[str, Resolved]:
    """What a query asks for beside its link, and the link."""
    pairs = request.query_params.multi_items()
    wanted = next((value for name, value in pairs if name == key), "")
    return wanted, resolve(parse([pair for pair in pairs if pair[0] != key]))


def figure_css(request: Request) -> Response:
    """The style sheet that shows the reached layers of a page's figure in either theme, and the charts' scale."""
    return answer(request, lambda: (stylesheet() + shades()).encode(), "text/css")


ROUTES = [
    Route("/api/steps", step_panels),
    Route("/api/figure", figure_at_step),
    Route("/api/letters", cards_of_parameters),
    Route("/api/given", card_of_given_node),
    Route("/api/sequence", sequence_of_data),
    Route("/figure.css", figure_css),
]
