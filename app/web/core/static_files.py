"""The files of `static/`, small on the way and asked for once.

The scripts of a page are one file, and what an address names never changes, because it names the version of all.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from app.cache import cached
from app.web.core.codings import packed_once
from app.web.core.comments import without_comments
from app.web.core.http import FOREVER, STATIC_CACHE, answer
from app.web.core.page_scripts import file_and_map, page_scripts
from app.web.core.static_address import STATIC, static_version

WRITTEN = {".mjs": "text/javascript", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
"""The kinds of file that are text; what stands in `vendor` is made small already."""
VENDOR = "/vendor/"
POLICY = "default-src 'self'"
"""The long policy of the service binds pages, and none of these files is one."""
VERSION = re.compile(r"v-[0-9a-f]{12}")
PAGE_FILE = re.compile(r"pages/(?P<page>js/[\w/-]+?)(?P<later>\.later)?\.mjs(?P<map>\.map)?")


class SmallFiles(StaticFiles):
    """Static files, what is written by hand without comments, and the scripts of a page as `pages/PATH`.

    Under the version of today a file is kept for ever; under another, or without one, a browser asks each time whether
    it is the same.
    """

    async def get_response(self, path: str, scope: Scope) -> Response:
        version, _, rest = path.partition("/")
        named = VERSION.fullmatch(version)
        path = rest if named else path
        if (page := PAGE_FILE.fullmatch(path)) and (STATIC / f"{page['page']}.mjs").is_file():
            media_type = "application/json" if page["map"] else WRITTEN[".mjs"]
            named_page, part = (page["page"], bool(page["later"])), bool(page["map"])
            response = answer(
                Request(scope), lambda: _page_file(static_version(), *named_page)[part], media_type, pack=packed_once
            )
        else:
            response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = FOREVER if named and version == static_version() else STATIC_CACHE
        response.headers["Content-Security-Policy"] = POLICY
        return response

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        path = Path(full_path)
        if path.suffix in WRITTEN:
            small = bytes if VENDOR in scope["path"] else without_comments
            return answer(Request(scope), lambda: small(path.read_bytes()), WRITTEN[path.suffix], pack=packed_once)
        return super().file_response(full_path, stat_result, scope, status_code)


@cached(64, lasting=True)
def _page_file(version: str, page: str, later: bool) -> tuple[bytes, bytes]:
    """One of the two files of a page's scripts, and its source map."""
    text, mapped = file_and_map(page_scripts(f"{page}.mjs", STATIC), Path(page).name, later)
    return text.encode(), mapped.encode()
