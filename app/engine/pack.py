"""A loop's equations → fewer, larger ones: what is alike is done at once.

Products with the same operand become one product of stacked matrices; a sum of products becomes one product with
stacked operands; the same operation on neighbouring parts becomes one on the whole. All are rewritings of equations,
so nothing here knows a cell; every name keeps its meaning as a part of what it was packed into.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby

from app.engine.flat import SEQUENCE, SHARED, Flat
from app.language.rewrite import substitute
from app.language.syntax import NOW, Apply, Equation, Expr, Number, Read, reads
from app.ops import OPS


def pack(system: Flat, inside: list[Equation]) -> tuple[list[Equation], list[Equation]]:
    """What is now done before the loop, and the loop's equations in order."""
    packer = _Packer(system, _renamed(inside))
    packer.products()
    packer.sums()
    return packer.outside, packer.inside


def _renames(e: Equation) -> bool:
    """Whether an equation only gives another name to what is there."""
    return isinstance(e.expr, Read) and e.expr.time == NOW


def _renamed(inside: list[Equation]) -> list[Equation]:
    """Reads of another name become reads of the first one; the other names go to the end, where nothing needs them."""
    names = {e.name: e.expr for e in inside if _renames(e)}

    def source(read: Read) -> Expr:
        found: Expr = read
        while isinstance(found, Read) and found.time == NOW and found.name in names:
            found = names[found.name]
        return found

    inside = [replace(e, expr=substitute(e.expr, source)) for e in inside]
    return sorted(inside, key=_renames)


