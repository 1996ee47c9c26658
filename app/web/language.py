"""The reference of the language as a page, and its twin as JSON: both from `app.language.reference.tables`."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any

from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.language import Recurrence, parse
from app.language.pasted import PASTED
from app.language.reference import SECTIONS, Example, Section
from app.language.reference import tables as reference
from app.language.typeset import recurrence_mathml, tex
from app.link import Link
from app.outputs import JSON, json_bytes
from app.web.core import answer, page_address, render

TABLES = (("operations", "Operations"), ("symbols", "Symbols"), ("mistakes", "Mistakes"), ("limits", "Limits"))
"""The anchors and headings of the tables below the sections."""


def language_page(request: Request) -> Response:
    """The reference to read."""
    return answer(request, lambda: render("language.html", **_page_context()).encode(), "text/html")


def language_json(request: Request) -> Response:
    """The same for programs."""
    return answer(request, lambda: json_bytes(language_reference()), JSON)


def language_reference() -> dict[str, Any]:
    """Everything on the page, with formulas as text, LaTeX and MathML."""
    return {
        "pasted": [asdict(p) for p in PASTED],
        "syntax": [_section_json(s) for s in SECTIONS],
        "operations": [asdict(o) for o in reference.operation_reference()],
        "beginnings": [asdict(b) for b in reference.beginning_reference()],
        "names": [asdict(n) for n in reference.name_examples()],
        "mistakes": [asdict(m) | {"carets": m.carets} for m in reference.mistake_examples()],
        "corrections": [asdict(c) for c in reference.corrections()],
        "limits": [asdict(b) for b in reference.language_limits()],
    }


def _page_context() -> dict[str, Any]:
    """All that the page's template reads."""
    return {
        "sections": [_section_shown(s) for s in SECTIONS],
        "pasted": PASTED,
        "operations": reference.operation_reference(),
        "beginnings": reference.beginning_reference(),
        "names": reference.name_examples(),
        "mistakes": [zip(m.problems, m.carets, strict=True) for m in reference.mistake_examples()],
        "corrections": reference.corrections(),
        "limits": reference.language_limits(),
        "contents": [(anchor(s.title), s.title) for s in SECTIONS] + list(TABLES),
        "safe": Markup,
    }


def anchor(title: str) -> str:
    """The name of a place on the page: `over-time`."""
    return title.lower().replace(" ", "-")


def _section_json(section: Section) -> dict[str, Any]:
    examples = [asdict(e) | {"tex": tex(parse(e.equations)), "href": _example_href(e)} for e in section.examples]
    return {"title": section.title, "text": section.text, "examples": examples}


def _section_shown(section: Section) -> dict[str, Any]:
    """A section as the template reads it."""
    examples = [
        {
            "equations": e.equations,
            "about": e.about,
            "href": _example_href(e),
            "lines": _example_lines(parse(e.equations)),
        }
        for e in section.examples
    ]
    return {
        "anchor": anchor(section.title),
        "title": section.title,
        "text": _with_code(section.text),
        "examples": examples,
        "beginnings": section.title == "Beginnings",
        "pasted": section.title == "Paste it",
    }


def _with_code(text: str) -> Markup:
    """The text with `code` elements in place of backticks."""
    return Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def _example_href(example: Example) -> str:
    return page_address(Link(equations=example.equations))


def _example_lines(recurrence: Recurrence) -> list[Markup]:
    return [Markup(line) for line in recurrence_mathml(recurrence)]


ROUTES = [Route("/language", language_page), Route("/api/language", language_json)]
