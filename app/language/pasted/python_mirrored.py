"""Has a loop that runs from the end read as one that goes up, along time seen in a mirror.

Its indices are mirrored before the program is read, and the moments of what was read are mirrored back: what a state
holds when the loop begins is then its start behind the last step. Where all loops run from the end, the whole program
is seen in the mirror; beside one from the start, those loops alone are, and what their variables begin as.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

from app.language.pasted.lines import Unread
from app.language.pasted.python_nodes import every_node
from app.language.pasted.python_trees import (
    called_name,
    clocked_index,
    counted,
    index_of,
    is_module,
    variable_name,
    whole_index,
)
from app.language.syntax import Span, Time

FROM_THE_END = "for one that runs from the end, write its equation with [t+1]"
FROM_A_NUMBER = "write for t in range(T), from a number on; or reversed(range(T))"
UP_BY_ONE = "only a loop that goes up or down by one is read"
BESIDE_OTHERS = "a loop from the end is read beside one from the start where both run over all steps, as range(T)"
_MOMENT = re.compile(r"\[(t = )?(tau|t)?([+-]?\d+)?\]")
Place = Callable[[ast.AST], Span]


@dataclass
class MirroredLoops:
    """What became of the loops of a program that run from the end."""

    mirrored: bool = False
    """True if all loops run from the end, so that the whole program is seen in a mirror."""
    beside_others: set[int] = field(default_factory=set)
    """The loops that run from the end beside others from the start, by the identities of their nodes."""
    refused: list[Unread] = field(default_factory=list)


def mirror_loops(tree: ast.Module, place: Place) -> MirroredLoops:
    """Mirror the loops of a program if all run from the end; what cannot be mirrored is taken out of the tree."""
    loops = [node for node in every_node(tree) if isinstance(node, ast.For) and not _has_loop(node)]
    backward = [node for node in loops if _goes_back(node.iter)]
    found = MirroredLoops(mirrored=bool(backward) and len(backward) == len(loops))
    unread = set[int]()
    for node in backward:
        try:
            _LoopMirror(tree, node, place).mirror(whole=found.mirrored)
            found.beside_others |= set() if found.mirrored else {id(node)}
        except Unread as wrong:
            found.refused.append(wrong)
            unread.add(id(node))
    _without(tree, unread)
    return found


def mirrored_moments(text: str) -> str:
    """Lines in the language with every moment seen from the other end: t+1 for t-1, tau for 1."""
    return "\n".join(it if it.startswith("#") else _MOMENT.sub(_mirrored_moment, it) for it in text.split("\n"))


def _mirrored_moment(found: re.Match[str]) -> str:
    steps = int(found[3] or 0)
    time = Time("t", steps) if found[2] == "t" else Time("tau", steps) if found[2] else Time("", steps)
    return f"[{found[1] or ''}{mirrored_time(time)}]"


def mirrored_time(time: Time) -> Time:
    """A moment seen from the other end."""
    return Time("t", -time.offset) if time.base == "t" else Time("" if time.base else "tau", 1 - time.offset)


def _has_loop(node: ast.For) -> bool:
    return any(isinstance(inner, ast.For) for s in node.body for inner in every_node(s))


def _without(tree: ast.Module, nodes: Collection[int]) -> None:
    """Take statements out of a tree."""
    for node in every_node(tree) if nodes else ():
        for _, value in ast.iter_fields(node):
            if isinstance(value, list):
                value[:] = (it for it in value if id(it) not in nodes)


def turned(node: ast.expr) -> ast.expr | None:
    """What a value is from its end: x of `reversed(x)`, `x[::-1]` and `np.flip(x)`; None for any other."""
    match node:
        case ast.Call(ast.Name("reversed"), [inner]):
            return _listed(inner)
        case ast.Call(ast.Name("list" | "tuple" | "array"), [inner]):
            return turned(inner)
        case ast.Call(ast.Attribute(module, "array" | "asarray" | "tensor"), [inner]) if is_module(module):
            return turned(inner)
        case ast.Subscript(inner, ast.Slice(None, None, step)) if step is not None and whole_index(step) == -1:
            return _listed(inner)
        case ast.Call(ast.Attribute(owner, "flip" | "flipud"), args) if args or not is_module(owner):
            return args[0] if is_module(owner) else owner
    return None


def _listed(node: ast.expr) -> ast.expr:
    """What a list is made of: x of `list(x)`."""
    return node.args[0] if isinstance(node, ast.Call) and called_name(node) == "list" and node.args else node


def _goes_back(over: ast.expr) -> bool:
    """True for what a loop runs over from its end, in whole or in part."""
    if turned(over) is not None:
        return True
    if not isinstance(over, ast.Call):
        return False
    if called_name(over) in ("zip", "enumerate"):
        return any(map(_goes_back, over.args))
    return called_name(over) == "range" and len(over.args) == 3 and (whole_index(over.args[2]) or 0) < 0


class _LoopMirror:
    """One loop that runs from the end, and the index that the first entry has in the mirror."""

    def __init__(self, tree: ast.Module, loop: ast.For, place: Place) -> None:
        self.tree, self.loop, self.place = tree, loop, place
        self.clock = ""
        self.end: tuple[str, int] | None = None
        """The index whose mirrored one is 0: T and -1 in `reversed(range(T))`."""
        self.first = 0
        """The index of the first pass, in the mirror."""

    def mirror(self, whole: bool) -> None:
        """Mirror the indices of the whole program, or of this loop and of what its arrays begin with."""
        self.loop.iter = self.upwards(self.loop.iter, self.loop.target)
        self.mirror_conditions()
        self.check_clock()
        self.keep_lists()
        arrays = {name for node in self.subscripts(self.loop) if (name := variable_name(node.value))}
        lasts = {name: self.last_index(name) for name in arrays}
        for node in self.subscripts(self.tree) if whole else [*self.subscripts(self.loop), *self.starts()]:
            if (name := variable_name(node.value)) in lasts:
                self.mirror_index(node, lasts[name])

    def starts(self) -> list[ast.Subscript]:
        """Where the program sets, outside the loop, what the loop computes."""
        within = self.subscripts(self.loop)
        computed = {variable_name(node.value) for node in within if isinstance(node.ctx, ast.Store)}
        stored = (node for node in self.subscripts(self.tree) if isinstance(node.ctx, ast.Store))
        return [node for node in stored if node not in within and variable_name(node.value) in computed]

    def subscripts(self, tree: ast.AST) -> list[ast.Subscript]:
        return [node for node in every_node(tree) if isinstance(node, ast.Subscript) and not variable_name(node)]

    # what it runs over

    def upwards(self, over: ast.expr, target: ast.expr) -> ast.expr:
        """What a loop runs over, in the mirror."""
        inner = turned(over)
        if inner is not None and _is_range(inner):
            return self.range(over, inner, target, *_bounds(inner))
        if inner is not None and isinstance(inner, ast.Call) and called_name(inner) == "enumerate" and inner.args:
            index = target.elts[0] if isinstance(target, ast.Tuple) else target
            self.clock, self.end = variable_name(index) or "", (f"len({ast.unparse(inner.args[0])})", -1)
            return inner
        if inner is not None:
            return inner
        if _is_range(over):
            first, last, _ = over.args if isinstance(over, ast.Call) else []
            return self.range(over, over, target, last, first, down=True)
        if isinstance(over, ast.Call) and called_name(over) == "enumerate":
            index = target.elts[0] if isinstance(target, ast.Tuple) else target
            self.clock = variable_name(index) or ""
            return self.counted_up(over)
        targets = target.elts if isinstance(target, ast.Tuple) else []
        if isinstance(over, ast.Call) and len(targets) == len(over.args) and all(map(_goes_back, over.args)):
            over.args = [self.upwards(one, its) for one, its in zip(over.args, targets, strict=True)]
            return over
        raise Unread("what a loop runs over is from the end in part only", self.place(over), FROM_THE_END)

    def counted_up(self, over: ast.Call) -> ast.expr:
        """`enumerate(reversed(x))` counts the passes, not the places: its index may not be read."""
        if any(isinstance(it, ast.Name) and it.id == self.clock for s in self.loop.body for it in every_node(s)):
            said = "an index that goes up where the loop runs from the end is not read"
            raise Unread(said, self.place(over), FROM_THE_END)
        self.clock = ""
        over.args[0] = turned(over.args[0]) or over.args[0]
        return over

    def range(
        self, over: ast.expr, inner: ast.expr, target: ast.expr, low: ast.expr, high: ast.expr, down: bool = False
    ) -> ast.expr:
        """A range in the mirror; of one that counts down the bounds are one higher, since its last is left out."""
        if isinstance(inner, ast.Call) and down and whole_index(inner.args[2]) != -1:
            raise Unread(UP_BY_ONE, self.place(over), FROM_THE_END)
        lowest = whole_index(low)
        if lowest is None:
            raise Unread("a loop that ends at no number is not read", self.place(over), FROM_A_NUMBER)
        lowest += down
        name, more = counted(high)
        beyond = more + down
        """What is added to the name at the first index that is not reached from above."""
        self.clock = variable_name(target) or ""
        if not name:
            more, beyond = beyond, 0
            self.end = ("", more - 1)
            return self.call(over, 0, ast.Constant(more - lowest))
        self.end = (name, -1)
        base = high.left if isinstance(high, ast.BinOp) else high
        while isinstance(base, ast.BinOp) and more:
            base = base.left
        stop = base if lowest == 0 else ast.BinOp(base, ast.Sub(), ast.Constant(lowest))
        return self.call(over, -beyond, stop)

    def call(self, over: ast.expr, first: int, stop: ast.expr) -> ast.expr:
        self.first = first
        made = ast.Call(ast.Name("range", ast.Load()), [ast.Constant(first), stop], [])
        return ast.fix_missing_locations(ast.copy_location(made, over))

    # what it reads

    def conditions(self) -> Iterator[ast.Compare]:
        """The conditions of the loop on its index: `t == T - 1`."""
        for node in (it for s in self.loop.body for it in every_node(s)):
            match node:
                case ast.Compare(ast.Name(name), [ast.Eq()], [_]) if name == self.clock and isinstance(
                    node, ast.Compare
                ):
                    yield node

    def mirror_conditions(self) -> None:
        """Have a condition that the index is the last one say that it is the first, in the mirror."""
        for node in self.conditions():
            name, more = counted(node.comparators[0])
            if self.end is not None and name == self.end[0]:
                first = ast.Constant(self.end[1] - more)
                node.comparators[0] = ast.copy_location(first, node.comparators[0])

    def check_clock(self) -> None:
        """The index is read at arrays alone: as a number it would be counted from the other end."""
        places = {id(it) for node in self.subscripts(self.loop) for it in every_node(node.slice)}
        places |= {id(it.left) for it in self.conditions() if whole_index(it.comparators[0]) is not None}
        for s in self.loop.body:
            for it in every_node(s):
                if isinstance(it, ast.Name) and it.id == self.clock and id(it) not in places:
                    said = "the index of a loop that runs from the end is not read as a number"
                    raise Unread(said, self.place(it), FROM_THE_END)

    def last_index(self, name: str) -> int:
        """What an array's last index is in the mirror, below 0 where the loop reaches beyond its own first pass."""
        indices = (
            clocked_index(index_of(node)) for node in self.subscripts(self.loop) if variable_name(node.value) == name
        )
        return min([0, *(self.first - it[1] for it in indices if it and it[0] == self.clock)])

    def mirror_index(self, node: ast.Subscript, last: int) -> None:
        """An index in the mirror, in which the array's last has the one that is told."""
        index = index_of(node)
        mirrored = self.mirrored(index, last)
        if mirrored is None:
            return
        ast.copy_location(mirrored, index)
        ast.fix_missing_locations(mirrored)
        if isinstance(node.slice, ast.Tuple):
            node.slice.elts = [mirrored if it is index else it for it in node.slice.elts]
        else:
            node.slice = mirrored

    def mirrored(self, index: ast.expr, first: int) -> ast.expr | None:
        clocked, number = clocked_index(index), whole_index(index)
        if clocked and clocked[0] == self.clock:
            return _added(ast.Name(self.clock, ast.Load()), -clocked[1])
        if number is not None and number < 0:
            return ast.Constant(first - 1 - number)
        if self.end is None or isinstance(index, ast.Slice | ast.Tuple):
            return None
        name, last = self.end
        if number is not None:
            end = ast.parse(name, mode="eval").body if name else None
            return _added(end, last - number) if end else ast.Constant(last - number)
        return ast.Constant(last - more) if (found := counted(index))[0] == name and (more := found[1]) <= 0 else None

    # where it keeps what it computes

    def keep_lists(self) -> None:
        """Lists in the order of time: `insert(0, …)` keeps it; what is appended is turned round afterwards."""
        appended = set[str]()
        for node in (it for s in self.loop.body for it in every_node(s)):
            match node:
                case ast.Call(ast.Attribute(_, "insert") as kept, [ast.Constant(0), value]):
                    node.args, kept.attr = [value], "append"
                case ast.Call(ast.Attribute(_, "appendleft") as kept, [_]):
                    kept.attr = "append"
                case ast.Call(ast.Attribute(ast.Name(name), "append"), [_]):
                    appended.add(name)
        for name in appended:
            self.turn_list(name)

    def turn_list(self, name: str) -> None:
        """A list that is appended to is in the order of the passes, until the program turns it round."""
        within = {id(it) for it in every_node(self.loop)}
        others = [it for it in every_node(self.tree) if id(it) not in within]
        if any(_is_reverse(it, name) for it in others):
            return
        known = {id(it.value) for it in others if isinstance(it, ast.Return) and it.value is not None}
        behind = math.inf
        for node in _turned_lists(others, name):
            known |= {id(it) for it in every_node(node)}
            node.value = ast.copy_location(ast.Name(name, ast.Load()), node)
            behind = node.lineno if isinstance(node, ast.Assign) and _assigns(node, name) else behind
        names = (it for it in others if isinstance(it, ast.Name) and it.id == name and it.lineno <= behind)
        reads = (it for it in names if isinstance(it.ctx, ast.Load))
        if wrong := next((it for it in reads if id(it) not in known), None):
            hint = f"keep them in the order of time: {name}.insert(0, …), or {name}[t] = …"
            raise Unread(f"{name} is in the order of the passes, from the end", self.place(wrong), hint)


def _assigns(node: ast.Assign, name: str) -> bool:
    return any(variable_name(target) == name for target in node.targets)


def _is_reverse(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node) == f"{name}.reverse()"


def _turned_lists(nodes: list[ast.AST], name: str) -> Iterator[ast.Assign | ast.Return]:
    """The statements whose value is a list turned round."""
    for node in nodes:
        if isinstance(node, ast.Assign | ast.Return) and node.value is not None:
            inner = turned(node.value)
            if inner is not None and variable_name(inner) == name:
                yield node


def _is_range(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and called_name(node) in ("range", "xrange", "trange", "arange")


def _bounds(over: ast.expr) -> tuple[ast.expr, ast.expr]:
    """The lowest index of a range that goes up, and the one behind its last."""
    args = over.args if isinstance(over, ast.Call) else []
    return (ast.Constant(0), args[0]) if len(args) == 1 else (args[0], args[1])


def _added(node: ast.expr, steps: int) -> ast.expr:
    if not steps:
        return node
    return ast.BinOp(node, ast.Add() if steps > 0 else ast.Sub(), ast.Constant(abs(steps)))
