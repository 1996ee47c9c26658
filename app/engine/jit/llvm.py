"""The plan of a loop → a function in memory, written in LLVM's language and made for the machine at hand.

A function knows no sizes, steps or strides: they stand in the table that it is called with, so one function serves a
recurrence whatever its sizes, and another one where they are multiples of what the machine works on at once. Products,
sums and curves are functions of a library, made once for each kind of number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce
from itertools import count, groupby
from threading import RLock
from typing import Any

from llvmlite import binding as llvm
from llvmlite import ir

from app.cache import cached
from app.engine.jit.kept_code import kept, key
from app.engine.jit.kernels import KernelWriter
from app.engine.jit.panels import SEQUENCES, widths
from app.engine.jit.plan import LoopStep, Place, Source, emitter
from app.engine.jit.writing import INDEX, Writer, constant, named
from app.ops import OPS, fma, machine_constant


class Code:
    """Functions in memory, there as long as this is; `library` holds what they call."""

    def __init__(self, names: Iterable[str], code: bytes, library: Code | None = None) -> None:
        self.name, self.library = f"unfold.{next(_numbers)}", library
        self.jit: Any = library.jit if library else llvm.create_lljit_compiler(_machine(1))
        linked = llvm.JITLibraryBuilder().add_current_process().add_object_img(code)
        if library:
            linked.add_jit_library(library.name)
        for name in names:
            linked.export_symbol(name)
        self.addresses = linked.link(self.jit, self.name)

    def address(self, name: str) -> int:
        """Where a function is."""
        return int(self.addresses[name])


_numbers = count()
"""No two libraries have one name, even if the first is gone."""


def _machine(opt: int) -> Any:
    """What this process runs on, with all its instructions."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    target = llvm.Target.from_triple(llvm.get_process_triple())
    features = llvm.get_host_cpu_features().flatten()
    return target.create_target_machine(cpu=llvm.get_host_cpu_name(), features=features, opt=opt)


def _made(writer: Writer, optimised: bool) -> tuple[list[str], bytes]:
    """The functions of a module, and its machine code: quickly for one that is used a few times only."""
    machine = _machine(2 if optimised else 1)
    module = llvm.parse_assembly(str(writer.module))
    module.triple, module.data_layout = machine.triple, str(machine.target_data)
    if optimised:
        builder = llvm.create_pass_builder(machine, _plain_tuning())
        builder.getModulePassManager().run(module, builder)
    return [f.name for f in writer.module.functions if not f.is_declaration], machine.emit_object(module)


@cached(2)
def _kind_of_code(bytes_: int) -> tuple[str, ...]:
    """What code follows from beside its sources: the compiler, the processor, the kind of number."""
    machine, features = _machine(1), llvm.get_host_cpu_features().flatten()
    said = (*map(str, llvm.llvm_version_info), machine.triple, llvm.get_host_cpu_name(), features)
    return (*said, str(bytes_))


def _plain_tuning() -> Any:
    """Loops are written as they are to run: turning them into others would take most of the time."""
    options = llvm.create_pipeline_tuning_options(speed_level=2)
    options.loop_vectorization = options.loop_interleaving = options.loop_unrolling = False
    return options


_making = RLock()
"""LLVM makes one function at a time; and the library that functions call is to be one for all threads."""


def compiled(source: Source) -> CompiledLoop:
    """The function of a source, made once: `(table, steps, first, direction, batch)`."""
    with _making:
        return _compiled(source)


@cached(256)
def _compiled(source: Source) -> CompiledLoop:
    return CompiledLoop(source)


class CompiledLoop:
    """A loop in memory."""

    def __init__(self, source: Source) -> None:
        name = named("run", source.bytes)
        known = key(*_kind_of_code(source.bytes), repr(source))
        made = kept(known, ".loop", lambda: _made(_Loop(source), optimised=False))
        self.code = Code(*made, library(source.bytes))
        self.address = self.code.address(name)


