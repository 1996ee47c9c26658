"""Connections that nobody uses are dropped: a request that does not come, an answer that is not taken.

uvicorn closes what is idle between two requests; what has begun it waits for as long as it takes. Where httptools reads
for it, it also takes in heads of any length, and any number of requests at once: here they have bounds.
"""

from __future__ import annotations

from asyncio import BaseTransport, TimerHandle, get_running_loop
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    Protocol: Any
else:
    from uvicorn.protocols.http.auto import AutoHTTPProtocol as Protocol

PATIENCE = 60.0
"""Seconds within which a request is to have said what it wants, and a reader is to take what waits for him."""
SLOWEST = 50_000
"""Bytes that a reader takes in a second at least, beside that."""
LONGEST = 65_536
"""Bytes of a head, an address with its headers, as h11 has it too; so many more may come at once."""
SIGNS = len(": \r\n")
AHEAD = 64
"""Requests that wait on one connection while another is answered. Browsers send none."""
TOO_LONG = f"An address with its headers is to have at most {LONGEST:,} bytes."
BOUNDS_HEADS = not hasattr(Protocol, "on_headers_complete")
"""Whether what reads HTTP here bounds heads itself, as h11 does."""


class PatientProtocol(Protocol):  # type: ignore[misc]
    """HTTP as uvicorn speaks it, to readers who take part."""

    dropping: TimerHandle | None = None
    unread = 0
    """Bytes that came and were no whole head and no part of a body yet."""

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        self.wait(PATIENCE)

    def data_received(self, data: bytes) -> None:
        """Wait for the rest of what is asked; once that is there, the answer is awaited elsewhere."""
        self.unread += len(data)
        super().data_received(data)
        if self.unread > LONGEST and not BOUNDS_HEADS and not self.transport.is_closing():
            self.send_400_response(TOO_LONG)
        if self.cycle is not None and not self.cycle.response_complete:
            self.wait_no_more()
        elif self.dropping is None:
            self.wait(PATIENCE)

    def on_headers_complete(self) -> None:
        """A head is there, as httptools tells. What is raised here ends the connection."""
        self.unread = 0
        if len(self.url) + sum(len(name) + len(value) + SIGNS for name, value in self.headers) > LONGEST:
            raise ValueError(TOO_LONG)
        if len(self.pipeline) >= AHEAD:
            raise ValueError("too much is asked at once")
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self.unread = 0
        super().on_body(body)

    def pause_writing(self) -> None:
        """More waits to be taken than fits in between."""
        super().pause_writing()
        self.wait(PATIENCE + self.transport.get_write_buffer_size() / SLOWEST)

    def resume_writing(self) -> None:
        super().resume_writing()
        self.wait_no_more()

    def connection_lost(self, exc: Exception | None) -> None:
        self.wait_no_more()
        super().connection_lost(exc)

    def wait(self, seconds: float) -> None:
        """Drop the connection then, unless something happens before."""
        self.wait_no_more()
        self.dropping = get_running_loop().call_later(seconds, self.transport.abort)

    def wait_no_more(self) -> None:
        """What was waited for has come."""
        if self.dropping is not None:
            self.dropping.cancel()
        self.dropping = None
