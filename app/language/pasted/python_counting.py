"""Writes a loop that counts by hand, `while t < T:` with `t += 1` at its end, as the one over a range that it is."""

from __future__ import annotations

import ast

from app.language.pasted.python_nodes import every_node
from app.language.pasted.python_trees import whole_index


def put_ranges_for_counting(tree: ast.Module) -> None:
    """Put a loop over a range in place of each loop that counts up by one from a number, in the same block."""
    for node in every_node(tree):
        block = getattr(node, "body", None)
        if isinstance(block, list):
            for loop in [it for it in block if isinstance(it, ast.While)]:
                _put_range(block, loop)


def _put_range(block: list[ast.stmt], loop: ast.While) -> None:
    match loop.test:
        case ast.Compare(ast.Name(clock), [ast.Lt() | ast.LtE() as sign], [stop]) if _counts_up(loop.body[-1], clock):
            place = block.index(loop)
            begun = next((it for it in reversed(block[:place]) if _begins(it, clock)), None)
            if not isinstance(begun, ast.Assign) or len(loop.body) < 2 or loop.orelse:
                return
            first = begun.value
            last = ast.BinOp(stop, ast.Add(), ast.Constant(1)) if isinstance(sign, ast.LtE) else stop
            bounds = [last] if whole_index(first) == 0 else [first, last]
            over = ast.Call(ast.Name("range", ast.Load()), bounds, [])
            counted = ast.For(ast.Name(clock, ast.Store()), over, loop.body[:-1], [])
            block[place] = ast.fix_missing_locations(ast.copy_location(counted, loop))
            block.remove(begun)


def _begins(line: ast.stmt, clock: str) -> bool:
    """True for `t = 0`."""
    match line:
        case ast.Assign([ast.Name(name)], value):
            return name == clock and whole_index(value) is not None
    return False


def _counts_up(line: ast.stmt, clock: str) -> bool:
    """True for `t += 1` and `t = t + 1`."""
    return ast.unparse(line) in (f"{clock} += 1", f"{clock} = {clock} + 1")
