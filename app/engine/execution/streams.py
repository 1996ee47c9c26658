"""Random numbers: a stream for each (seed, name), so that what one part draws changes no other.

NumPy takes longer to make a generator than to draw a thousand numbers from it. So those of many names are made at once:
their seeds are spread over the bits of a generator as `SeedSequence` and `PCG64` do, which NumPy keeps as they are.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint32]
FEW = 8
"""So many are made by NumPy itself."""
POOL = 4
"""Words over which a seed is spread."""
STATE = 8
"""Words that a generator begins with."""
INTO, OUT = (0x43B0D7E5, 0x931E8875), (0x8B51F9DD, 0x58F38DED)
"""What words are multiplied with, first and from one to the next, as they are taken in and given out."""
LEFT, RIGHT = np.uint32(0xCA01F9DD), np.uint32(0x4973F715)
HALF = np.uint32(16)
MULTIPLIER = 0x2360ED051FC65DA44385DF649FCCF645
"""PCG64's."""
WHOLE = (1 << 128) - 1


def stream(seed: int, name: str) -> np.random.Generator:
    """The stream of a name."""
    return np.random.default_rng([seed, _word(name)])


def streams(seed: int, names: Sequence[str], children: int = 0) -> Iterator[np.random.Generator]:
    """The stream of each name, or so many that each `spawn`s. Each is to be drawn from before the next is asked for."""
    if len(names) * max(children, 1) < FEW:
        for name in names:
            one = stream(seed, name)
            yield from one.spawn(children) if children else (one,)
        return
    bits: Any = np.random.PCG64(0)
    generator = np.random.Generator(bits)
    for words in _states(seed, names, children):
        first, begin = (int(high) << 64 | int(low) for high, low in (words[:2], words[2:]))
        odd = (begin << 1 | 1) & WHOLE
        state = ((odd + first) * MULTIPLIER + odd) & WHOLE
        bits.state = {"bit_generator": "PCG64", "state": {"state": state, "inc": odd}, "has_uint32": 0, "uinteger": 0}
        yield generator


def _word(name: str) -> int:
    return zlib.crc32(name.encode())


def _states(seed: int, names: Sequence[str], children: int) -> list[list[int]]:
    """What each generator begins with, as four whole numbers of 64 bits."""
    said = np.array([_word(name) for name in names], np.uint32)
    entropy = [np.broadcast_to(np.uint32(seed >> 32 * i & 0xFFFFFFFF), said.shape) for i in range(_length(seed))]
    entropy.append(said)
    if children:
        nothing = np.zeros_like(said)
        entropy = [np.repeat(it, children) for it in (*entropy, *[nothing] * (POOL - len(entropy)))]
        entropy.append(np.tile(np.arange(children, dtype=np.uint32), len(names)))
    given_out = _Mixer(OUT)
    pool = _pool(entropy)
    words = np.stack([given_out(pool[i % POOL]) for i in range(STATE)], axis=-1)
    return words.astype("<u4").view("<u8").tolist()  # type: ignore[no-any-return]


def _length(seed: int) -> int:
    """Words of a seed."""
    return max(1, -(-seed.bit_length() // 32))


class _Mixer:
    """Mixes one word after another, each with another number."""

    def __init__(self, numbers: tuple[int, int]) -> None:
        self.number, self.factor = numbers

    def __call__(self, words: Words) -> Words:
        mixed = words ^ np.uint32(self.number)
        self.number = self.number * self.factor & 0xFFFFFFFF
        mixed *= np.uint32(self.number)
        found: Words = mixed ^ (mixed >> HALF)
        return found


def _pool(entropy: Sequence[Words]) -> list[Words]:
    """Every word spread over all of the pool."""
    mixer, nothing = _Mixer(INTO), np.zeros_like(entropy[0])
    pool = [mixer(entropy[i] if i < len(entropy) else nothing) for i in range(POOL)]
    for source in range(POOL):
        for to in range(POOL):
            if source != to:
                pool[to] = _joined(pool[to], mixer(pool[source]))
    for more in entropy[POOL:]:
        pool = [_joined(words, mixer(more)) for words in pool]
    return pool


def _joined(one: Words, other: Words) -> Words:
    mixed = LEFT * one - RIGHT * other
    found: Words = mixed ^ (mixed >> HALF)
    return found
