"""The page of all numbers of a link, and the text of one whole array for the scripts of the explore page."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.language import Problem, Problems
from app.link import afford, parse, resolve
from app.web.core import answer, page_address, preview_path, render
from app.web.explore.all_numbers import array_lines, count_numbers, numbers_sections


def numbers_page(request: Request) -> Response:
    """Every number of a link as a page of its own."""
    resolved = resolve(parse(request.query_params.multi_items()))
    afford(resolved.link, "table", count_numbers(resolved))
    sections, href = numbers_sections(resolved), page_address(resolved.link)
    html = render("numbers.html", sections=sections, href=href, of=resolved.run.of, preview=preview_path(resolved.link))
    return answer(request, html.encode(), "text/html")


def whole_array(request: Request) -> Response:
    """All entries of one array of a link, a row of it in each line."""
    pairs = request.query_params.multi_items()
    name = next((value for key, value in pairs if key == "name"), "")
    trace = resolve(parse([pair for pair in pairs if pair[0] != "name"])).run.trace
    names = [n for n, v in trace.recurrence.variables.items() if not v.indexed]
    if name not in names:
        raise Problems(Problem(f"there is no single value {name}", "name", names))
    return answer(request, array_lines(trace.value(name)).encode(), "text/plain")


ROUTES = [Route("/numbers", numbers_page), Route("/api/whole", whole_array)]
