"""Writes the lines of a program's functions where it calls them, with the arguments in place of their names.

A function of one expression stays one; what its calls leave out, or give by name, is put at its place.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field

from app.language.pasted.lines import Unread
from app.language.pasted.names_elsewhere import name_here, own_name
from app.language.pasted.python_defaults import is_number
from app.language.pasted.python_nodes import every_node
from app.language.pasted.python_trees import called_name, made_anew
from app.language.syntax import Span

WRITTEN_OUT = "{} is written out where it is called"
MOST_LINES = 200
"""So many lines are written out; functions that each call another one twice would have no end otherwise."""
SIMPLE = 12
"""An argument of so few nodes without a call is put wherever its name stands; any other has a line of its own."""
Place = Callable[[ast.AST], Span]
Line = ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Return | ast.Expr


@dataclass
class CalledFunctions:
    """What became of the functions of a program that it calls itself."""

    written_out: list[tuple[ast.FunctionDef, str]] = field(default_factory=list)
    """The definitions that are left out, each with a note."""
    refused: list[Unread] = field(default_factory=list)


def define_lambdas(tree: ast.Module) -> None:
    """Put a definition in place of `f = lambda x: …`."""
    for node in every_node(tree):
        block = getattr(node, "body", None)
        if isinstance(block, list):
            block[:] = map(_defined, block)


def _defined(line: ast.stmt) -> ast.stmt:
    match line:
        case ast.Assign([ast.Name(name)], ast.Lambda(args, body)):
            returned = ast.copy_location(ast.Return(body), line)
            return ast.copy_location(ast.FunctionDef(name, args, [returned], []), line)
    return line


def put_values_for_makers(tree: ast.Module) -> None:
    """Put what it makes in place of the calls of a function that makes parameters: `init(n, m)`, `init(*shape)`."""
    makers = {it.name: it for it in _of_any_arguments(tree) if made_anew(_value_alone(it))}
    with suppress(RecursionError):  # What is too deep is named where it is read.
        for name, function in makers.items():
            if _calls(tree, name):
                _Made(name, function).visit(tree)
                _take_out(tree, function)


def _of_any_arguments(tree: ast.Module) -> list[ast.FunctionDef]:
    functions = [node for node in every_node(tree) if isinstance(node, ast.FunctionDef)]
    count = Counter(function.name for function in functions)
    return [it for it in functions if count[it.name] == 1]


def _value_alone(function: ast.FunctionDef) -> ast.expr:
    """What a function of one line returns, if it is one value."""
    match _lines(function):
        case [ast.Return(ast.expr() as value)] if not isinstance(value, ast.Tuple):
            return value
    return ast.Constant(None)


class _Made(ast.NodeTransformer):
    """What a function makes in place of its calls."""

    def __init__(self, name: str, function: ast.FunctionDef) -> None:
        self.name, self.function = name, function

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if not _is_call(node, self.name):
            return node
        value = deepcopy(_value_alone(self.function))
        if rest := self.function.args.vararg:
            _Spread(rest.arg, node.args[len(_parameters(self.function)) :]).visit(value)
        meant = dict(zip(_parameters(self.function), node.args, strict=False))
        made: ast.expr = _Meant(meant).visit(value)
        return ast.copy_location(made, node)


class _Spread(ast.NodeTransformer):
    """Arguments in place of the name with a star that takes them."""

    def __init__(self, name: str, values: Sequence[ast.expr]) -> None:
        self.name, self.values = name, values

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        node.args = [it for arg in node.args for it in (self.values if self.is_rest(arg) else [arg])]
        return node

    def is_rest(self, arg: ast.expr) -> bool:
        return isinstance(arg, ast.Starred) and isinstance(arg.value, ast.Name) and arg.value.id == self.name


def apply_to_all(tree: ast.Module) -> None:
    """Put `f(xs)` in place of what applies a function at every step, `jax.vmap(f)(xs)`, and its value for a lambda."""
    with suppress(RecursionError):  # What is too deep is named where it is read.
        _Applied().visit(tree)


class _Applied(ast.NodeTransformer):
    """Calls in place of functions that are applied at every step, and values in place of calls of lambdas."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        match node:
            case ast.Call(ast.Name("list"), [ast.Call(ast.Name("map")) as mapped], []):
                return self.visit_Call(mapped)
        self.generic_visit(node)
        match node:
            case ast.Call(ast.Call(args=[inner]) as mapping, [*_], []) if called_name(mapping) == "vmap":
                node.func = inner
            case ast.Call(ast.Name("map"), [inner, *args], []):
                node.func, node.args = inner, args
        match node.func:
            case ast.Lambda(args=names, body=body) if len(names.args) == len(node.args) and not node.keywords:
                meant = {it.arg: value for it, value in zip(names.args, node.args, strict=True)}
                value: ast.expr = _Meant(meant).visit(deepcopy(body))
                return ast.copy_location(value, node)
        return node


