"""Random numbers: a stream for each (seed, name), so that what one part draws changes no other.

NumPy takes longer to make a generator than to draw a thousand numbers from it. So those of many names are made at once:
their seeds are spread over the bits of a generator as `SeedSequence` and `PCG64` do, which NumPy keeps as they are. So
are whole numbers and evenly spread ones of many names, as long as NumPy itself draws them as is done here.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.arrays import Array
from app.cache import cached

Words = NDArray[np.uint32]
Long = tuple[NDArray[np.uint64], NDArray[np.uint64]]
"""Numbers of 128 bits, as their upper and lower halves."""
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
ONE, LOW, HALF_WORD = np.uint64(1), np.uint64(0xFFFFFFFF), np.uint64(32)
"""The lower half of a word of 64 bits, and its length."""
TURN, LAST, UNUSED = np.uint64(58), np.uint64(63), np.uint64(11)
"""PCG64 turns its word by the number in the bits from here to the last; a number between 0 and 1 uses not so many."""


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
    for words in _states(seed, names, children).tolist():
        first, begin = (int(high) << 64 | int(low) for high, low in (words[:2], words[2:]))
        odd = (begin << 1 | 1) & WHOLE
        state = ((odd + first) * MULTIPLIER + odd) & WHOLE
        bits.state = {"bit_generator": "PCG64", "state": {"state": state, "inc": odd}, "has_uint32": 0, "uinteger": 0}
        yield generator


def _word(name: str) -> int:
    return zlib.crc32(name.encode())


def drawn_whole(seed: int, names: Sequence[str], spans: Sequence[int], children: int = 0) -> NDArray[np.int64]:
    """What each stream's `integers(span)` gives for one span after another: a row for each stream."""

    def from_one(rng: np.random.Generator) -> list[int]:
        return list(map(rng.integers, spans))

    if len(names) * max(children, 1) < FEW or 1 in spans or not _alike():
        return np.array([from_one(rng) for rng in streams(seed, names, children)], np.int64)
    found, drawn_again = _whole(_states(seed, names, children), spans)
    if drawn_again.any():
        every = [from_one(rng) for rng in streams(seed, names, children)]
        found[drawn_again] = [row for row, again in zip(every, drawn_again, strict=True) if again]
    return found


def drawn_even(seed: int, names: Sequence[str], count: int) -> Array:
    """So many of each stream's `random()`, between 0 and 1: a row for each stream."""
    if len(names) < FEW or not _alike():
        return np.stack([rng.random(count) for rng in streams(seed, names)])
    return _even(_states(seed, names, 0), count)


@cached()
def _alike() -> bool:
    """Whether NumPy on this machine draws as is done here; it may change how."""
    names, spans = [f"alike {i}" for i in range(FEW)], [10, 7, 10]
    rngs, states = [stream(0, name) for name in names], _states(0, names, 0)
    whole = [[int(rng.integers(span)) for span in spans] for rng in rngs] == _whole(states, spans)[0].tolist()
    even = [rng.random(2).tolist() for rng in rngs] == _even(states, 4)[:, 2:].tolist()
    return bool(whole and even)


def _whole(states: NDArray[np.uint64], spans: Sequence[int]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """A number for each half of a word; and of which streams NumPy draws one again, as it would not be even."""
    words = _words(states, -(-len(spans) // 2))
    halves = np.stack([words & LOW, words >> HALF_WORD], axis=-1).reshape(len(words), -1)[:, : len(spans)]
    span = np.array(spans, np.uint64)
    product = halves * span
    again = (product & LOW) < (LOW + ONE - span) % span
    return (product >> HALF_WORD).astype(np.int64), np.logical_or.reduce(again, axis=1)


def _even(states: NDArray[np.uint64], count: int) -> Array:
    return (_words(states, count) >> UNUSED) * 2.0**-53


def _words(states: NDArray[np.uint64], count: int) -> NDArray[np.uint64]:
    """So many words of 64 bits of each generator. A step of PCG64 multiplies and adds; so do many at once."""
    first, begin = ((states[:, i, None], states[:, i + 1, None]) for i in (0, 2))
    odd = begin[0] << ONE | begin[1] >> LAST, begin[1] << ONE | ONE
    factors, sums = _steps(count)
    high, low = _added(_multiplied(_added(odd, first), factors), _multiplied(odd, sums))
    mixed, turn = high ^ low, high >> TURN
    return np.asarray(mixed >> turn | mixed << (-turn & LAST), np.uint64)


@cached(64)
def _steps(count: int) -> tuple[Long, Long]:
    """What each of so many words multiplies the state with, and the odd number; the first steps twice, as it begins."""
    factors, sums = [1], [0]
    for _ in range(count + 1):
        factors.append(factors[-1] * MULTIPLIER & WHOLE)
        sums.append(sums[-1] * MULTIPLIER + 1 & WHOLE)
    return tuple(  # type: ignore[return-value]
        (np.array([it >> 64 for it in row[2:]], np.uint64), np.array([it & (1 << 64) - 1 for it in row[2:]], np.uint64))
        for row in (factors, sums)
    )


def _added(one: Long, other: Long) -> Long:
    low = one[1] + other[1]
    return one[0] + other[0] + (low < one[1]), low


def _multiplied(one: Long, other: Long) -> Long:
    """The product of numbers of 128 bits, its lower half."""
    a, b, c, d = one[1] >> HALF_WORD, one[1] & LOW, other[1] >> HALF_WORD, other[1] & LOW
    middle = (b * d >> HALF_WORD) + (a * d & LOW) + (b * c & LOW)
    high = a * c + (a * d >> HALF_WORD) + (b * c >> HALF_WORD) + (middle >> HALF_WORD)
    return high + one[0] * other[1] + one[1] * other[0], one[1] * other[1]


def _states(seed: int, names: Sequence[str], children: int) -> NDArray[np.uint64]:
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
    return words.astype("<u4").view("<u8").astype(np.uint64)


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
