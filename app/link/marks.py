"""Reads what a link marks in its figure: nodes, arrows, and whole ways, `h[2],h[2]->h[3],h[1]->h[3]`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from app.engine.graph import Graph, ways
from app.language import Problem, Problems, parse_node, spelling_hint
from app.link.named_fields import naming, plainly

ARROW = "->"


def marked_ids(mark: str, graphs: Sequence[Graph]) -> frozenset[str]:
    """The ids of nodes and edges that are marked in the drawn graphs; Problems of what is in none of them."""
    found, problems = set[str](), list[Problem]()
    for piece in filter(None, (part.strip() for part in mark.replace("→", ARROW).split(","))):
        try:
            found |= _piece(piece.replace(" ", ""), graphs)
        except Problems as wrong:
            problems += wrong.problems
    if problems:
        raise Problems(*problems)
    return frozenset(found)


def _piece(piece: str, graphs: Sequence[Graph]) -> frozenset[str]:
    """An arrow by its id or by its ends, a node, or all ways from each node to the next."""
    if any(edge.id == piece for graph in graphs for edge in graph.edges):
        return frozenset({piece})
    stops = piece.split(ARROW)
    for stop in stops:
        _check_node(stop, graphs)
    if len(stops) == 1:
        return frozenset(stops)
    stretches = [_stretch(one, next_, graphs) for one, next_ in pairwise(stops)]
    return frozenset().union(*stretches, stops if len(stops) > 2 else ())


def _stretch(source: str, target: str, graphs: Sequence[Graph]) -> frozenset[str]:
    """The arrows that join two nodes, else all that lies on the ways between them."""
    joined = {e.id for graph in graphs for e in graph.edges if (e.source, e.target) == (source, target)}
    found = frozenset(joined) or frozenset().union(*(ways(graph, source, target) for graph in graphs))
    if not found:
        back = any(ways(graph, target, source) for graph in graphs)
        hint = f"the arrows lead the other way: {target}{ARROW}{source}" if back else None
        raise Problems(Problem(f"no way leads from {source} to {target} in the figure", "mark", [], hint))
    return found


def _check_node(name: str, graphs: Sequence[Graph]) -> None:
    known = [node.id for graph in graphs for node in graph.nodes]
    if name not in known:
        raise Problems(
            naming(
                f"{{mark}}: there is no node {plainly(name)} in the figure", "mark", _spans(graphs), _near(name, known)
            )
        )


def _near(name: str, known: Sequence[str]) -> str | None:
    """The nodes of the same variable at the nearest steps, else those that are spelled alike."""
    asked = parse_node(name)
    same = [node for node in map(parse_node, known) if node.variable == asked.variable and node.op == asked.op]
    if same:
        close = {*sorted(same, key=lambda node: abs((node.t or 0) - (asked.t or 0)))[:3]}
        return f"did you mean {' or '.join(node for node in same if node in close)}?"
    return spelling_hint(name, known)


def _spans(graphs: Sequence[Graph]) -> list[str]:
    """The nodes by variable: h[1] to h[3], loss."""
    ids: dict[str, list[str]] = {}
    for graph in graphs:
        for node in graph.nodes:
            ids.setdefault(node.var, []).append(node.id)
    return [each[0] if len(each) == 1 else f"{each[0]} to {each[-1]}" for each in ids.values()]
