"""The body of a request, piece by piece, so that one that is too long is refused before it is there."""

from __future__ import annotations

import re

from starlette.requests import ClientDisconnect, Request

from app.language import Problem
from app.limits import limit
from app.web.core.problems import Refusal


async def request_body(request: Request) -> bytes:
    """The body of a request, refused as soon as it is longer than allowed."""
    most, parts, length = limit("body"), [], 0
    announced = request.headers.get("Content-Length", "")
    if re.fullmatch("[0-9]{1,18}", announced) and int(announced) > most:
        raise _too_long(most)
    try:
        async for part in request.stream():
            parts.append(part)
            length += len(part)
            if length > most:
                raise _too_long(most)
    except ClientDisconnect:
        raise Refusal(400, Problem("the body broke off", "body")) from None
    return b"".join(parts)


def _too_long(most: int) -> Refusal:
    return Refusal(413, Problem(f"the body is longer than {most:,} bytes", "body", {"maximum": most}))