class _Packer:
    def __init__(self, system: Flat, inside: list[Equation]) -> None:
        self.system, self.inside = system, list(inside)
        self.outside: list[Equation] = []

    # names

    @property
    def table(self) -> dict[str, Equation]:
        return {e.name: e for e in self.inside}

    def define(self, name: str, expr: Expr, shape: tuple[int, ...], outside: bool) -> Read:
        """A new name with its shape; before the loop or left for the caller to place."""
        level = self.system.level(expr)
        self.system.shapes[name], self.system.levels[name] = shape, level
        equation = Equation(name, level == SEQUENCE, expr)
        if outside:
            self.outside.append(equation)
        self.made = equation
        return Read(name, NOW if level == SEQUENCE else None)

    def stacked(self, name: str, parts: list[Expr], outside: bool) -> Read:
        """The parts above each other: vectors into one, matrices with their rows together."""
        shapes = [self.system.shape(p) for p in parts]
        shape = (sum(s[0] for s in shapes), *shapes[0][1:])
        return self.define(name, Apply("stack", tuple(parts)), shape, outside)

    def bounds(self, parts: Iterable[Expr]) -> list[tuple[int, int]]:
        found, place = [], 0
        for part in parts:
            size = self.system.shape(part)[0]
            found.append((place, place + size))
            place += size
        return found

    def cut(self, name: str, whole: Read, bounds: tuple[int, int]) -> Equation:
        """The name as a part of the whole."""
        low, high = (Number(float(b), str(b)) for b in bounds)
        return Equation(name, True, Apply("part", (whole, low, high)))

    # products with the same operand

    def products(self) -> None:
        alike: dict[Read, list[Equation]] = {}
        for e in self.inside:
            match e.expr:
                case Apply("@", (Read() as matrix, Read() as operand)) if self.shared_matrix(matrix):
                    alike.setdefault(operand, []).append(e)
        for operand, members in alike.items():
            if len(members) > 1:
                self.product(operand, members)

    def shared_matrix(self, read: Read) -> bool:
        return self.system.levels[read.name] == SHARED and len(self.system.shapes[read.name]) == 2

    def product(self, operand: Read, members: list[Equation]) -> None:
        members = sorted(members, key=lambda e: self.signature(e.name))
        matrices = [e.expr.args[0] for e in members if isinstance(e.expr, Apply)]
        first = members[0].name
        whole = self.stacked(f"{first}.matrices", matrices, outside=True)
        expr = Apply("@", (whole, operand))
        packed = self.define(f"{first}.packed", expr, self.system.shape(whole)[:1], outside=False)
        cuts = [self.cut(e.name, packed, b) for e, b in zip(members, self.bounds(matrices), strict=True)]
        self.replace(members, [self.made, *cuts])
        self.follow(packed, [e.name for e in members])

    def signature(self, name: str) -> tuple[str, ...]:
        """The operations that a value goes through one after the other, so that the alike stand together."""
        found: list[str] = []
        while (reader := self.reader(name)) is not None and isinstance(reader.expr, Apply) and len(found) < 4:
            found.append(reader.expr.op)
            name = reader.name
        return tuple(found)

    def reader(self, name: str) -> Equation | None:
        """The one equation of the loop that reads a name; None if there are others."""
        found = [e for e in self.inside if not _renames(e) for r in reads(e.expr) if r.name == name]
        return found[0] if len(found) == 1 else None

    def replace(self, old: list[Equation], new: list[Equation]) -> None:
        """Put new equations in the place of the first old one; the other old ones go."""
        names = {e.name for e in old}
        place = min(i for i, e in enumerate(self.inside) if e.name in names)
        rest = [e for e in self.inside[place:] if e.name not in names]
        self.inside = [*self.inside[:place], *new, *rest]

    # the same operation on neighbouring parts

    def follow(self, packed: Read, names: list[str]) -> None:
        """Whatever is done alike to neighbouring parts is done to them together."""
        steps = [(name, self.step(name)) for name in names]
        place = 0
        for kind, group in groupby(steps, key=lambda pair: pair[1][:2] if pair[1] else None):
            run = list(group)
            if kind is not None and len(run) > 1:
                whole = self.slice(packed, [n for n, _ in run], place, len(run) == len(steps))
                self.together(whole, [(n, s[2]) for n, s in run if s is not None])
            place += sum(self.system.shapes[n][0] for n, _ in run)

    def step(self, name: str) -> tuple[str, int, Equation] | None:
        """What happens to a name next, if it is alone in it: operation, place among the arguments, equation."""
        e = self.reader(name)
        if e is None or not isinstance(e.expr, Apply) or OPS[e.expr.op].shape not in ("elementwise", "same"):
            return None
        others = [a for a in e.expr.args if not (isinstance(a, Read) and a.name == name)]
        place = next(i for i, a in enumerate(e.expr.args) if isinstance(a, Read) and a.name == name)
        free = all(self.is_free(a, self.system.shapes[name]) for a in others)
        return (f"{e.expr.op}/{len(e.expr.args)}", place, e) if free and OPS[e.expr.op].forward is not None else None

    def is_free(self, atom: Expr, shape: tuple[int, ...]) -> bool:
        """A sequence of the same shape that is there before the loop."""
        inside = isinstance(atom, Read) and atom.name in self.table
        return isinstance(atom, Read) and not inside and self.system.shape(atom) == shape

    def slice(self, packed: Read, names: list[str], place: int, all_of_it: bool) -> Read:
        """The neighbouring parts as one."""
        if all_of_it:
            return packed
        size = sum(self.system.shapes[n][0] for n in names)
        name = f"{names[0]}.to.{names[-1]}"
        self.system.shapes[name], self.system.levels[name] = (size,), SEQUENCE
        equation = self.cut(name, packed, (place, place + size))
        after = max(i for i, e in enumerate(self.inside) if e.name in (packed.name, *names))
        self.inside.insert(after + 1, equation)
        return Read(name, NOW)

    def together(self, whole: Read, members: list[tuple[str, Equation]]) -> None:
        """One equation for all members, and each of them as a part of it."""
        equations = [e for _, e in members]
        first = equations[0]
        assert isinstance(first.expr, Apply)
        args: list[Expr] = []
        for i, atom in enumerate(first.expr.args):
            if isinstance(atom, Read) and atom.name == members[0][0]:
                args.append(whole)
            else:
                others = [e.expr.args[i] for e in equations if isinstance(e.expr, Apply)]
                args.append(self.stacked(f"{first.name}.others{i}", others, outside=True))
        shape = self.system.shape(whole)
        packed = self.define(f"{first.name}.packed", Apply(first.expr.op, tuple(args)), shape, outside=False)
        made = self.made
        bounds = self.bounds([Read(e.name, NOW) for e in equations])
        cuts = [self.cut(e.name, packed, b) for e, b in zip(equations, bounds, strict=True)]
        self.replace(equations, [made, *cuts])
        self.after_its_arguments(made, cuts)
        self.follow(packed, [e.name for e in equations])

    def after_its_arguments(self, made: Equation, cuts: list[Equation]) -> None:
        """The packed equation stands after the last part that it needs."""
        names = {made.name, *(c.name for c in cuts)}
        block = [e for e in self.inside if e.name in names]
        rest = [e for e in self.inside if e.name not in names]
        needed = {r.name for r in reads(made.expr)}
        place = max((i for i, e in enumerate(rest) if e.name in needed), default=-1)
        self.inside = [*rest[: place + 1], *block, *rest[place + 1 :]]

    # sums of products

    def sums(self) -> None:
        for e in list(self.inside):
            if isinstance(e.expr, Apply) and e.expr.op == "+":
                terms = [(a, self.term(a)) for a in e.expr.args]
                found = [(a, p) for a, p in terms if p is not None]
                if len(found) > 1:
                    self.sum(e, [p for _, p in found], [a for a, p in terms if p is None])

    def term(self, atom: Expr) -> Equation | None:
        """The product with a shared matrix that an argument of a sum is, if nothing else reads it."""
        e = self.table.get(atom.name) if isinstance(atom, Read) else None
        if e is None or self.reader(e.name) is None or self.read_outside(e.name):
            return None
        match e.expr:
            case Apply("@", (Read() as matrix, Read() as operand)) if self.shared_matrix(matrix):
                return e if len(self.system.shapes[operand.name]) == 1 else None
        return None

    def read_outside(self, name: str) -> bool:
        """Whether an equation outside this loop reads the name."""
        own = self.table
        return any(r.name == name for e in self.system.equations if e.name not in own for r in reads(e.expr))

    def operands(self, name: str, operands: list[Expr]) -> tuple[Read, list[Equation], set[str]]:
        """The stacked operands, the equations that make them, and those of before that these replace.

        Where every operand comes from the same operation, that is done on the stack of its arguments.
        """
        origins = [self.origin(o) for o in operands]
        found = [e for e in origins if e is not None]
        first = found[0].expr if found else Number(0.0)
        alike = isinstance(first, Apply) and OPS[first.op].shape in ("elementwise", "same")
        if not alike or len(found) < len(operands) or any(not self.like(first, e.expr) for e in found):
            read = self.stacked(name, operands, outside=False)
            return read, [self.made], set()
        assert isinstance(first, Apply)
        made, args = [], []
        for i in range(len(first.args)):
            atoms = [e.expr.args[i] for e in found if isinstance(e.expr, Apply)]
            free = all(self.is_free(a, self.system.shape(o)) for a, o in zip(atoms, operands, strict=True))
            args.append(self.stacked(f"{name}{i}", atoms, outside=free))
            made += [] if free else [self.made]
        packed = self.define(name, Apply(first.op, tuple(args)), self.system.shape(args[0]), outside=False)
        cuts = [self.cut(e.name, packed, b) for e, b in zip(found, self.bounds(operands), strict=True)]
        return packed, [*made, self.made, *cuts], {e.name for e in cuts}

    def origin(self, operand: Expr) -> Equation | None:
        """The equation of an operand that nothing else in the loop reads."""
        alone = isinstance(operand, Read) and self.reader(operand.name) is not None
        return self.table.get(operand.name) if alone and isinstance(operand, Read) else None

    def like(self, one: Expr, other: Expr) -> bool:
        """The same operation on operands of full shape."""
        if not (isinstance(one, Apply) and isinstance(other, Apply) and one.op == other.op):
            return False
        return len(one.args) == len(other.args) and all(
            isinstance(a, Read) and len(self.system.shapes[a.name]) == 1 and a.time == NOW for a in other.args
        )

    def sum(self, e: Equation, products: list[Equation], rest: list[Expr]) -> None:
        matrices = [p.expr.args[0] for p in products if isinstance(p.expr, Apply)]
        operands = [p.expr.args[1] for p in products if isinstance(p.expr, Apply)]
        turned = []
        for matrix in matrices:
            assert isinstance(matrix, Read)
            shape = self.system.shape(matrix)[::-1]
            name = f"{e.name}.{matrix.name}.turned"
            turned.append(self.define(name, Apply("transpose", (matrix,)), shape, outside=True))
        rows = self.stacked(f"{e.name}.rows", list(turned), outside=True)
        columns = Apply("transpose", (rows,))
        whole = self.define(f"{e.name}.columns", columns, self.system.shape(rows)[::-1], outside=True)
        stack, made, moved = self.operands(f"{e.name}.operands", operands)
        product: Expr = Apply("@", (whole, stack))
        if rest:
            read = self.define(f"{e.name}.product", product, self.system.shapes[e.name], outside=False)
            made.append(self.made)
            product = Apply("+", (read, *rest))
        gone = {p.name for p in products} | moved
        place = next(i for i, x in enumerate(self.inside) if x.name == e.name)
        new = [*made, Equation(e.name, e.indexed, product)]
        self.inside = [*(x for x in self.inside[:place] if x.name not in gone), *new, *self.inside[place + 1 :]]
