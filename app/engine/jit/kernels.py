"""Functions that do one operation on arrays of any shape, made once for each kind of number, and what runs programs.

A program is a list of records: the address of a function, then what it is to work on, lengths, addresses, strides in
bytes. So a whole pass is one call, and nothing is compiled for a recurrence. What repeats a program tells it the step.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any

from llvmlite import ir

from app.engine.jit.instructions import OPERAND
from app.engine.jit.panels import DEPTH, SEQUENCES, lanes_of, widths
from app.engine.jit.writing import INDEX, Writer, constant, named
from app.ops import OPS, Op, fma

RECORD = INDEX.as_pointer()
KERNEL = ir.FunctionType(ir.VoidType(), (RECORD, INDEX))


def kernel_patterns(row: Op) -> Iterator[str]:
    """For which arguments an operation has code: `v` entries side by side, `s` one number, `g` anything."""
    copies = row.shape == "first"
    arity = 1 if copies else row.arity or 2
    sides = map("".join, product("vs", repeat=arity))
    yield from (it for it in sides if copies or "v" in it)
    yield "g" * arity


class KernelWriter(Writer):
    """Writes the functions that records name; `product`, `inner`, `total` and shared curves are there before."""

    def kernels(self) -> None:
        for row in OPS.values():
            if row.emitter:
                for pattern in kernel_patterns(row):
                    self.entrywise(row, pattern)
        for name in {row.folds for row in OPS.values() if row.folds}:
            self.folded(OPS[name])
        self.summed_rows()
        self.products_by_one()
        self.products_by_panels()
        self.inner_products()
        self.outer_sums()
        self.outer_sums_by_panels()
        self.unfinished()
        self.moments()
        self.programs()

    def kernel(self, name: str) -> tuple[Any, Any, Any]:
        f, b = self.function(name, KERNEL)
        return b, *f.args

    def word(self, b: Any, table: Any, i: int) -> Any:
        return b.load(b.gep(table, [constant(i)]))

    def known(self, name: str) -> Any:
        """A function of this module."""
        return self.module.globals[named(name, self.bytes)]

    def at(self, b: Any, address: Any) -> Any:
        return b.inttoptr(address, self.pointer)

    @contextmanager
    def nested(self, b: Any, record: Any, t: Any, operands: int) -> Iterator[tuple[list[Any], Any, list[Any]]]:
        """Two loops around rows; gives the rows of all operands, their length and the strides along them."""
        lengths = [self.word(b, record, i) for i in (1, 2, 3)]
        words = [[self.word(b, record, 4 + OPERAND * k + i) for i in range(OPERAND)] for k in range(operands)]
        starts = [b.add(w[0], b.mul(t, w[1])) for w in words]
        with self.counted(b, constant(0), lengths[0], 1) as i:
            planes = [b.add(start, b.mul(i, w[2])) for start, w in zip(starts, words, strict=True)]
            with self.counted(b, constant(0), lengths[1], 1) as j:
                rows = [b.add(plane, b.mul(j, w[3])) for plane, w in zip(planes, words, strict=True)]
                yield [self.at(b, row) for row in rows], lengths[2], [w[4] for w in words]

    def result(self, b: Any, row: Op, args: list[Any], lanes: int) -> Any:
        emit = row.emitter
        assert emit is not None
        return b.call(self.known(f"{row.name}.{lanes}"), args) if row.shared else emit(b, args)

    def entrywise(self, row: Op, pattern: str) -> None:
        """out = op(arguments), entry by entry."""
        b, record, t = self.kernel(f"{row.name}.{pattern}")
        with self.nested(b, record, t, 1 + len(pattern)) as (rows, size, strides):
            if "g" in pattern:
                with self.counted(b, constant(0), size, 1) as i:
                    now = [self.moved(b, r, b.mul(i, s)) for r, s in zip(rows, strides, strict=True)]
                    b.store(self.result(b, row, [b.load(p) for p in now[1:]], 1), now[0])
            else:
                single = {k: b.load(rows[k + 1]) for k, kind in enumerate(pattern) if kind == "s"}
                for i, lanes in self.pieces(b, size, self.entrywise_lanes):
                    args = [
                        self.spread(b, single[k], lanes) if k in single else self.load(b, rows[k + 1], i, lanes)
                        for k in range(len(pattern))
                    ]
                    self.store(b, self.result(b, row, args, lanes), rows[0], i)
        b.ret_void()

    def folded(self, row: Op) -> None:
        """out = op(out, argument), where out may stay in place while the argument goes on."""
        for pattern in "vg":
            b, record, t = self.kernel(f"fold.{row.name}.{pattern}")
            with self.nested(b, record, t, 2) as (rows, size, strides):
                for i, lanes in self.pieces(b, size, self.entrywise_lanes if pattern == "v" else (1,)):
                    if pattern == "v":
                        args = [self.load(b, r, i, lanes) for r in rows]
                        self.store(b, self.result(b, row, args, lanes), rows[0], i)
                    else:
                        out, at = (self.moved(b, r, b.mul(i, s)) for r, s in zip(rows, strides, strict=True))
                        b.store(self.result(b, row, [b.load(out), b.load(at)], 1), out)
            b.ret_void()

    def summed_rows(self) -> None:
        """out += the sum of a row."""
        b, record, t = self.kernel("fold.+.t")
        with self.nested(b, record, t, 2) as (rows, size, _):
            b.store(b.fadd(b.load(rows[0]), b.call(self.known("total"), [rows[1], size])), rows[0])
        b.ret_void()

    def unfinished(self) -> None:
        """out += 0 times every entry: no longer 0 once one is no finite number."""
        b, record, t = self.kernel("unfinished")
        with self.nested(b, record, t, 2) as (rows, size, _):
            sums = {n: self.sum(b, n) for n in (self.lanes, 1)}
            for i, n in self.pieces(b, size, sums):
                b.store(b.fadd(b.load(sums[n]), b.fmul(self.load(b, rows[1], i, n), self.zero(n))), sums[n])
            vector = b.load(sums[self.lanes])
            for n in range(self.lanes):
                lane = b.extract_element(vector, ir.Constant(ir.IntType(32), n))
                b.store(b.fadd(b.load(sums[1]), lane), sums[1])
            b.store(b.fadd(b.load(rows[0]), b.load(sums[1])), rows[0])
        b.ret_void()

    def moments(self) -> None:
        """out = each sequence's own step, counted from its end or from the beginning; 0 where it has none."""
        b, record, _ = self.kernel("moment")
        batch, rows, size, from_end, offset = (self.word(b, record, i) for i in range(1, 6))
        out, out_far, out_row, out_entry, of, step, far, row, entry, lengths = (
            self.word(b, record, i) for i in range(6, 16)
        )
        with self.counted(b, constant(0), batch, 1) as s:
            length = b.fptosi(b.load(self.entry(b, self.at(b, lengths), s)), INDEX)
            at = b.add(b.mul(from_end, length), offset)
            there = b.and_(b.icmp_signed(">=", at, constant(1)), b.icmp_signed("<=", at, length))
            place = b.select(there, at, constant(1))
            now = b.add(b.add(of, b.mul(b.sub(place, constant(1)), step)), b.mul(s, far))
            to = b.add(out, b.mul(s, out_far))
            with self.counted(b, constant(0), rows, 1) as i, self.counted(b, constant(0), size, 1) as j:
                read = b.load(self.at(b, b.add(now, b.add(b.mul(i, row), b.mul(j, entry)))))
                found = b.select(there, read, self.zero(1))
                b.store(found, self.at(b, b.add(to, b.add(b.mul(i, out_row), b.mul(j, out_entry)))))
        b.ret_void()

    def inner_products(self) -> None:
        """out = the inner product of two rows."""
        b, record, t = self.kernel("inner.rows")
        with self.nested(b, record, t, 3) as (rows, size, _):
            b.store(b.call(self.known("inner"), [*rows[1:], size]), rows[0])
        b.ret_void()

    def products_by_one(self) -> None:
        """out = A @ x for every step and sequence: `columns` where A has its columns side by side, `rows` its rows."""
        for name in ("columns", "rows"):
            b, record, t = self.kernel(f"product.{name}")
            counts = [self.word(b, record, i) for i in range(1, 5)]
            far = self.word(b, record, 5)
            operands = [[self.word(b, record, k + i) for i in range(4)] for k in (6, 10, 14)]
            with self.counted(b, constant(0), counts[0], 1) as i, self.counted(b, constant(0), counts[1], 1) as j:
                to, own, of = (
                    self.at(b, b.add(b.add(w[0], b.mul(t, w[1])), b.add(b.mul(i, w[2]), b.mul(j, w[3]))))
                    for w in operands
                )
                if name == "columns":
                    b.call(self.known("product"), [to, own, far, of, *counts[2:]])
                else:
                    with self.counted(b, constant(0), counts[2], 1) as row:
                        found = b.call(self.known("inner"), [self.moved(b, own, b.mul(row, far)), of, counts[3]])
                        b.store(found, b.gep(to, [row]))
            b.ret_void()

    def products_by_panels(self) -> None:
        """out = A @ x for all sequences at one step, A in panels."""
        b, record, t = self.kernel("product.panels")
        sizes = [self.word(b, record, i) for i in range(1, 4)]
        (out, out_step, out_far), (x, x_step, x_far) = ([self.word(b, record, k + i) for i in range(3)] for k in (4, 8))
        places = b.add(out, b.mul(t, out_step)), self.word(b, record, 7), b.add(x, b.mul(t, x_step))
        b.call(self.known("products"), [*(self.at(b, place) for place in places), *sizes, out_far, x_far])
        b.ret_void()

    def outer_sums(self) -> None:
        """out[i, j] = Σ a[i] b[j] over two axes."""
        b, record, _ = self.kernel("outer.sums")
        rows, columns, first, second = (self.word(b, record, i) for i in range(1, 5))
        out, far = self.word(b, record, 5), self.word(b, record, 6)
        one, other = ([self.word(b, record, k + i) for i in range(3)] for k in (7, 10))
        for i, several in self.pieces(b, rows, (2, 1)):
            for j, by in self.pieces(b, columns, (4 * self.lanes, self.lanes, 1)):
                width = min(by, self.lanes)
                blocks = range(by // width)
                sums = [[self.sum(b, width) for _ in blocks] for _ in range(several)]
                with self.counted(b, constant(0), first, 1) as k, self.counted(b, constant(0), second, 1) as m:
                    left, right = (self.at(b, b.add(w[0], b.add(b.mul(k, w[1]), b.mul(m, w[2])))) for w in (one, other))
                    entries = [self.load(b, right, b.add(j, constant(c * width)), width) for c in blocks]
                    for r in range(several):
                        factor = self.spread(b, b.load(b.gep(left, [b.add(i, constant(r))])), width)
                        for c in blocks:
                            b.store(fma(b, entries[c], factor, b.load(sums[r][c])), sums[r][c])
                for r in range(several):
                    to = self.at(b, b.add(out, b.mul(b.add(i, constant(r)), far)))
                    for c in blocks:
                        self.store(b, b.load(sums[r][c]), to, b.add(j, constant(c * width)))
        b.ret_void()

    def outer_sums_by_panels(self) -> None:
        """The same over one axis, so many of its places at a time, for which both arrays are laid out in `room`."""
        b, record, _ = self.kernel("outer.panels")
        rows, columns, count = (self.word(b, record, i) for i in range(1, 4))
        out, out_far, one, one_far, other, other_far = (self.word(b, record, i) for i in range(4, 10))
        room, depth = self.at(b, self.word(b, record, 10)), constant(DEPTH)
        panel, to = b.gep(room, [b.mul(rows, depth)]), self.at(b, out)
        with self.counted(b, constant(0), rows, 1) as i:
            for j, lanes in self.pieces(b, columns, (self.lanes, 1)):
                self.store(b, self.zero(lanes), self.moved(b, to, b.mul(i, out_far)), j)
        with self.counted(b, constant(0), b.add(count, constant(DEPTH - 1)), DEPTH) as start:
            left = b.sub(count, start)
            deep = b.select(b.icmp_signed("<", left, depth), left, depth)
            of, by = (self.at(b, b.add(base, b.mul(start, far))) for base, far in ((one, one_far), (other, other_far)))
            for i, several in self.pieces(b, rows, SEQUENCES):
                tile = b.gep(room, [b.mul(i, depth)])
                self.laid_out(b, tile, self.entry(b, of, i), one_far, deep, several)
            for j, width in self.pieces(b, columns, widths(self.bytes)):
                self.laid_out(b, panel, self.entry(b, by, j), other_far, deep, width)
                for i, several in self.pieces(b, rows, SEQUENCES):
                    tile = b.gep(room, [b.mul(i, depth)])
                    read = [self.entry(b, tile, constant(n)) for n in range(several)]
                    first = self.entry(b, to, j)
                    ends = [self.moved(b, first, b.mul(b.add(i, constant(n)), out_far)) for n in range(several)]
                    self.tile(b, panel, width, read, several, deep, ends, begun=True)
        b.ret_void()

    def laid_out(self, b: Any, to: Any, of: Any, far: Any, count: Any, width: int) -> None:
        """So many numbers of each of some rows, one row after another."""
        lanes = min(width, lanes_of(self.bytes))
        with self.counted(b, constant(0), count, 1) as k:
            row, own = self.moved(b, of, b.mul(k, far)), b.gep(to, [b.mul(k, constant(width))])
            for place in range(0, width, lanes):
                self.store(b, self.load(b, row, constant(place), lanes), own, constant(place))

    def programs(self) -> None:
        """What runs a program once, repeats it step by step, calls a loop, and repeats two until numbers end."""
        self.performing()
        b, record, _ = self.kernel("repeat")
        count, first, direction, program, length = (self.word(b, record, i) for i in range(1, 6))
        with self.counted(b, constant(0), count, 1) as i:
            step = b.add(first, b.mul(i, direction))
            b.call(self.known("perform"), [b.inttoptr(program, RECORD), length, step])
        b.ret_void()
        b, record, _ = self.kernel("loop")
        function, *rest, table = (self.word(b, record, i) for i in range(1, 7))
        kind = ir.FunctionType(ir.VoidType(), (RECORD, *[INDEX] * 4)).as_pointer()
        b.call(b.inttoptr(function, kind), [b.inttoptr(table, RECORD), *rest])
        b.ret_void()
        self.repeating_until()

    def performing(self) -> None:
        f, b = self.function("perform", ir.FunctionType(ir.VoidType(), (RECORD, INDEX, INDEX)))
        program, length, t = f.args
        with self.counted(b, constant(0), length, 1) as i:
            record = b.inttoptr(b.load(b.gep(program, [i])), RECORD)
            b.call(b.inttoptr(b.load(record), KERNEL.as_pointer()), [record, t])
        b.ret_void()

    def repeating_until(self) -> None:
        """`steps(pass, its length, update, its length, count, flag)`: how many were done before the flag was raised."""
        kinds = RECORD, INDEX, RECORD, INDEX, INDEX, self.pointer
        f, b = self.function("steps", ir.FunctionType(INDEX, kinds))
        one, one_length, other, other_length, count, flag = f.args
        with self.counted(b, constant(0), count, 1) as i:
            b.store(self.zero(1), flag)
            b.call(self.known("perform"), [one, one_length, i])
            with b.if_then(b.fcmp_unordered("!=", b.load(flag), self.zero(1))):
                b.ret(i)
            b.call(self.known("perform"), [other, other_length, i])
        b.ret(count)
