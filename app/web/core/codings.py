"""Content codings: which of them a request takes, and bytes in one of them, the same bytes every time."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from starlette.datastructures import Headers
from starlette.types import Scope

from app.cache import cached

GZIP, ZSTD, HARD = 4, 3, 9
"""How hard is tried: of gzip half the time of 6 for a twelfth more bytes; zstd takes a quarter of that, for fewer. Of
both what is packed once."""
WRITTEN = ("text/", "application/json", "application/problem+json", "application/x-tex", "image/svg+xml")
"""The beginnings of the media types that become smaller; pictures, archives and numbers do not, or hardly."""
CODING = "unfold.coding"
"""The key of a scope under which what was found out stays."""


class Compressor(Protocol):
    """What a coding has in every library."""

    def compress(self, data: bytes) -> bytes: ...

    def flush(self) -> bytes: ...


@dataclass(frozen=True)
class Coding:
    """A content coding by its name in HTTP."""

    name: str
    usual: int
    compressor: Callable[[int], Compressor]

    def packed(self, body: bytes) -> bytes:
        """The whole body."""
        return b"".join(self.pieces([body]))

    def pieces(self, body: Iterable[bytes], level: int = 0) -> Iterator[bytes]:
        """The body piece by piece."""
        compressor = self.compressor(level or self.usual)
        for piece in body:
            if packed := compressor.compress(piece):
                yield packed
        yield compressor.flush()


class _Gzip:
    """gzip without the time of day in its head, so that the same body is the same bytes."""

    def __init__(self, level: int) -> None:
        self.head = gzip.compress(b"", level, mtime=0)[:10]
        self.deflate, self.crc, self.length = zlib.compressobj(level, wbits=-zlib.MAX_WBITS), 0, 0

    def compress(self, data: bytes) -> bytes:
        head, self.head = self.head, b""
        self.crc, self.length = zlib.crc32(data, self.crc), self.length + len(data)
        return head + self.deflate.compress(data)

    def flush(self) -> bytes:
        sums = self.crc.to_bytes(4, "little") + (self.length % 2**32).to_bytes(4, "little")
        return self.head + self.deflate.flush() + sums


def _codings() -> Iterator[Coding]:
    """The one that is preferred first; gzip is in every Python."""
    with suppress(ImportError):
        from zstandard import ZstdCompressor

        yield Coding("zstd", ZSTD, lambda level: ZstdCompressor(level=level).compressobj())
    yield Coding("gzip", GZIP, _Gzip)


CODINGS: Mapping[str, Coding] = {coding.name: coding for coding in _codings()}


@cached(128, lasting=True)
def packed_once(coding: Coding, body: bytes) -> bytes:
    """The whole of a body that is sent again and again, as small as can be."""
    return b"".join(coding.pieces([body], HARD))


def coding_of(scope: Scope) -> Coding | None:
    """The coding in which a request is answered; None where it takes none of ours."""
    if CODING not in scope:
        scope[CODING] = negotiated(", ".join(Headers(scope=scope).getlist("Accept-Encoding")))
    found: Coding | None = scope[CODING]
    return found


@cached(256)
def negotiated(header: str) -> Coding | None:
    """The coding that an Accept-Encoding header gives most weight, of several the first of ours.

    `gzip;q=0` forbids one, and `*` is for those that are not named (RFC 9110, section 12.5.3).
    """
    weights = accepted(header)
    others = weights.get("*", 0.0)
    weight, _, name = max((weights.get(name, others), -place, name) for place, name in enumerate(CODINGS))
    return CODINGS[name] if weight > 0 and weight >= weights.get("identity", 0.0) else None


def accepted(header: str) -> dict[str, float]:
    """The weights of a header of the family of Accept, by name."""
    return dict(map(_weight, header.split(",")))


def _weight(part: str) -> tuple[str, float]:
    kind, *parameters = part.replace(" ", "").lower().split(";")
    text = next((p[2:] for p in parameters if p.startswith("q=")), "1")
    try:
        return kind, float(text)
    except ValueError:
        return kind, 0.0


def is_written(media_type: str) -> bool:
    """Whether a body of this type becomes smaller."""
    return media_type.startswith(WRITTEN)
