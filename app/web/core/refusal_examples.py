"""Requests that are refused, with what they are told: the examples of every refusal in the description of the API.

What is wrong with a link is found by the code that refuses it; a test sends each request and compares.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from app.language import Problem, Problems, spelling_hint
from app.limits import limit
from app.link import parse, read, resolve
from app.systems import SYSTEMS
from app.web.core.admission import full
from app.web.core.problems import MEANT, Refusal
from app.web.core.request_body import broken_coding, too_late, too_long, unknown_coding

REFUSED = {
    400: "The body is not what its headers say, or broke off; or the address is too long to be read",
    404: "There is nothing of that name",
    405: "The address does not take this method; `Allow` has those that it takes",
    408: "The body was not there in time",
    413: "The body is too large",
    415: "The body is packed in a way that is not read; `Accept-Encoding` has those that are",
    422: "Something about the request is wrong; `errors` says what, and what is allowed",
    500: "A fault of the service, which its log has",
    503: "As many trainings are under way as the service does at a time; `Retry-After` says when to try again",
}
"""Every status that a request is refused with, and what it means."""
OF_BODIES = (408, 413, 415)
"""Those that only a request with a body has."""
OF_ALL = (400, 500)
"""Those that any request may have."""


@dataclass(frozen=True)
class RefusalExample:
    """A request, what is wrong with it in words, and the problems that it is told."""

    words: str
    status: int
    method: str
    path: str
    problems: tuple[Problem, ...]
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    at_any_time: bool = True
    """False where it hangs on what else the service does, or on how fast the reader is."""

    @property
    def line(self) -> str:
        """The request in a line."""
        said = "".join(f", {name}: {value}" for name, value in self.headers.items())
        return f"{self.method} {self.path}{said} {self.body.decode()}".rstrip()


def refusal_examples() -> tuple[RefusalExample, ...]:
    """The examples of every refusal, under the limits now in force."""
    most = limit("body")
    unknown = Problem("there is no system rmn", "name", list(SYSTEMS), spelling_hint("rmn", SYSTEMS))
    refused, fault = Problem(MEANT[405].format(method="DELETE"), ""), Problem(MEANT[500], "")
    return (
        _posted("a body that is not what it says", broken_coding("gzip"), b"{}", {"Content-Encoding": "gzip"}),
        RefusalExample("a name with a slip", 404, "GET", "/api/systems/rmn", (unknown,)),
        RefusalExample("an address that is none", 404, "GET", "/api/nowhere", (Problem(MEANT[404], ""),)),
        RefusalExample("a method that is not taken", 405, "DELETE", "/figure.svg", (refused,)),
        _posted("a body that stops on its way", too_late(), at_any_time=False),
        _posted("a body that is too long", too_long(most), headers={"Content-Length": str(most + 1)}),
        _posted("a body that is packed otherwise", unknown_coding("br"), b"{}", {"Content-Encoding": "br"}),
        _link("a number beyond its bounds", "tau=0"),
        _link("a field that is none", "veiw=both"),
        _link("a field twice", "tau=2&tau=3"),
        _link("a slip in the equations", "equations=h[t]%3Dtahn(a*h[t-1])"),
        _link("more work than a request may be", "tau=1000&batch=256&sizes=h:512"),
        _link("a node that is not there", "phase=forward&at=h[9]"),
        _wrong_body("a body that is no JSON", b'{"tau": 3'),
        _wrong_body("a text in place of a number", b'{"lr": "0.5"}'),
        RefusalExample("a fault of the service", 500, "GET", "/figure.svg", (fault,), at_any_time=False),
        _of("every place is taken", "GET", "/api/train", full("runs"), at_any_time=False),
    )


def _of(words: str, method: str, path: str, refusal: Refusal, at_any_time: bool = True) -> RefusalExample:
    return RefusalExample(words, refusal.status, method, path, (refusal.problem,), at_any_time=at_any_time)


def _posted(
    words: str, refusal: Refusal, body: bytes = b"", headers: Mapping[str, str] | None = None, at_any_time: bool = True
) -> RefusalExample:
    told = (refusal.problem,)
    return RefusalExample(words, refusal.status, "POST", "/figure.svg", told, body, headers or {}, at_any_time)


def _link(words: str, query: str) -> RefusalExample:
    return RefusalExample(words, 422, "GET", f"/figure.svg?{query}", _wrong(lambda: resolve(parse(query))))


def _wrong_body(words: str, body: bytes) -> RefusalExample:
    return RefusalExample(words, 422, "POST", "/figure.svg", _wrong(lambda: read(body)), body)


def _wrong(done: Callable[[], object]) -> tuple[Problem, ...]:
    """What is found to be wrong by doing it."""
    try:
        done()
    except Problems as error:
        return error.problems
    raise AssertionError("nothing is wrong with this example")
