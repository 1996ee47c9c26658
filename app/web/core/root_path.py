"""The path below which a proxy has the service, as `/unfold`: what is asked and answered names the service's own paths.

Pages name them from the root, `/train`. As they are sent the path of the proxy comes before each, in the attributes of
HTML, in redirects and in what scripts are told; scripts put it before those that they make themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from starlette.types import Scope

ADDRESS = re.compile(r'(?<=[\s:])((?:href|src|srcset|action|formaction|data-(?!root)[a-z-]+)=")(/(?!/)[^"]*)')
"""An attribute that holds an address of the service. In text that a person wrote quotation marks are escaped."""
_root = ContextVar("root", default="")


@contextmanager
def below_root(scope: Scope) -> Iterator[None]:
    """While a request is answered its addresses are those that its reader can ask for."""
    token = _root.set(scope.get("root_path", "").rstrip("/"))
    try:
        yield
    finally:
        _root.reset(token)


def root() -> str:
    """The path of the proxy, empty where the service has the root."""
    return _root.get()


def rooted(path: str) -> str:
    """A path of the service as its reader asks for it; one that is so already stays."""
    before = _root.get()
    return path if not before or f"{path}/".startswith((f"{before}/", f"{before}?")) else before + path


def rooted_html(html: str) -> str:
    """A page, or a part of one, with its addresses so."""
    return ADDRESS.sub(lambda it: it[1] + rooted(it[2]), html) if _root.get() else html


def route_path(scope: Scope) -> str:
    """The path of a request as the service knows it."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", "").rstrip("/"))