def write_out_calls(tree: ast.Module, place: Place) -> CalledFunctions:
    """Put the lines of functions where they are called; the innermost first, since their callers are then plain."""
    found, count = CalledFunctions(), 0
    for one in _of_one_name(tree):
        _settle_switches(tree, one)
        if _is_one_expression(one) and own_name(one.name, len(_parameters(one))) is not None:
            for call in _calls(tree, one.name):
                _fill_in(call, one, place)
    while function := next(_plain(tree), None):
        known = name_here(function.name) is not None and len(_parameters(function)) == 1
        if known and (value := _as_one_expression(function)):
            function.body = [ast.copy_location(ast.Return(value), function.body[-1])]
            continue
        writer = _CallWriter(tree, function, place, found)
        while not known and writer.write_first():
            count += len(function.body)
            if count > MOST_LINES:
                hint = "write the equations that it stands for"
                found.refused.append(Unread(f"{function.name} is called too often", place(function), hint))
                return found
        _take_out(tree, function)
        note = f"{function.name} is there already" if known else WRITTEN_OUT.format(function.name)
        found.written_out.append((function, note))
    return found


def _of_one_name(tree: ast.Module) -> list[ast.FunctionDef]:
    functions = [node for node in every_node(tree) if isinstance(node, ast.FunctionDef)]
    count = Counter(function.name for function in functions)
    return [it for it in functions if count[it.name] == 1 and not (it.args.vararg or it.args.kwarg)]


def _calls(tree: ast.AST, name: str) -> list[ast.Call]:
    return [node for node in every_node(tree) if isinstance(node, ast.Call) and _is_call(node, name)]


def _is_call(node: ast.Call, name: str) -> bool:
    match node.func:
        case ast.Name(called) | ast.Attribute(ast.Name("self" | "cls"), called):
            return called == name
    return False


def _lines(function: ast.FunctionDef) -> list[ast.stmt]:
    """The lines of a function without what describes it."""
    return [s for s in function.body if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))]


def _is_one_expression(function: ast.FunctionDef) -> bool:
    lines = _lines(function)
    value = lines[0].value if len(lines) == 1 and isinstance(lines[0], ast.Return) else None
    return value is not None and not isinstance(value, ast.Tuple) and _entries(value) is None


def _as_one_expression(function: ast.FunctionDef) -> ast.expr | None:
    """What a function of plain lines returns, with the values of its variables in place of them."""
    meant = dict[str, ast.expr]()
    for line in _lines(function):
        match line:
            case ast.Assign([ast.Name(name)], value):
                meant[name] = _Meant(meant).visit(deepcopy(value))
            case ast.Return(ast.expr() as value) if not isinstance(value, ast.Tuple):
                found = _Meant(meant).visit(deepcopy(value))
                return found if isinstance(found, ast.expr) and _entries(found) is None else None
            case _:
                return None
    return None


