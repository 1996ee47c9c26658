"""The files of `static/`, small on the way: a page needs seventy of them, so that what all have counts often."""

from __future__ import annotations

import os
import re
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from app.web.core.http import STATIC_CACHE, answer

WRITTEN = {".mjs": "text/javascript", ".js": "text/javascript", ".css": "text/css"}
"""The kinds of file that are written by hand, with comments; what stands in `vendor` is made small already."""
VENDOR = "/vendor/"
POLICY = "default-src 'self'"
"""The long policy of the service binds pages, and none of these files is one."""
COMMENT_LINES = re.compile(rb"^[ \t]*(?://.*|/\*(?:(?!\*/)[\s\S])*\*/[ \t]*)$", re.MULTILINE)
INDENT = re.compile(rb"^[ \t]+", re.MULTILINE)


class SmallFiles(StaticFiles):
    """Static files, what is written by hand without comments; a browser asks each time whether they are the same."""

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        path = Path(full_path)
        if path.suffix in WRITTEN and VENDOR not in scope["path"]:
            response = answer(Request(scope), without_comments(path.read_bytes()), WRITTEN[path.suffix])
        else:
            response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Cache-Control"] = STATIC_CACHE
        response.headers["Content-Security-Policy"] = POLICY
        return response


def without_comments(source: bytes) -> bytes:
    """A script or a style sheet without lines of comment and indents; lines keep the numbers that errors name."""
    return INDENT.sub(b"", COMMENT_LINES.sub(lambda comment: b"\n" * comment[0].count(b"\n"), source))