class _Library(KernelWriter):
    """Products, sums and curves, made once for each kind of number and called by all loops."""

    def __init__(self, bytes_: int) -> None:
        super().__init__(bytes_)
        self.product()
        self.products()
        self.inner()
        self.total()
        for row in OPS.values():
            if row.shared and row.emitter:
                for lanes in self.entrywise_lanes:
                    f, b = self.shared(f"{row.name}.{lanes}")
                    b.ret(row.emitter(b, f.args))
        self.kernels()

    def product(self) -> None:
        """out[rows] = A[rows, columns] @ x[columns], A column after column, `far` bytes from one to the next."""
        f, b = self.shared("product")
        out, a, far, x, rows, columns = f.args
        for i, by in self.pieces(b, rows, (4 * self.lanes, self.lanes, 1)):
            width = min(by, self.lanes)
            blocks, unroll = range(by // width), 2 if by > width else 4
            sums = [[self.sum(b, width) for _ in blocks] for _ in range(unroll)]
            for j, several in self.pieces(b, columns, (unroll, 1)):
                for u in range(several):
                    column = b.add(j, constant(u))
                    start = self.moved(b, a, b.mul(column, far))
                    factor = self.spread(b, b.load(b.gep(x, [column])), width)
                    for c in blocks:
                        entries = self.load(b, start, b.add(i, constant(c * width)), width)
                        b.store(fma(b, entries, factor, b.load(sums[u][c])), sums[u][c])
            for c in blocks:
                total = reduce(b.fadd, [b.load(row[c]) for row in sums])
                self.store(b, total, out, b.add(i, constant(c * width)))
        b.ret_void()

    def products(self) -> None:
        """out[s] = A[rows, columns] @ x[s] for each of `count` sequences, so many bytes apart; A lies in panels."""
        f, b = self.shared("products")
        out, a, x, rows, columns, count, out_far, x_far = f.args
        for i, width in self.pieces(b, rows, widths(self.bytes)):
            panel = b.gep(a, [b.mul(i, columns)])
            for s, several in self.pieces(b, count, SEQUENCES):
                numbers = [b.add(s, constant(n)) for n in range(several)]
                read = [self.moved(b, x, b.mul(n, x_far)) for n in numbers]
                ends = [self.entry(b, self.moved(b, out, b.mul(n, out_far)), i) for n in numbers]
                self.tile(b, panel, width, read, 1, columns, ends, begun=False)
        b.ret_void()

    def inner(self) -> None:
        f, b = self.shared("inner")
        one, other, size = f.args
        self.summed(b, size, lambda i, n: b.fmul(self.load(b, one, i, n), self.load(b, other, i, n)))

    def total(self) -> None:
        f, b = self.shared("total")
        one, size = f.args
        self.summed(b, size, lambda i, n: self.load(b, one, i, n))

    def summed(self, b: Any, size: Any, term: Callable[[Any, int], Any]) -> None:
        sums = {n: self.sum(b, n) for n in (self.lanes, 1)}
        for i, n in self.pieces(b, size, sums):
            b.store(b.fadd(b.load(sums[n]), term(i, n)), sums[n])
        vector = b.load(sums[self.lanes])
        lanes = [b.extract_element(vector, ir.Constant(ir.IntType(32), n)) for n in range(self.lanes)]
        b.ret(reduce(b.fadd, lanes, b.load(sums[1])))


@cached(2, lasting=True)
def library(bytes_: int) -> Code:
    """The library, made when the first arrays of this kind of number are; the caller holds `_making`."""
    return Code(*kept(key(*_kind_of_code(bytes_)), ".code", lambda: _made(_Library(bytes_), optimised=True)))


def library_addresses(bytes_: int) -> Callable[[str], int]:
    """Where the functions of a library are."""
    with _making:
        code = library(bytes_)
    return lambda name: code.address(named(name, bytes_))


def shared_functions() -> None:
    """Make the library of ordinary runs, which takes longer than a loop does."""
    with _making:
        library(8)


class _Loop(Writer):
    """Writes `run(table, steps, first, direction, batch)`: for each step, for each sequence, group after group.

    What is done for all sequences at once parts the groups before it from those after it.
    """

    def __init__(self, source: Source) -> None:
        super().__init__(source.bytes)
        self.source = source
        self.run()

    def run(self) -> None:
        f, b = self.function("run", ir.FunctionType(ir.VoidType(), (INDEX.as_pointer(), *[INDEX] * 4)))
        table, steps, first, direction, batch = f.args
        matrices = self.source.places
        places = [tuple(self.word(b, table, 3 * i + n) for n in range(3)) for i in range(len(matrices))]
        sizes = [self.word(b, table, 3 * len(matrices) + i) for i in range(len(self.source.even))]
        with self.counted(b, constant(0), steps, 1) as i:
            t = b.add(first, b.mul(i, direction))
            rows = [
                base if m else b.add(base, b.mul(t, far)) for m, (base, far, _) in zip(matrices, places, strict=True)
            ]
            for together, groups in groupby(self.source.groups, lambda group: group[0].together):
                if together:
                    for (step,) in groups:
                        self.product_of_all(b, step, rows, sizes, [far for *_, far in places], batch)
                    continue
                with self.counted(b, constant(0), batch, 1) as s:
                    now = [b.add(r, b.mul(s, far)) for r, (_, _, far) in zip(rows, places, strict=True)]
                    pointers = [b.inttoptr(n, self.pointer) for n in now]
                    for group in groups:
                        self.group(b, group, pointers, sizes, [far for _, far, _ in places])
        b.ret_void()

    def product_of_all(
        self, b: Any, step: LoopStep, rows: list[Any], sizes: list[Any], far: list[Any], batch: Any
    ) -> None:
        matrix, x = (a.place for a in step.args if isinstance(a, Place))
        pointers = [b.inttoptr(rows[place], self.pointer) for place in (step.out.place, matrix, x)]
        self.call(b, "products", *pointers, *(sizes[s] for s in step.sizes), batch, far[step.out.place], far[x])

    def word(self, b: Any, table: Any, i: int) -> Any:
        return b.load(b.gep(table, [constant(i)]))

    def group(self, b: Any, group: tuple[LoopStep, ...], pointers: list[Any], sizes: list[Any], far: list[Any]) -> None:
        step = group[0]
        size, out = [sizes[s] for s in step.sizes], pointers[step.out.place]
        args = [a for a in step.args if isinstance(a, Place)]
        read = [pointers[a.place] for a in args]
        if emitter(step.op):
            wide = self.source.even[step.sizes[0]]
            lanes = self.entrywise_lanes[:1] if wide else (self.lanes, 1)
            for i, several in self.pieces(b, size[0], lanes) if step.out.rank else [(constant(0), 1)]:
                self.entries(b, group, pointers, i, several)
        elif args[0].rank == 2:
            self.call(b, "product", out, read[0], far[args[0].place], read[1], *size)
        else:
            b.store(self.call(b, "inner" if step.op == "@" else "total", *read, size[1]), out)

    def entries(self, b: Any, group: tuple[LoopStep, ...], pointers: list[Any], i: Any, lanes: int) -> None:
        """Some entries of every result of a group; what one line wrote, the next has at hand."""
        known: dict[int, Any] = {}

        def value(a: Place | float) -> Any:
            if isinstance(a, float):
                return machine_constant(self.zero(lanes), a)
            if a.place not in known:
                wide = lanes if a.rank else 1
                read = self.load(b, pointers[a.place], i if a.rank else constant(0), wide)
                known[a.place] = read if a.rank else self.spread(b, read, lanes)
            return known[a.place]

        for step in group:
            args, emit = [value(a) for a in step.args], emitter(step.op)
            assert emit is not None
            found = self.call(b, f"{step.op}.{lanes}", *args) if OPS[step.op].shared else emit(b, args)
            known[step.out.place] = found
            self.store(b, found, pointers[step.out.place], i)

    def call(self, b: Any, name: str, *args: Any) -> Any:
        full = named(name, self.bytes)
        known = self.module.globals.get(full) or ir.Function(self.module, self.shared_kind(name), full)
        return b.call(known, args)
