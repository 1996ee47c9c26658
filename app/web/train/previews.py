"""The pictures beside addresses of training pages: what a training comes to, not the network it begins with."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.link import Resolved, Training, parse, query, resolve
from app.outputs import plot_preview
from app.web.core import TRAININGS, answer, preview_path
from app.web.train.training_form import TrainingForm


def preview_of(form: TrainingForm, page: str) -> str:
    """The address of the picture of a page; where nothing can be trained that of the network."""
    if form.problems or not isinstance(form.link, Training):
        return preview_path(form.link)
    return f"{page}.png?{query(form.link, Training)}"


def preview_route(page: str, plot: str, check: Callable[[Resolved], object] = lambda resolved: None) -> Route:
    """Where it is drawn, as a plot of that name, of trainings that pass a check."""

    def picture(request: Request) -> Response:
        resolved = resolve(parse(request.query_params.multi_items(), Training))
        check(resolved)

        def drawn() -> bytes:
            with TRAININGS.place():
                return plot_preview(plot, resolved)

        return answer(request, drawn, "image/png")

    return Route(f"{page}.png", picture)