def _plain(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """The functions of plain lines that the program calls in plain lines, and which call none of these themselves."""
    found = [
        it for it in _of_one_name(tree) if _is_straight(it) and not _is_one_expression(it) and _is_only_called(tree, it)
    ]
    names = {it.name for it in found}
    return (it for it in found if not any(_calls(it, name) for name in names))


def _is_straight(function: ast.FunctionDef) -> bool:
    *before, last = _lines(function) or [ast.Pass()]
    assigns = all(isinstance(s, ast.Assign | ast.AugAssign) for s in before)
    return assigns and isinstance(last, ast.Return) and last.value is not None


def _is_only_called(tree: ast.Module, function: ast.FunctionDef) -> bool:
    """True for a function that the program calls in assignments and nowhere names otherwise."""
    within = {id(it) for it in every_node(function)}
    calls = [call for call in _calls(tree, function.name) if id(call) not in within]
    known = {id(call.func) for call in calls}
    named = (it for it in every_node(tree) if isinstance(it, ast.Name | ast.Attribute) and function.name in _said(it))
    lines = [it for it in every_node(tree) if isinstance(it, Line)]
    plain = {id(call) for line in lines for call in _calls(line, function.name)}
    return bool(calls) and all(id(it) in known for it in named) and all(id(call) in plain for call in calls)


def _parameters(function: ast.FunctionDef) -> list[str]:
    args = function.args
    names = [it.arg for it in (*args.posonlyargs, *args.args, *args.kwonlyargs)]
    return names[1:] if names and names[0] in ("self", "cls") else names


def _defaults(function: ast.FunctionDef) -> Mapping[str, ast.expr]:
    args = function.args
    positional = [it.arg for it in (*args.posonlyargs, *args.args)]
    behind = zip(reversed(positional), reversed(args.defaults), strict=False)
    named = ((it.arg, value) for it, value in zip(args.kwonlyargs, args.kw_defaults, strict=True) if value is not None)
    return {**dict(behind), **dict(named)}


def _bound(call: ast.Call, function: ast.FunctionDef, place: Place) -> dict[str, ast.expr]:
    """What each parameter of a function is in one call."""
    names, given = _parameters(function), {k.arg: k.value for k in call.keywords}
    starred = any(isinstance(it, ast.Starred) for it in call.args) or None in given
    bound = dict(zip(names, call.args, strict=False))
    bound |= {name: value for name, value in given.items() if name is not None and name not in bound}
    bound = {**{name: value for name, value in _defaults(function).items() if name in names}, **bound}
    wrong = len(call.args) > len(names) or bound.keys() != set(names) or starred
    if wrong:
        said = f"{function.name} takes {len(names)} argument{'s' * (len(names) != 1)}, which this call does not give"
        raise Unread(said, place(call), f"write {function.name}({', '.join(names)})")
    return bound


def _settle_switches(tree: ast.Module, function: ast.FunctionDef) -> None:
    """Put the default of a switch, `deriv=False`, in a function all of whose calls leave it so, and take it out.

    A number is put so in a function of one expression that nothing calls: it has no other line to stand in.
    """
    names, calls = _parameters(function), _calls(tree, function.name)
    for name, default in _defaults(function).items():
        given = any(len(call.args) > names.index(name) or name in {k.arg for k in call.keywords} for call in calls)
        switch = isinstance(default, ast.Constant) and isinstance(default.value, bool | str)
        alone = is_number(default) and not calls and _is_one_expression(function)
        if (switch or alone) and name == names[-1] and not given and not function.args.kwonlyargs:
            function.body = [_Meant({name: default}).visit(s) for s in function.body]
            function.args.args, function.args.defaults = function.args.args[:-1], function.args.defaults[:-1]
            names = names[:-1]


def _fill_in(call: ast.Call, function: ast.FunctionDef, place: Place) -> None:
    """Give a call all arguments of its function, each at its place."""
    try:
        bound = _bound(call, function, place)
    except Unread:
        return
    call.args, call.keywords = [deepcopy(bound[name]) for name in _parameters(function)], []


def _entries(value: ast.expr) -> Sequence[ast.expr] | None:
    """The entries of an array or a tuple that is made of its entries: of `np.array([a, b])`."""
    match value:
        case ast.Tuple(entries):
            return entries
        case ast.Call(args=[ast.List(entries) | ast.Tuple(entries), *_]) if called_name(value) in (
            "array", "asarray", "stack", "tensor", "hstack",
        ):  # fmt: skip
            return entries
    return None


def _take_out(tree: ast.Module, statement: ast.stmt) -> None:
    for node in every_node(tree):
        for _, value in ast.iter_fields(node):
            if isinstance(value, list):
                value[:] = (it for it in value if it is not statement)


class _CallWriter:
    """One function, and the names that its calls in a program leave free."""

    def __init__(self, tree: ast.Module, function: ast.FunctionDef, place: Place, found: CalledFunctions) -> None:
        self.tree, self.function, self.place, self.found = tree, function, place, found
        within = {id(it) for it in every_node(function)}
        self.taken = {name for it in every_node(tree) if id(it) not in within for name in _said(it)}

    def write_first(self) -> bool:
        """Write out the first call that is left; False if there is none."""
        for block in _blocks(self.tree):
            if block is self.function.body:
                continue
            for place, line in enumerate(block):
                if isinstance(line, Line) and (calls := _calls(line, self.function.name)):
                    try:
                        block[place : place + 1] = self.written(line, calls[-1])
                    except Unread as wrong:
                        self.found.refused.append(wrong)
                        del block[place]
                    return True
        return False

    def written(self, line: Line, call: ast.Call) -> list[ast.stmt]:
        """The lines of the function, and then the one that calls it, with the value in place of the call."""
        target = line.targets[0] if isinstance(line, ast.Assign) and line.value is call else None
        targets = target.elts if isinstance(target, ast.Tuple | ast.List) else [target] if target else []
        *lines, last = _lines(self.function)
        value = last.value if isinstance(last, ast.Return) else None
        assert value is not None
        body = _Body(self, _bound(call, self.function, self.place))
        body.name_results(lines, value, targets)
        for s in lines:
            body.add(s)
        result = body.put(value)
        if (
            isinstance(line, ast.Assign)
            and isinstance(target, ast.Tuple)
            and (entries := _entries(result))
            and len(entries) == len(targets)
        ):
            pairs = [it for it in zip(targets, entries, strict=True) if not _is_same(*it)]
            if pairs:
                sides = [list(side) for side in zip(*pairs, strict=True)]
                line.targets = [ast.Tuple(sides[0], ast.Store())]
                line.value = ast.Tuple(sides[1], ast.Load())
            return [*body.lines, *([_placed(line, line)] if pairs else [])]
        if target is not None and _is_same(target, result):
            return body.lines
        return [*body.lines, _placed(_Replaced(call, result).visit(line), line)]

    def free(self, name: str) -> str:
        """A name for a variable of the function that the program does not have."""
        names = (name, f"{name}_{self.function.name}", *(f"{name}_{self.function.name}_{k}" for k in range(2, 999)))
        found = next(it for it in names if it not in self.taken)
        self.taken.add(found)
        return found


class _Body:
    """The lines of one call as they are written out so far."""

    def __init__(self, writer: _CallWriter, bound: dict[str, ast.expr]) -> None:
        self.writer, self.meant, self.own = writer, bound, dict[str, str]()
        self.lines: list[ast.stmt] = []
        function = writer.function
        reads = Counter(
            it.id for it in every_node(function) if isinstance(it, ast.Name) and isinstance(it.ctx, ast.Load)
        )
        for name, value in bound.items():
            if reads[name] > 1 and not _is_simple(value):
                own = writer.free(f"{name}_{function.name}")
                self.lines.append(_placed(ast.Assign([ast.Name(own, ast.Store())], value), value))
                self.meant[name] = ast.Name(own, ast.Load())

    def name_results(self, lines: Sequence[ast.stmt], value: ast.expr, targets: Sequence[ast.expr]) -> None:
        """Have results the names that the call gives them, where these mean nothing else until then."""
        results = value.elts if isinstance(value, ast.Tuple) else [value]
        for result, target in zip(results, targets, strict=False) if len(results) == len(targets) else ():
            if (
                isinstance(result, ast.Name)
                and isinstance(target, ast.Name)
                and self.is_free(lines, value, result, target)
            ):
                self.own[result.id] = target.id

    def is_free(self, lines: Sequence[ast.stmt], value: ast.expr, result: ast.Name, target: ast.Name) -> bool:
        """True if nothing behind the line that computes a result reads what has the target's name until then."""
        places = [k for k, s in enumerate(lines) if result.id in _stored(s)]
        if not places or target.id in self.own.values():
            return False
        stored = {name for s in lines for name in _stored(s)}
        if target.id in stored and target.id != result.id:
            return False
        old = {
            name for name, it in self.meant.items() if target.id in {n for part in every_node(it) for n in _said(part)}
        }
        if target.id not in self.meant and target.id not in stored:
            old.add(target.id)
        later = (name for s in (*lines[places[0] + 1 :], value) for name in _loaded(s))
        return all(name not in old or name == result.id for name in later)

    def add(self, line: ast.stmt) -> None:
        """One line, which reads what the names mean so far and then changes that."""
        match line:
            case ast.AugAssign(ast.Name() | ast.Attribute() | ast.Subscript() as target, operator, value):
                read = deepcopy(target)
                read.ctx = ast.Load()
                node = ast.Assign([target], ast.BinOp(read, operator, value))
            case ast.Assign(targets, value):
                node = ast.Assign([*targets], value)
            case _:
                return
        node.value = self.put(node.value)
        for name in _stored(node):
            self.own.setdefault(name, "")
            self.own[name] = self.own[name] or self.writer.free(name)
            self.meant[name] = ast.Name(self.own[name], ast.Load())
        node.targets = [self.put(it) for it in node.targets]
        self.lines.append(_placed(node, line))

    def put(self, value: ast.expr) -> ast.expr:
        """An expression of the function with what its names mean here."""
        found = _Meant(self.meant).visit(deepcopy(value))
        assert isinstance(found, ast.expr)
        return found


class _Meant(ast.NodeTransformer):
    """What names mean in place of them."""

    def __init__(self, meant: Mapping[str, ast.expr]) -> None:
        self.meant = meant

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id not in self.meant:
            return node
        found = deepcopy(self.meant[node.id])
        if isinstance(node.ctx, ast.Store) and isinstance(found, ast.Name):
            found.ctx = ast.Store()
        return ast.copy_location(found, node)


class _Replaced(ast.NodeTransformer):
    """One call's value in place of the call."""

    def __init__(self, call: ast.Call, value: ast.expr) -> None:
        self.call, self.value = call, value

    def visit_Call(self, node: ast.Call) -> ast.AST:
        return self.value if node is self.call else self.generic_visit(node)


def _blocks(tree: ast.Module) -> Iterator[list[ast.stmt]]:
    """The lists of statements of a program."""
    for node in every_node(tree):
        for name in ("body", "orelse"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                yield block


def _said(node: ast.AST) -> tuple[str, ...]:
    """The names that a node itself says."""
    return tuple(it for key in ("id", "arg", "attr") if isinstance(it := getattr(node, key, None), str))


def _stored(node: ast.AST) -> list[str]:
    return [it.id for it in every_node(node) if isinstance(it, ast.Name) and isinstance(it.ctx, ast.Store)]


def _loaded(node: ast.AST) -> Iterator[str]:
    yield from (it.id for it in every_node(node) if isinstance(it, ast.Name) and isinstance(it.ctx, ast.Load))
    if isinstance(node, ast.AugAssign):
        yield from _stored(node)


def _is_simple(value: ast.expr) -> bool:
    nodes = [it for it in every_node(value) if not isinstance(it, ast.expr_context | ast.operator | ast.unaryop)]
    return len(nodes) <= SIMPLE and not any(isinstance(it, ast.Call) for it in nodes)


def _is_same(target: ast.expr, value: ast.expr) -> bool:
    return isinstance(target, ast.Name) and isinstance(value, ast.Name) and target.id == value.id


def _placed(node: ast.stmt, place: ast.AST) -> ast.stmt:
    return ast.fix_missing_locations(ast.copy_location(node, place))
