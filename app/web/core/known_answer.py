"""An answer as it was sent, to be sent again."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Self

from starlette.datastructures import Headers
from starlette.types import Send

RANGE = re.compile(r"bytes=(?=[0-9]|-[0-9])([0-9]{0,18})-([0-9]{0,18})")
"""One range; where several are asked for all is sent, which is allowed."""


def asks_for_part(asked: Headers) -> bool:
    """Whether a request is for a part of an answer, as one is sent here."""
    return RANGE.fullmatch(asked.get("Range", "")) is not None


@dataclass(frozen=True)
class KnownAnswer:
    """An answer as it was sent: its headers and its bytes, in their coding."""

    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    @classmethod
    def of_bytes(cls, kept: bytes) -> Self | None:
        """The answer of which these are `as_bytes`; None where they are of none, since others may write there too."""
        headers, line, body = kept.partition(b"\n")
        try:
            pairs = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in json.loads(headers)]
        except (ValueError, TypeError, AttributeError):
            return None
        whole = dict(pairs).get(b"content-length") == str(len(body)).encode()
        return cls(tuple(pairs), body) if line and whole else None

    def as_bytes(self) -> bytes:
        """A line with the headers, and then the body."""
        headers = [[name.decode("latin-1"), value.decode("latin-1")] for name, value in self.headers]
        return json.dumps(headers).encode() + b"\n" + self.body

    async def send(self, send: Send, asked: Headers, head: bool = False) -> None:
        """Send it again, of a HEAD the headers alone, of a request for a range the part."""
        status, headers, body = 200, list(self.headers), self.body
        if not head and (found := RANGE.fullmatch(asked.get("Range", ""))) and self._may_be_parted(asked):
            status, place, body = self._part(*found.groups())
            length = str(len(body)).encode()
            headers = [pair for pair in headers if pair[0] != b"content-length"]
            headers += [(b"content-length", length), (b"content-range", f"bytes {place}/{len(self.body)}".encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if head else body})

    def _may_be_parted(self, asked: Headers) -> bool:
        """Whether a part goes with what the reader has of it (RFC 9110, section 13.1.5)."""
        return asked.get("If-Range") in (None, dict(self.headers).get(b"etag", b"").decode("latin-1"))

    def _part(self, first: str, last: str) -> tuple[int, str, bytes]:
        """The status, the place and the bytes of a range; 416 where the body has none of it."""
        length = len(self.body)
        begin = int(first) if first else max(0, length - int(last or 0))
        end = min(length, int(last) + 1) if first and last else length
        if begin >= end:
            return 416, "*", b""
        return 206, f"{begin}-{end - 1}", self.body[begin:end]

    def unchanged(self, tag: str) -> list[tuple[bytes, bytes]]:
        """The headers for who has its bytes, in whatever coding."""
        kept = [pair for pair in self.headers if not pair[0].startswith((b"content-length", b"content-enc", b"etag"))]
        return [*kept, (b"etag", tag.encode())]

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.body) + sum(len(name) + len(value) for name, value in self.headers)
