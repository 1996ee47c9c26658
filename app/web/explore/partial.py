"""The parts of the explore page that change with its link: HTML by the ids of its elements, from the page's templates.

The page's scripts ask for it where a browser without them asks for the whole page.
"""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.outputs import JSON, json_bytes
from app.web.core import MEDIA_TYPE, answer, as_json, read_form, render
from app.web.explore.page import ExplorePage

router = APIRouter(include_in_schema=False)

FORMS = {
    name: f"partials/{name.replace('-', '_')}.html"
    for name in ("controls", "equations", "story", "scissors", "compare-with")
}
"""The templates of the forms and of the problems in them, by the id of their element."""
VIEWS = {name: f"partials/{name}.html" for name in ("figure", "legend", "panel", "transport", "everything", "twins")}
"""The templates of the views of a link. Figure and panel are the insides of their cards."""


@router.get("/api/page")
def page_parts(request: Request) -> Response:
    """The parts of a link's page; of a link with problems the problems as data, and the forms that show them."""
    form = read_form(request.query_params.multi_items())
    page = ExplorePage(form, inline=False)
    parts = {name: render(template, forms=page.forms) for name, template in FORMS.items()}
    if form.problems or page.views is None:
        body = json_bytes(as_json(422, form.problems) | {"parts": parts})
        return Response(body, 422, {"Cache-Control": "no-store"}, MEDIA_TYPE)
    legend = {"id": "legend", "it": page.views.inline_figure, "phase": page.views.phase}
    shown = legend | {"views": page.views, "panel": page.views.panel, "steps": page.views.steps}
    parts |= {name: render(template, **shown) for name, template in VIEWS.items()}
    return answer(request, json_bytes({"title": page.title, "data": page.data, "parts": parts}), JSON)
