"""What all modules of machine code are written with: counted loops, and entries of arrays, one or several at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from llvmlite import ir

from app.engine.jit.panels import LANES, lanes_of
from app.ops import OPS, fma

INDEX = ir.IntType(64)
KINDS = {4: ir.FloatType(), 8: ir.DoubleType()}
"""Numbers by their bytes."""


def named(name: str, bytes_: int) -> str:
    """The name that other modules know a function by."""
    return f"unfold.{name}.{bytes_}"


class Writer:
    """What all modules of one kind of number write alike: counted loops, and entries, one or several at once."""

    def __init__(self, bytes_: int) -> None:
        self.bytes, self.kind, self.lanes = bytes_, KINDS[bytes_], LANES // bytes_
        self.pointer = self.kind.as_pointer()
        self.entrywise_lanes = tuple(dict.fromkeys((lanes_of(bytes_), self.lanes, 1)))
        """How many entries are worked on at once where each is by itself; sums go by `lanes` on every machine."""
        self.module = ir.Module()

    def function(self, name: str, kind: Any) -> tuple[Any, Any]:
        function = ir.Function(self.module, kind, named(name, self.bytes))
        return function, ir.IRBuilder(function.append_basic_block())

    def shared(self, name: str) -> tuple[Any, Any]:
        """A function that other modules call."""
        return self.function(name, self.shared_kind(name))

    def shared_kind(self, name: str) -> Any:
        """What such a function takes and gives; a curve one number or several, by its name."""
        match name.rsplit(".", 1):
            case ("product",):
                return ir.FunctionType(ir.VoidType(), (self.pointer, self.pointer, INDEX, self.pointer, INDEX, INDEX))
            case ("products",):
                return ir.FunctionType(ir.VoidType(), (*[self.pointer] * 3, *[INDEX] * 5))
            case ("inner",):
                return ir.FunctionType(self.kind, (self.pointer, self.pointer, INDEX))
            case ("total",):
                return ir.FunctionType(self.kind, (self.pointer, INDEX))
            case op, lanes:
                kind = self.wide(int(lanes))
                return ir.FunctionType(kind, [kind] * (OPS[op].arity or 1))

    @contextmanager
    def counted(self, b: Any, start: Any, end: Any, by: int) -> Iterator[Any]:
        """A loop while as many as `by` are left; gives the running index, which ends at the first not done."""
        before, (head, body, done) = b.block, (b.append_basic_block() for _ in range(3))
        b.branch(head)
        b.position_at_end(head)
        i = b.phi(INDEX)
        after = b.add(i, constant(by))
        b.cbranch(b.icmp_signed("<=", after, end), body, done)
        b.position_at_end(body)
        yield i
        i.add_incoming(start, before)
        i.add_incoming(after, b.block)
        b.branch(head)
        b.position_at_end(done)

    def pieces(self, b: Any, size: Any, counts: Iterable[int]) -> Iterator[tuple[Any, int]]:
        """Loops over 0 … size-1 in steps of so many entries, the later ones over what the first leave."""
        start: Any = constant(0)
        for by in counts:
            with self.counted(b, start, size, by) as i:
                yield i, by
            start = i

    def wide(self, lanes: int) -> Any:
        return self.kind if lanes == 1 else ir.VectorType(self.kind, lanes)

    def zero(self, lanes: int) -> Any:
        return ir.Constant(self.wide(lanes), 0.0 if lanes == 1 else [0.0] * lanes)

    def load(self, b: Any, base: Any, i: Any, lanes: int) -> Any:
        place = b.gep(base, [i])
        found = b.load(place if lanes == 1 else b.bitcast(place, self.wide(lanes).as_pointer()))
        found.align = self.bytes
        return found

    def store(self, b: Any, value: Any, base: Any, i: Any) -> None:
        place = b.gep(base, [i])
        if isinstance(value.type, ir.VectorType):
            place = b.bitcast(place, value.type.as_pointer())
        b.store(value, place).align = self.bytes

    def spread(self, b: Any, value: Any, lanes: int) -> Any:
        """One number in every lane."""
        if lanes == 1:
            return value
        kind, word = self.wide(lanes), ir.IntType(32)
        one = b.insert_element(ir.Constant(kind, ir.Undefined), value, ir.Constant(word, 0))
        return b.shuffle_vector(one, one, ir.Constant(ir.VectorType(word, lanes), [0] * lanes))

    def sum(self, b: Any, lanes: int) -> Any:
        """A running sum, 0 here; its room is made once, where the function begins."""
        with b.goto_entry_block():
            slot = b.alloca(self.wide(lanes))
        b.store(self.zero(lanes), slot)
        return slot

    def tile(
        self, b: Any, panel: Any, width: int, read: list[Any], far: int, columns: Any, ends: list[Any], begun: bool
    ) -> None:
        """A panel's products with some vectors, whose numbers are `far` entries apart; added to `ends` if `begun`."""
        lanes = min(width, lanes_of(self.bytes))
        places = [constant(start) for start in range(0, width, lanes)]
        sums = [[self.sum(b, lanes) for _ in places] for _ in ends]
        if begun:
            for own, end in zip(sums, ends, strict=True):
                for place, total in zip(places, own, strict=True):
                    b.store(self.load(b, end, place, lanes), total)
        with self.counted(b, constant(0), columns, 1) as k:
            column = b.gep(panel, [b.mul(k, constant(width))])
            entries = [self.load(b, column, place, lanes) for place in places]
            for of, own in zip(read, sums, strict=True):
                factor = self.spread(b, b.load(b.gep(of, [b.mul(k, constant(far))])), lanes)
                for entry, total in zip(entries, own, strict=True):
                    b.store(fma(b, entry, factor, b.load(total)), total)
        for own, end in zip(sums, ends, strict=True):
            for place, total in zip(places, own, strict=True):
                self.store(b, b.load(total), end, place)

    def entry(self, b: Any, base: Any, i: Any) -> Any:
        """Where an entry is."""
        return b.gep(base, [i])

    def moved(self, b: Any, base: Any, far: Any) -> Any:
        """A pointer so many bytes on."""
        byte = ir.IntType(8).as_pointer()
        return b.bitcast(b.gep(b.bitcast(base, byte), [far]), self.pointer)


def constant(value: int) -> Any:
    """A whole number."""
    return ir.Constant(INDEX, value)
