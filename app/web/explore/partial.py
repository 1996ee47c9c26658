"""A link in, what changes of the page with it out: HTML by the ids of its elements, from the page's own templates.

The page's scripts ask for it where a browser without them asks for the whole page.
"""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.outputs.table import JSON, written
from app.web.core.http import answer
from app.web.core.problems import MEDIA_TYPE, as_json
from app.web.core.query_form import ask
from app.web.core.templates import render
from app.web.explore.page import context

router = APIRouter(include_in_schema=False)

FORMS = {
    name: f"partials/{name.replace('-', '_')}.html" for name in ("controls", "equations", "scissors", "compare-with")
}
"""Where the fields of the link stand, and what is wrong with them, by the id of the element."""
OTHERS = {name: f"partials/{name}.html" for name in ("figure", "panel", "transport", "everything", "twins")}
"""What shows the link. Of the figure and the panel it is what stands within their cards."""


@router.get("/api/page")
def page(request: Request) -> Response:
    """The parts of a link's page; of a link with problems, beside them, the forms that say so."""
    asked = ask(request.query_params.multi_items())
    found = context(asked, inline=False)
    forms = {name: render(template, **found) for name, template in FORMS.items()}
    if asked.problems:
        body = written(as_json(422, asked.problems) | {"parts": forms})
        return Response(body, 422, {"Cache-Control": "no-store"}, MEDIA_TYPE)
    others = {name: render(template, **found) for name, template in OTHERS.items()}
    body = written({"title": found["title"], "data": found["data"], "parts": forms | others})
    return answer(request, body, JSON)
