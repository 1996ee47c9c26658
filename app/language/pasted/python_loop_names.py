"""Gives what loops call alike names of their own: one name has one meaning here, at every step.

An encoder and a decoder that both call their state h are two states. What the later one begins with is a line
between them, or else what the earlier one left. And data that a step changes are not what they were given as.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from itertools import chain, count

from app.language.pasted.moments_of_names import moment_of_name
from app.language.pasted.python_mirrored import turned
from app.language.pasted.python_modules import makes_module
from app.language.pasted.python_nodes import every_node
from app.language.pasted.python_trees import (
    SWAPS,
    assigned_pairs,
    called_name,
    clocked_index,
    every_name,
    index_of,
    kept_name,
    made_anew,
    names_in,
    stacked_name,
    target_name,
    variable_name,
    whole_index,
    whole_name,
)

CURRENT = ("_cur", "_curr", "_current")
REPEATING = ast.For | ast.While
TURNED = "{} is data: its steps are found by their index, whatever its axes are"
SUMMED = frozenset(("loss", "total_loss", "cost", "J", "L"))
"""What loops add up by custom: a line behind them says what becomes of the sum."""
CHANGED = "{} is there already: what becomes of it is called {}"
LATER = "{} of this loop is called {}: one name has one meaning here"


def put_names_for_later_loops(tree: ast.Module) -> list[tuple[ast.stmt, str]]:
    """Rename what loops behind the first one compute again; the loops, each with a note."""
    found = list[tuple[ast.stmt, str]]()
    taken = set(every_name(tree))
    for node in list(every_node(tree)):
        block = getattr(node, "body", None)
        if isinstance(block, list) and sum(isinstance(s, ast.For) for s in block) > 1:
            found += _LaterLoops(block, taken).renamed()
    return found


def put_names_for_changed_data(tree: ast.Module) -> list[tuple[ast.stmt, str]]:
    """Rename what a loop makes of the data that it runs over, where it keeps their name; each line, with a note."""
    found, taken = list[tuple[ast.stmt, str]](), set(every_name(tree))
    for loop in [it for it in every_node(tree) if isinstance(it, ast.For)]:
        for name, _ in _runs_along(loop):
            places = [k for k, s in enumerate(loop.body) if name in map(variable_name, _targets(s))]
            if places:
                other = next(it for k in count(1) if (it := f"{moment_of_name(name)[0]}_{k}") not in taken)
                taken.add(other)
                line = loop.body[places[0]] = _with_target(loop.body[places[0]], name, other)
                for s in loop.body[places[0] + 1 :]:
                    _Renamed({name: other}).visit(s)
                found.append((line, f"{name} is data: what becomes of it is called {other}"))
    return found


def put_names_for_changed_values(tree: ast.Module) -> list[tuple[ast.stmt, str]]:
    """Rename what a line beside the loops makes of a name that it reads, `w = w / w.sum()`, from there on."""
    found, taken, stems = list[tuple[ast.stmt, str]](), set(every_name(tree)), dict[str, str]()
    for node in list(every_node(tree)):
        block = getattr(node, "body", None)
        if not isinstance(block, list) or isinstance(node, REPEATING):
            continue
        along = {it for s in block for it in _sequences_in(s)}
        loops = [k for k, s in enumerate(block) if isinstance(s, REPEATING)]
        for place, line in enumerate(block) if loops else ():
            name, behind = _changed(line), place > loops[0]
            computed = {it for k in loops if k > place for it in _assigned_in(block[k])}
            if behind and (place < loops[-1] or name in SUMMED or _only_turns(line)):
                continue
            if name in along and _only_turns(line):
                kept = block[place] = ast.copy_location(ast.Pass(), line)
                found.append((kept, TURNED.format(name)))
            elif name in computed:
                _rename_before(block, place, name, taken)
            elif name and isinstance(line, ast.Assign) and makes_module(line.value):
                _rename_size(block[: place + 1], name, taken)
            elif name:
                stem = stems.get(name, name)
                other = next(it for k in count(1) if (it := f"{stem}_{k}") not in taken)
                taken.add(other)
                stems[other] = stem
                changed = block[place] = _with_target(line, name, other)
                for s in block[place + 1 :]:
                    _Exactly(name, other).visit(s)
                found.append((changed, CHANGED.format(name, other)))
    return found


def _rename_before(block: list[ast.stmt], place: int, name: str, taken: set[str]) -> None:
    """Rename what a variable of the loops is before the line that makes its start of it."""
    earlier = (k for k in range(place - 1, -1, -1) if name in map(variable_name, _targets(block[k])))
    first = next(earlier, None)
    line = block[first] if first is not None else None
    if first is None or not isinstance(line, ast.Assign) or made_anew(line.value):
        return
    other = next(it for it in chain([f"{name}_start"], map(f"{name}_start_{{}}".format, count(2))) if it not in taken)
    taken.add(other)
    line.targets = [_Exactly(name, other).visit(it) for it in line.targets]
    for s in block[first + 1 : place]:
        _Exactly(name, other).visit(s)
    changed = block[place]
    if isinstance(changed, ast.Assign):
        changed.value = _Exactly(name, other).visit(changed.value)


def _rename_size(lines: list[ast.stmt], name: str, taken: set[str]) -> None:
    """Rename a number up to the line that makes a layer of its name with it: `hid = nn.Linear(3, hid)`."""
    other = next(it for it in chain([f"{name}_size"], map(f"{name}_size_{{}}".format, count(2))) if it not in taken)
    taken.add(other)
    *before, line = lines
    for s in before:
        _Exactly(name, other).visit(s)
    if isinstance(line, ast.Assign):
        line.value = _Exactly(name, other).visit(line.value)


def _changed(line: ast.stmt) -> str:
    """The name that a line computes anew of itself; none where it only keeps it in another way."""
    match line:
        case ast.Assign([ast.Name(name)], value) if name in set(names_in(value)):
            return "" if made_anew(value) or name in (kept_name(value), stacked_name(value)) else name
        case ast.AugAssign(ast.Name(name)):
            return name
    return ""


def _only_turns(line: ast.stmt) -> bool:
    """True for an array whose axes are put in another order, and for a part of one."""
    value = line.value if isinstance(line, ast.Assign) else None
    called = called_name(value) in SWAPS if isinstance(value, ast.Call) else False
    picks = isinstance(value, ast.Subscript) and whole_index(index_of(value)) is not None
    return called or (isinstance(value, ast.Attribute | ast.Subscript) and not picks)


def _sequences_in(block: ast.stmt) -> Iterator[str]:
    """What loops run over, or have at an index that they count."""
    for loop in (it for it in every_node(block) if isinstance(it, ast.For)):
        yield from (over for _, over in _runs_along(loop))
        for node in (it for s in loop.body for it in every_node(s) if isinstance(it, ast.Subscript)):
            if clocked_index(index_of(node)) and (name := variable_name(node.value)):
                yield name


def put_names_for_current_states(tree: ast.Module) -> None:
    """Have a state that is called current, beside the next one, named as that of the step before: `h_cur`, `h_next`."""
    names = {it.id for it in every_node(tree) if isinstance(it, ast.Name)}
    found = {name: stem for name in names for it in CURRENT if (stem := name.removesuffix(it)) != name}
    before = {name: f"{stem}_prev" for name, stem in found.items() if names & {f"{stem}_next", f"{stem}_new"}}
    for node in every_node(tree):
        if isinstance(node, ast.Name):
            node.id = before.get(node.id, node.id)
        elif isinstance(node, ast.arg):
            node.arg = before.get(node.arg, node.arg)


def _targets(line: ast.stmt) -> list[ast.expr]:
    return [target for target, _ in assigned_pairs(line)] if isinstance(line, ast.Assign | ast.AugAssign) else []


def _with_target(line: ast.stmt, name: str, other: str) -> ast.stmt:
    """A line whose target has another name, and whose values read the old one."""
    match line:
        case ast.Assign(targets, _):
            line.targets = list(map(_Renamed({name: other}).visit, targets))
        case ast.AugAssign(ast.Name(), operator, value):
            read = ast.BinOp(ast.Name(name, ast.Load()), operator, value)
            changed = ast.Assign([ast.Name(other, ast.Store())], read)
            return ast.fix_missing_locations(ast.copy_location(changed, line))
    return line


class _Exactly(ast.NodeTransformer):
    """One name in place of another, and of no moment of it."""

    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = old, new

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.copy_location(ast.Name(self.new, node.ctx), node) if node.id == self.old else node


class _LaterLoops:
    """The loops of one block, in order, and what those before a place have computed and read along."""

    def __init__(self, block: list[ast.stmt], taken: set[str]) -> None:
        self.block, self.taken = block, taken
        self.computed = set[str]()
        self.along: dict[str, str] = {}
        """By the name that a loop gives to what it runs over, what that is."""
        self.clock = ""

    def renamed(self) -> Iterator[tuple[ast.stmt, str]]:
        for number, loop in enumerate([s for s in self.block if isinstance(s, ast.For)], 1):
            self.have_one_clock(loop)
            names = {name: self.free(name, number) for name in sorted(self.computed & _assigned_in(loop))}
            for name, other in names.items():
                self.rename(loop, name, other)
            shadowing = {name: self.free(name, number) for name, _ in _runs_along(loop) if name in self.computed}
            _Renamed(shadowing).visit(loop)
            along = {name: over for name, over in _runs_along(loop) if self.along.get(name, over) != over}
            others = {name: self.free(name, number) for name in sorted(along)}
            _Renamed(others).visit(loop)
            self.along |= dict(_runs_along(loop))
            self.computed |= _assigned_in(loop)
            for name, other in {**names, **others}.items():
                yield loop, LATER.format(name, other)

    def free(self, name: str, number: int) -> str:
        found = next(it for k in count(number) if (it := f"{name}_{k}") not in self.taken)
        self.taken.add(found)
        return found

    def have_one_clock(self, loop: ast.For) -> None:
        """Call the index of a later loop as that of the first one is called, where nothing else in it is."""
        clock = loop.target.id if isinstance(loop.target, ast.Name) and _counts(loop.iter) else ""
        within = {it.id for it in every_node(loop) if isinstance(it, ast.Name)}
        if clock and self.clock and clock != self.clock and self.clock not in within:
            _Renamed({clock: self.clock}).visit(loop)
        self.clock = self.clock or clock

    def rename(self, loop: ast.For, name: str, other: str) -> None:
        """Rename from the line that begins it anew, or from the loop itself, which then begins where it was left."""
        place = self.block.index(loop)
        anew = next((k for k in range(place) if self.begins_anew(k, name)), None)
        if anew is None and _is_carried(loop, name):
            begun = ast.Assign([ast.Name(other, ast.Store())], ast.Name(name, ast.Load()))
            self.block.insert(place, ast.fix_missing_locations(ast.copy_location(begun, loop)))
            place += 1
        if anew is not None:
            line = self.block[anew]
            if isinstance(line, ast.Assign):
                line.targets = list(map(_Renamed({name: other}).visit, line.targets))
        for s in self.block[place if anew is None else anew + 1 :]:
            _Renamed({name: other}).visit(s)

    def begins_anew(self, place: int, name: str) -> bool:
        """True for a line behind the last loop that has computed a variable which assigns it as a whole."""
        before = [k for k, s in enumerate(self.block) if isinstance(s, ast.For) and name in _assigned_in(s)]
        behind = max((k for k in before if k < place), default=len(self.block))
        line = self.block[place]
        return place > behind and isinstance(line, ast.Assign) and name in _assigned_by(line)


def _assigned_in(loop: ast.AST) -> set[str]:
    return {name for s in every_node(loop) if isinstance(s, ast.stmt | ast.Expr) for name in _assigned_by(s)}


def _assigned_by(line: ast.AST) -> set[str]:
    """The variables that a statement assigns, without what their names say of the moment."""
    pairs = assigned_pairs(line) if not isinstance(line, ast.If) else ()
    names = (whole_name(target) or target_name(target) for target, _ in pairs)
    return {moment_of_name(name)[0] for name in names}


def _is_carried(loop: ast.For, name: str) -> bool:
    """True for a variable that a loop reads before it assigns it."""
    for s in loop.body:
        read = (moment_of_name(it)[0] for _, value in assigned_pairs(s) for it in names_in(value))
        if name in read:
            return True
        if any(moment_of_name(whole_name(target) or "")[0] == name for target, _ in assigned_pairs(s)):
            return False
    return False


def _runs_along(loop: ast.For) -> Iterator[tuple[str, str]]:
    """The names that a loop gives to what it runs over from either end; nothing for a number that it counts."""
    over, target = loop.iter, loop.target
    if isinstance(over, ast.Call) and isinstance(over.func, ast.Name) and isinstance(target, ast.Tuple):
        pairs = {
            "zip": zip(target.elts, over.args, strict=False),
            "enumerate": zip(target.elts[1:], over.args[:1], strict=False),
        }
        named = ((it.id, its) for it, its in pairs.get(over.func.id, ()) if isinstance(it, ast.Name))
        yield from ((name, ast.unparse(turned(its) or its)) for name, its in named)
    elif isinstance(target, ast.Name) and not _counts(over):
        yield target.id, ast.unparse(turned(over) or over)


def _counts(over: ast.expr) -> bool:
    """True for a range, upwards or from its end."""
    called = {it.func.id for it in every_node(over) if isinstance(it, ast.Call) and isinstance(it.func, ast.Name)}
    return not called.isdisjoint(("range", "trange", "xrange"))


class _Renamed(ast.NodeTransformer):
    """Other names for variables, whatever moment their names say."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names

    def other(self, name: str) -> str:
        if name in self.names:
            return self.names[name]
        stem = moment_of_name(name)[0]
        return name.replace(stem, self.names[stem], 1) if stem in self.names else name

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.copy_location(ast.Name(self.other(node.id), node.ctx), node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if isinstance(node.value, ast.Name) and node.value.id == "self":
            return ast.copy_location(ast.Attribute(node.value, self.other(node.attr), node.ctx), node)
        return self.generic_visit(node)
