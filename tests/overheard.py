"""The service with pages that keep what their scripts complain of, for engines that say nothing of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol, cast

from starlette.applications import Starlette
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import Response

from app.web.service import create_app

HEARD = """
{
  const keep = (line) => {
    const heard = JSON.parse(sessionStorage.getItem("heard") ?? "[]");
    sessionStorage.setItem("heard", JSON.stringify([...heard, line]));
  };
  addEventListener("error", ({ message, target }) => keep(message ?? `${target.src ?? target.href} is missing`), true);
  addEventListener("unhandledrejection", (event) => keep(String(event.reason)));
  const write = console.error;
  console.error = (...said) => {
    keep(said.join(" "));
    write.apply(console, said);
  };
}
"""
"""Begins every page."""


class HasBody(Protocol):
    """An answer as a middleware is given it."""

    body_iterator: AsyncIterator[bytes]


def overheard() -> Starlette:
    """The service, whose pages keep what their scripts complain of."""
    service = create_app()

    def script(_: Request) -> Response:
        return Response(HEARD, media_type="text/javascript")

    async def begin(request: Request, call_next: RequestResponseEndpoint) -> Response:
        request.scope["headers"] = [
            (name, value) for name, value in request.scope["headers"] if name != b"accept-encoding"
        ]
        response = await call_next(request)
        if not response.headers.get("content-type", "").startswith("text/html"):
            return response
        page = b"".join([part async for part in cast(HasBody, response).body_iterator])
        page = page.replace(b"<head>", b'<head><script src="/heard.js"></script>', 1)
        headers = {name: value for name, value in response.headers.items() if name != "content-length"}
        return Response(page, response.status_code, headers)

    service.add_route("/heard.js", script)
    service.add_middleware(BaseHTTPMiddleware, dispatch=begin)
    return service
