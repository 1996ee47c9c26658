"""Takes away what surrounds the computing of a program: try, with, async, progress bars, and what skips a pass.

Their lines are read as if they stood there by themselves; where that leaves something out, the line says so.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

from app.language.pasted.lines import NO_COMPUTATION
from app.language.pasted.python_nodes import every_node
from app.language.pasted.python_trees import SWAPS, assigned_pairs, called_name, kept_name, names_in, variable_name

PROGRESS = re.compile(r".*(?:tqdm|progress|track|alive|bar)(?:_.*)?|trange", re.IGNORECASE)
"""What shows how far a loop is and runs over what it is given."""
OF_KEYS = frozenset(("split", "PRNGKey", "key", "fold_in", "default_rng", "RandomState"))
RANDOM = re.compile(r"\b(?:random|jrandom|jr|jrnd)\.")
OF_FAILURES = "what is done where a line fails is left out"
ENDS_EARLY = "that the loop ends here is left out: the number of steps is set by tau"
OPPOSITES: Mapping[type[ast.cmpop], ast.cmpop] = {
    ast.Eq: ast.NotEq(), ast.NotEq: ast.Eq(), ast.Lt: ast.GtE(), ast.GtE: ast.Lt(), ast.Gt: ast.LtE(),
    ast.LtE: ast.Gt(),
    ast.Is: ast.IsNot(), ast.IsNot: ast.Is(),
}  # fmt: skip


def without_surroundings(tree: ast.Module) -> list[tuple[ast.AST, str]]:
    """Have the lines of a program stand by themselves; what is left out of them, with a note."""
    found, bars = list[tuple[ast.AST, str]](), dict(_bars(tree))
    pending: list[ast.AST] = [tree]
    while pending:
        node = pending.pop()
        for name in ("body", "orelse"):
            block = getattr(node, name, None)
            if isinstance(block, list) and block:
                _bring_out(block, found, bars)
                if isinstance(node, ast.For | ast.While):
                    _skip_passes(block)
                pending += block
    return found


def _bring_out(block: list[ast.stmt], found: list[tuple[ast.AST, str]], bars: Mapping[str, ast.expr]) -> None:
    """Put the lines within statements of a block that only surround them in place of these."""
    place = 0
    while place < len(block):
        line = block[place] = _without_waiting(block[place])
        inner = _within(line)
        if inner is not None:
            if isinstance(line, ast.Try | ast.TryStar) and any(_computes(it) for it in line.handlers):
                found.append((line.handlers[0], OF_FAILURES))
            block[place : place + 1] = inner
            continue
        place += 1
        if isinstance(line, ast.For):
            line.iter = _without_bar(line.iter, bars)
            block[place:place], line.orelse = line.orelse, []
        elif isinstance(line, ast.If):
            line.orelse = [it for it in line.orelse if not isinstance(it, ast.Pass)]
            if _ends(line, ast.Break):
                found.append((line, ENDS_EARLY))
    found += [(line, NO_COMPUTATION) for line in block if _sets_nothing(line)]
    block[:] = [it for it in block if not _sets_nothing(it)]
    block[:] = [it for it in block if variable_name(_target(it)) not in bars] or [ast.Pass()]


def _within(line: ast.stmt) -> list[ast.stmt] | None:
    """The lines that stand in a statement which only surrounds them."""
    match line:
        case ast.Try(body, _, orelse, finalbody) | ast.TryStar(body, _, orelse, finalbody):
            return [*body, *orelse, *finalbody]
        case ast.With(_, body):
            return body
        case ast.If(ast.Compare(ast.Name("__name__")), body):
            return body
    return None


def _sets_nothing(line: ast.stmt) -> bool:
    """True for `cache = None`, for several names at once, and for data whose axes change places."""
    if isinstance(line, ast.If):
        return _only_turns(line)
    values = [value for _, value in assigned_pairs(line)] if isinstance(line, ast.Assign) else []
    if values and all(map(_makes_keys, values)):
        return True
    return bool(values) and all(isinstance(it, ast.Constant) and it.value is None for it in values)


def _makes_keys(value: ast.expr) -> bool:
    """True for `jax.random.split(key)`: the seed draws the numbers here."""
    named = isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and called_name(value) in OF_KEYS
    return named and isinstance(value, ast.Call) and bool(RANDOM.search(ast.unparse(value.func)))


def _only_turns(node: ast.If) -> bool:
    """True for `if batch_first: x = x.transpose(0, 1)`, which only has the axes of data in another order."""
    pairs = [pair for s in (*node.body, *node.orelse) for pair in assigned_pairs(s)]
    turned = (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Attribute)
        and (called_name(value) in SWAPS or kept_name(value) is not None)
        and (variable_name(target) or "") in set(names_in(value))
        for target, value in pairs
    )
    return bool(pairs) and all(turned)


def _without_waiting(line: ast.stmt) -> ast.stmt:
    """A statement that waits for others as one that does not."""
    match line:
        case ast.AsyncFunctionDef(name, args, body, decorators):
            return ast.copy_location(ast.FunctionDef(name, args, body, decorators), line)
        case ast.AsyncFor(target, over, body, orelse):
            return ast.copy_location(ast.For(target, over, body, orelse), line)
        case ast.AsyncWith(items, body):
            return ast.copy_location(ast.With(items, body), line)
    return line


def _computes(handler: ast.ExceptHandler) -> bool:
    return any(isinstance(it, ast.Assign | ast.AugAssign) for it in every_node(handler))


def _bars(tree: ast.Module) -> list[tuple[str, ast.expr]]:
    """The names of what shows how far a loop is, each with what it runs over."""
    pairs = ((variable_name(t), v) for it in every_node(tree) for t, v in assigned_pairs(it))
    return [(name, inner) for name, value in pairs if name and (inner := _without_bar(value, {})) is not value]


def _target(line: ast.stmt) -> ast.expr:
    alone = isinstance(line, ast.Assign) and len(line.targets) == 1
    return line.targets[0] if alone and isinstance(line, ast.Assign) else ast.Constant(None)


def _without_bar(over: ast.expr, bars: Mapping[str, ast.expr]) -> ast.expr:
    """What a loop runs over, without what shows how far it is."""
    if isinstance(over, ast.Name) and over.id in bars:
        return bars[over.id]
    if not isinstance(over, ast.Call):
        return over
    name = called_name(over)
    if name in ("enumerate", "zip"):
        over.args = [_without_bar(it, bars) for it in over.args]
    elif name == "trange":
        return ast.copy_location(ast.Call(ast.Name("range", ast.Load()), over.args, []), over)
    elif over.args and PROGRESS.fullmatch(name):
        return _without_bar(over.args[0], bars)
    return over


def _skip_passes(body: list[ast.stmt]) -> None:
    """Have what stands behind `if c: continue` in a loop be done only where c does not hold."""
    for place, line in enumerate(body):
        if isinstance(line, ast.If) and _ends(line, ast.Continue):
            rest = [it for it in body[place + 1 :] if not isinstance(it, ast.Expr) or _keeps(it)]
            done = [it for it in line.body[:-1] if not isinstance(it, ast.Expr)]
            other = [*line.orelse, *rest]
            _skip_passes(other)
            if done:
                line.body, line.orelse = done, other
            elif other:
                line.test, line.body, line.orelse = _opposite(line.test), other, []
            else:
                return
            del body[place + 1 :]
            return


def _ends(line: ast.If, how: type[ast.Break | ast.Continue]) -> bool:
    return bool(line.body) and isinstance(line.body[-1], how)


def _keeps(line: ast.Expr) -> bool:
    return isinstance(line.value, ast.Call) and called_name(line.value) == "append"


def _opposite(test: ast.expr) -> ast.expr:
    match test:
        case ast.UnaryOp(ast.Not(), inner):
            return inner
        case ast.Compare(left, [operator], [right]) if type(operator) in OPPOSITES:
            return ast.copy_location(ast.Compare(left, [OPPOSITES[type(operator)]], [right]), test)
    return ast.copy_location(ast.UnaryOp(ast.Not(), test), test)
