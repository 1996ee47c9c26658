"""The picture that other programs show beside an address of a page: drawn by the service, of the page's own link."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from starlette.requests import Request
from starlette.types import Scope

from app.link import Link, query

FIT, SCALE = "preview", 0.625
"""The box of such a picture, and how large it is of a PNG's usual width: 1200 × 630 pixels."""
_reached = ContextVar("reached", default="")
"""Where the service was reached by the request that is answered."""


@contextmanager
def reached_at(scope: Scope) -> Iterator[None]:
    """While a request is answered, its pages know where the service is: those programs take whole addresses alone."""
    token = _reached.set(str(Request(scope).base_url).rstrip("/"))
    try:
        yield
    finally:
        _reached.reset(token)


def whole_address(path: str) -> str:
    """A path of the service as an address that is understood elsewhere."""
    return _reached.get() + path


def preview_path(link: Link) -> str:
    """The picture of a link's figure."""
    return f"/figure.png?{query(link.model_copy(update={'fit': FIT, 'scale': SCALE}))}"
