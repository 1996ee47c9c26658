"""An answer as it was sent, to be sent again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Self

from starlette.types import Send


@dataclass(frozen=True)
class KnownAnswer:
    """An answer as it was sent: its headers and its bytes, in their coding."""

    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    @classmethod
    def of_bytes(cls, kept: bytes) -> Self:
        """The answer of which these are `as_bytes`."""
        headers, _, body = kept.partition(b"\n")
        pairs = json.loads(headers)
        return cls(tuple((name.encode("latin-1"), value.encode("latin-1")) for name, value in pairs), body)

    def as_bytes(self) -> bytes:
        """A line with the headers, and then the body."""
        headers = [[name.decode("latin-1"), value.decode("latin-1")] for name, value in self.headers]
        return json.dumps(headers).encode() + b"\n" + self.body

    async def send(self, send: Send, head: bool = False) -> None:
        """Send it again, of a HEAD the headers alone."""
        await send({"type": "http.response.start", "status": 200, "headers": list(self.headers)})
        await send({"type": "http.response.body", "body": b"" if head else self.body})

    def unchanged(self, tag: str) -> list[tuple[bytes, bytes]]:
        """The headers for who has its bytes, in whatever coding."""
        kept = [pair for pair in self.headers if not pair[0].startswith((b"content-length", b"content-enc", b"etag"))]
        return [*kept, (b"etag", tag.encode())]

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.body) + sum(len(name) + len(value) for name, value in self.headers)
