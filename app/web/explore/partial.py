"""The parts of the explore page that change with its link: HTML by the ids of its elements, from the page's templates.

The page's scripts ask for it where a browser without them asks for the whole page.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.outputs import JSON, json_bytes
from app.web.core import MEDIA_TYPE, answer, as_json, read_form, refused, render
from app.web.explore.link_views import LinkViews
from app.web.explore.page import ExplorePage

FORMS = {name: f"partials/{name.replace('-', '_')}.html" for name in ("controls", "equations", "story", "compare-with")}
"""The templates of the forms and of the problems in them, by the id of their element."""
VIEWS = {name: f"partials/{name}.html" for name in ("figure", "legend", "panel", "transport", "everything", "twins")}
"""The templates of the views of a link. Figure and panel are the insides of their cards."""


SHOWN = "shown"
"""What scripts add to a query: the digest of the figure that their page shows."""


def page_parts(request: Request) -> Response:
    """The parts of a link's page; of a link with problems the problems as data, and the forms that show them.

    In the place of a figure that differs in its numbers alone from the one that the page shows is what these move.
    """
    pairs = request.query_params.multi_items()
    form = read_form([pair for pair in pairs if pair[0] != SHOWN])
    page = ExplorePage(form, inline=False)
    parts = {name: render(template, forms=page.forms) for name, template in FORMS.items()}
    if form.problems or page.views is None:
        body = json_bytes(as_json(422, form.problems) | {"parts": parts})
        return refused(request, body, MEDIA_TYPE)
    legend = {"id": "legend", "it": page.views.inline_figure, "phase": page.views.phase}
    shown = legend | {"views": page.views, "panel": page.views.panel, "steps": page.views.steps}
    parts |= {name: render(template, **shown) for name, template in VIEWS.items()}
    shape = _shape(page.views, parts["figure"])
    found: dict[str, Any] = {"title": page.title, "data": page.data, "parts": parts, "shape": shape}
    if (SHOWN, shape) in pairs:
        del parts["figure"]
        found["moved"] = page.views.inline_figure.moved
    return answer(request, json_bytes(found), JSON)


def _shape(views: LinkViews, html: str) -> str:
    """A digest of the card of a figure but for what numbers move of it."""
    found = views.inline_figure
    return f"{found.shape}-{sha256(html.replace(found.drawn, '').encode()).hexdigest()[:8]}"


ROUTES = [Route("/api/page", page_parts)]
