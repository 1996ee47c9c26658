"""`Folded` × τ → `Graph`: a node for every drawn variable at every step, an edge for every read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from heapq import heappop, heappush

from app.cache import cached
from app.engine.graph.constants import Constants
from app.engine.graph.edge_parameters import in_program_order
from app.engine.graph.fold import Folded, folding
from app.engine.graph.graph import GIVEN, Detail, Edge, Graph, Group, Node, Opened, Parameters, groups_around
from app.engine.ir import analyse, node_at
from app.language import NOW, Equation, NodeId, Read, Recurrence, Time, is_operation, node_of, owner, reads
from app.language.typeset import tex


def unfold(
    recurrence: Recurrence,
    tau: int,
    detail: Detail = "cells",
    of: str | None = None,
    cuts: frozenset[int] = frozenset(),
    parameters: Parameters | None = None,
    last: int | None = None,
    opened: Opened = (),
) -> Graph:
    """The unfolded computational graph for τ steps; `cuts` marks the edges that truncation closes to the gradient.

    `last` is the step at which the sequence that is shown ends, where others go on: there the text's tau is that step.
    `opened` are the steps at another detail; what a step there reads of others, and they of it, is what both draw.
    """
    folded = folding(recurrence, detail, of, parameters, opened=opened)
    graph = _Unfolder(folded, tau, cuts, last or tau).graph()
    return replace(graph, of=of or folded.of, uses=_uses(folded, graph), asked=parameters)


def fold(
    recurrence: Recurrence, detail: Detail = "cells", of: str | None = None, parameters: Parameters | None = None
) -> Graph:
    """The folded graph: each variable once, an edge for each lag at which it is read."""
    folded = folding(recurrence, detail, of, parameters)
    made = [e.name for e in folded.starts if is_operation(e.name)]
    nodes = tuple(_graph_node(folded, name, None, node_of(name, None)) for name in folded.rows if name not in made)
    edges: dict[str, Edge] = {}
    for start, e in analyse(recurrence).starts.items():
        for read in (r for r in folded.reads_in(e.expr) if folded.kinds.get(r.name, "parameter") != "parameter"):
            if folded.is_node(start.variable) and read.name != start.variable:
                key = f"{read.name}->{start.variable}"
                source, target = node_of(read.name, None), node_of(start.variable, None)
                _join(edges, _graph_edge(folded, e, read, key, source, target, 0), folded)
    for e in folded.drawn:
        for read in filter(lambda r: folded.is_node(r.name), folded.node_reads(e)):
            lag = -read.time.offset if e.indexed and read.time and read.time.base == "t" else 0
            key = f"{read.name}->{e.name}"
            key = f"{key}:{lag}" if key in edges and edges[key].lag != lag else key
            _join(
                edges, _graph_edge(folded, e, read, key, node_of(read.name, None), node_of(e.name, None), lag), folded
            )
    read_by = {e.source for e in edges.values()} | {e.target for e in edges.values()}
    nodes = tuple(n for n in nodes if n.kind not in GIVEN or n.id in read_by)
    return _graph(folded, None, nodes, tuple(edges.values()))


def sources(read: Read, e: Equation, t: int | None, tau: int, last: int) -> list[int | None]:
    """The steps that a read of an equation at t names, in a sequence that ends at `last`; None for one value."""
    if read.time is None:
        return [None]
    if read.time.base == "t" and t is None:
        return [s + read.time.offset for s in range(1, last + 1)]
    return [step_named(read.time, t or 0, tau, last)]


def step_named(time: Time, t: int, tau: int, last: int) -> int:
    """The step that a moment is, in a sequence that ends at `last`; what a text sets beyond the run stands beyond τ."""
    return time.at(t, tau if time.outside else last)


MOST_PASSING, MOST_FAR, MOST_PASSED = 30, 16, 40_000
"""So many kinds of lines find their ways between rows and columns, those that pass the nodes of other rows, and those
that go on in their own, over so many steps together: each keeps clear of all others. More take many seconds, and
nobody could follow them."""


def _graph(folded: Folded, tau: int | None, nodes: tuple[Node, ...], edges: tuple[Edge, ...]) -> Graph:
    groups = groups_around(nodes, tuple(_groups(folded, tau)))
    shown = {n.var for n in nodes}
    rows = tuple(name for name in _all_rows(folded) if name in shown or tau is None)
    names = folded.recurrence.names("parameter")
    sequences = frozenset(v.name for v in folded.recurrence.variables.values() if v.indexed)
    found = Graph(
        folded.detail, tau, nodes, edges, rows, _all_ranks(folded), folded.pooled, folded.parameters, groups,
        of=folded.of, gathering=names, trained=bool({*names} - {*folded.recurrence.fixed}), sequences=sequences,
        opened=tuple((t, it.detail) for t, it in folded.opened.items()) if tau is not None else (),
    )  # fmt: skip
    if found.in_cells:
        return found
    crowded, passing = _crowding(folded, tau or 1, rows)
    return replace(found, crowded=crowded, passing=passing)


def _crowding(folded: Folded, tau: int, rows: Sequence[str]) -> tuple[bool, int]:
    """Whether too many kinds of lines pass the nodes of other rows or other steps, and how many into one variable, or
    out of one: those between the same rows, as many steps apart, are drawn alike at every step."""
    row = {name: i for i, name in enumerate(rows)}
    passing, into, out = 0, Counter[str](), Counter[str]()
    far = list[int]()
    for target, r in ((e.name, r) for e in folded.drawn for r in folded.node_reads(e)):
        rise, lag = row.get(r.name, 0) - row.get(target, 0), abs(_lag(r))
        if abs(rise) > 1 or (rise and lag > 1):
            passing += 1
            into[target] += 1
            out[r.name] += 1
        elif not rise and lag > 1:
            far.append(lag)
    crowded = passing > MOST_PASSING or len(far) > MOST_FAR or tau * sum(far) > MOST_PASSED
    return crowded, max([0, *into.values(), *out.values()])


def _lag(read: Read) -> int:
    return -read.time.offset if read.time is not None and read.time.base == "t" else 0


def _all_rows(folded: Folded) -> tuple[str, ...]:
    """The rows of a folding, and with them those that opened steps alone have, each before the next that both have."""
    rows = list(folded.rows)
    for other in dict.fromkeys(it.rows for it in folded.opened.values()):
        at = len(rows)
        for name in reversed(other):
            if name in rows:
                at = rows.index(name)
            else:
                rows.insert(at, name)
    return tuple(rows)


def _all_ranks(folded: Folded) -> dict[str, int]:
    """The ranks of all names, those in opened steps too."""
    ranks = folded.ranks
    for it in folded.opened.values():
        ranks = it.ranks | ranks
    return ranks


def _uses(folded: Folded, graph: Graph) -> dict[str, frozenset[str]]:
    """The nodes whose equation reads a parameter, by the parameter."""
    shown, tau = graph.by_id, graph.tau or 0
    starts = {node_at(start, tau): e for start, e in analyse(folded.recurrence).starts.items()}
    made = {node_at(e.name, tau): e for e in folded.starts}
    found: dict[str, set[str]] = {name: set() for name in graph.gathering}
    for here, steps in folded.by_steps(tau):
        for e in here.drawn:
            names = {r.name for r in reads(e.expr)} & found.keys()
            if not names:
                continue
            for t in steps if e.indexed else (None,) if here is folded else ():
                id = node_of(e.name, t)
                if id in shown and id not in starts:
                    for name in names:
                        found[name].add(id)
    for id, e in (starts | made).items():
        for name in (r.name for r in reads(e.expr) if r.name in found and id in shown):
            found[name].add(id)
    return {name: frozenset(nodes) for name, nodes in found.items()}


def _groups(folded: Folded, tau: int | None) -> Iterator[Group]:
    """The boxes of every step, outer ones before those in them."""
    for t in (None, *range(1, (tau or 0) + 1)):
        own = folded.at(t).groups
        yield from (replace(g, id=node_of(g.id, t), parent=g.parent and node_of(g.parent, t)) for g in own)


class _Unfolder:
    def __init__(self, folded: Folded, tau: int, cuts: frozenset[int], last: int) -> None:
        self.folded, self.tau, self.cuts, self.last = folded, tau, cuts, last
        self.nodes: dict[str, Node] = {}
        self.joined: dict[str, Edge] = {}
        analysis = analyse(folded.recurrence)
        self.starts = {(s.variable, s.time.at(0, tau)) for s in analysis.outer_starts}
        self.first = {(s.variable, s.time.at(0, tau)) for s in analysis.starts if not s.time.outside}
        self.foldings = dict(folded.by_steps(tau))
        """The steps of each folding, first that of most steps."""
        self.constants = {it: Constants(it, last, self.first) for it in self.foldings}
        self.unread: set[str] = set()
        """What something would read, were that not 0 whatever is read."""
        self.copied = {it: self.copies(it) for it in self.foldings}

    def copies(self, folded: Folded) -> set[str]:
        """The parameters of which each step has a node of its own; an opened one has those that others have not."""
        read = {read.name for e in folded.drawn if e.indexed for read in folded.node_reads(e)}
        nodes = {name for name in read if folded.kinds.get(name) == "parameter"}
        return nodes if folded.parameters == "copies" else nodes - {n for n in nodes if self.folded.is_node(n)}

    def graph(self) -> Graph:
        folded = self.folded
        for here in self.foldings:
            for name in here.rows:
                if here.kinds[name] != "parameter" and name not in self.made:
                    for node in self.steps(here, name):
                        self.nodes[node.id] = node
        for here in self.foldings:
            for e in here.drawn:
                for t in self.steps_at(here, e.indexed):
                    if not (t and self.begins(owner(e.name), t)):
                        for edge in self.into(here, e, t):
                            _join(self.joined, edge, folded)
        self.from_text()
        if any(here.concerned for here in self.foldings):
            self.leave_out_unread()
        self.leave_out_unread_data()
        self.stand_where_read()
        place = {n: i for i, n in enumerate(_in_dependency_order(self.nodes, self.joined.values(), _all_rows(folded)))}
        nodes = tuple(sorted(self.nodes.values(), key=lambda n: place[n.id]))
        edges = tuple(sorted(self.joined.values(), key=lambda e: place[e.target]))
        return _graph(folded, self.tau, nodes, edges)

    def steps_at(self, here: Folded, indexed: bool) -> Iterable[int | None]:
        """The steps that have this folding; those without one have a step of None."""
        return self.foldings[here] if indexed else (None,)

    @property
    def made(self) -> set[str]:
        """The operations that starts are made of."""
        return {e.name for e in self.folded.starts if is_operation(e.name)}

    def from_text(self) -> None:
        """What the drawn starts are made of, where the picture shows it; that may be a start in turn."""
        waiting = list(reversed(self.folded.starts))
        while shown := [e for e in waiting if self.shows(e)]:
            waiting = [e for e in waiting if e not in shown]
            for e in shown:
                self.set_start(e)
            for e in shown:
                for read in self.folded.node_reads(e):
                    for s in self.sources(read, e, None):
                        self.into_start(e, read, s)

    def shows(self, e: Equation) -> bool:
        """Whether the picture has the start that an equation makes, or helps to make."""
        return node_at(owner(e.name), self.tau) in self.nodes

    def set_start(self, e: Equation) -> None:
        """Give a start's node the operation that makes it."""
        node = node_at(e.name, self.tau)
        if is_operation(e.name):
            self.nodes[node] = _graph_node(self.folded, e.name, node.t, node, start=True)
        op, sign, _, group = self.folded.sign_of(e.name) or ("", "", "", "")
        self.nodes[node] = self.nodes[node]._replace(op=op, sign=sign, group=group)

    def into_start(self, e: Equation, read: Read, s: int | None) -> None:
        """The edge of one read of a start's equation, where the picture shows what is read."""
        target = node_at(e.name, self.tau)
        source = self.parameter(self.folded, read.name, 1) or (
            node_at(read.name, self.tau) if s is None else node_of(read.name, s)
        )
        if source in self.nodes or self.start(read.name, s, source):
            lag = self.steps_between(source, target) if s is None else (target.t or 0) - s
            edge = _graph_edge(self.folded, e, read, f"{source}->{target}", source, target, lag)
            _join(self.joined, edge, self.folded)

    def steps_between(self, source: NodeId, target: NodeId) -> int:
        """How many steps a node within the run stands after the copy of a parameter that it reads."""
        s, t = source.t, target.t
        return t - s if s is not None and t is not None and 1 <= t <= self.tau else 0

    def steps(self, here: Folded, name: str) -> Iterator[Node]:
        """The nodes of a name at the steps that have this folding."""
        constants = self.constants[here]
        if here.is_sequence(name):
            own, operation = owner(name), is_operation(name)
            for t in self.steps_at(here, True):
                start = self.begins(own, t or 0)
                if not operation or not (start or constants.absent(name, t)):
                    yield _graph_node(here, name, t, node_of(name, t), start=start)
        elif (here is self.folded or not self.folded.is_node(name)) and not constants.absent(name, None):
            v = here.recurrence.variables.get(name)
            late = v is None or v.kind == "computed" or here.kinds[name] == "target"
            yield _graph_node(here, name, self.tau if late else None, node_of(name, None))

    def begins(self, name: str, t: int) -> bool:
        """Whether the text sets this variable at this step within the run."""
        return (name, t) in self.first

    def into(self, here: Folded, e: Equation, t: int | None) -> Iterator[Edge]:
        """The edges of one equation at one step."""
        target = node_of(e.name, t)
        at = t if self.is_of_a_sequence(here, e) else self.tau
        for read, s, left in self.reads_at(here, e, t):
            source = self.parameter(here, read.name, at) or node_of(read.name, s)
            if source in self.nodes or self.start(read.name, s, source):
                lag = (t or self.tau) - s if s is not None else self.steps_between(source, target)
                cut = self.is_cut(here, read, e, s, t)
                yield _graph_edge(here, left, read, f"{source}->{target}", source, target, lag, cut)

    def sources(self, read: Read, e: Equation, t: int | None) -> list[int | None]:
        return sources(read, e, t, self.tau, self.last)

    def reads_at(self, here: Folded, e: Equation, t: int | None) -> Iterable[tuple[Read, int | None, Equation]]:
        """Every read of an equation that matters at a step, the step that it names, what is left of the equation."""
        constants = self.constants[here]
        every = ((r, s, e) for r in here.node_reads(e) for s in self.sources(r, e, t))
        if e.name not in here.concerned:
            return every
        found: dict[tuple[Read, int | None], Equation] = {}
        for step in range(1, self.last + 1) if t is None else (t,):
            left = constants.at(e, step)
            for read in here.reads_in(left.expr):
                found.setdefault((read, read.time.at(step, self.last) if read.time else None), left)
        self.unread.update(node_of(read.name, s) for read, s, _ in every if (read, s) not in found)
        return [(read, s, left) for (read, s), left in found.items()]

    def leave_out_unread(self) -> None:
        """Leave out what nothing reads because what would read it is 0 there, then what only that one read, …"""
        kept = {
            node_of(read.name, s)
            for here in self.foldings
            for e in here.hidden
            for read, s in self.reads_by_hidden(here, e)
        }
        arrows: dict[str, set[str]] = {}
        into: dict[str, list[Edge]] = {}
        for edge in self.joined.values():
            arrows.setdefault(edge.source, set()).add(edge.id)
            into.setdefault(edge.target, []).append(edge)
        waiting = sorted(self.unread & self.nodes.keys())
        while waiting:
            id = waiting.pop()
            if id in self.nodes and not arrows.get(id) and id not in kept and self.nodes[id].var != self.folded.of:
                del self.nodes[id]
                for edge in into.get(id, ()):
                    del self.joined[edge.id]
                    arrows[edge.source].discard(edge.id)
                    waiting.append(edge.source)

    def leave_out_unread_data(self) -> None:
        """Leave out data that no arrow comes from, as the last target where each is read one step later."""
        read = {edge.source for edge in self.joined.values()}
        for id in [id for id, n in self.nodes.items() if n.kind in ("input", "target") and id not in read]:
            del self.nodes[id]

    def reads_by_hidden(self, here: Folded, e: Equation) -> Iterable[tuple[Read, int | None]]:
        """What matters to an equation that has no node; all that it reads, where it is 0 whatever that is."""
        steps = self.steps_at(here, e.indexed)
        matters = [(read, s) for t in steps for read, s, _ in self.reads_at(here, e, t)]
        return matters or [(r, s) for r in here.node_reads(e) for t in steps for s in self.sources(r, e, t)]

    def stand_where_read(self) -> None:
        """A single value that one step alone reads, a start or a condition on t, stands at that step."""
        for id, node in self.nodes.items():
            if node.kind == "input" and node.t is None:
                read_by = [e.target for e in self.joined.values() if e.source == id]
                steps = {target.t for target in read_by}
                alone = id in self.unread or any(self.nodes[target].start for target in read_by)
                if alone and len(steps) == 1:
                    self.nodes[id] = node._replace(t=steps.pop())

    def is_of_a_sequence(self, here: Folded, e: Equation) -> bool:
        """Whether the equation that an operation belongs to is a sequence's."""
        return here.is_sequence(owner(e.name))

    def parameter(self, here: Folded, name: str, t: int | None) -> NodeId | None:
        """The node of a parameter that serves at step t, made where it is first asked for; None for all else."""
        if here.kinds.get(name) != "parameter":
            return None
        step = t if name in self.copied[here] else None
        node = node_of(name, step)
        if node not in self.nodes:
            self.nodes[node] = _graph_node(here, name, step, node)
        return node

    def start(self, name: str, s: int | None, id: NodeId) -> bool:
        """Add the start node at a step outside the run, where there is one."""
        if (name, s) not in self.starts or not self.folded.is_node(name):
            return False
        self.nodes[id] = _graph_node(self.folded, name, s, id, start=True)
        return True

    def is_cut(self, here: Folded, read: Read, e: Equation, s: int | None, t: int | None) -> bool:
        loops = here.loops
        if not self.cuts or s is None or t is None or read.time == NOW or loops.get(read.name, -1) != loops.get(e.name):
            return False
        low, high = sorted((s, t))
        return any(low <= c < high for c in self.cuts)


def _join(edges: dict[str, Edge], edge: Edge, folded: Folded) -> None:
    """One edge stands for all ways between two nodes: what multiplies along any of them is written on it."""
    known = edges.get(edge.id)
    if known is not None:
        order = folded.recurrence.variables
        params = tuple(n for n in order if n in known.params + edge.params)
        weights = in_program_order(known.weights + edge.weights, order)
        edge = edge._replace(params=params, weights=weights, cut=known.cut and edge.cut)
    edges[edge.id] = edge


def _in_dependency_order(nodes: dict[str, Node], edges: Collection[Edge], rows: tuple[str, ...]) -> list[str]:
    """Dependency order, ties by t, then by row."""
    waiting = dict.fromkeys(nodes, 0)
    feeds: dict[str, list[str]] = {}
    for e in edges:
        waiting[e.target] += 1
        feeds.setdefault(e.source, []).append(e.target)

    row = {name: i for i, name in enumerate(rows)}

    def key(id: str) -> tuple[int, int, str]:
        node = nodes[id]
        return (node.t or 0, row[node.var], id)

    ready: list[tuple[int, int, str]] = []
    for id, count in waiting.items():
        if not count:
            heappush(ready, key(id))
    order = []
    while ready:
        id = heappop(ready)[2]
        order.append(id)
        for target in feeds.get(id, ()):
            waiting[target] -= 1
            if not waiting[target]:
                heappush(ready, key(target))
    return order


def _graph_node(folded: Folded, name: str, t: int | None, id: NodeId, start: bool = False) -> Node:
    kind, shape = folded.kinds[name], folded.shape(name)
    found = folded.sign_of(name) if not start or is_operation(name) else None
    op, sign, typeset, group = found or ("", "", "", "")
    group = group and node_of(group, id.t if not start else None)
    part = folded.parts.get(name)
    if kind == "operation":
        return Node(id, sign, typeset, name, t, kind, shape, start, op, sign, group, part)
    timed, symbol = id != name, _symbol(name, folded.recurrence.variables[name].rank)
    label, symbol = (f"{name}({t})", f"{symbol}^{{({t})}}") if timed else (id, symbol)
    return Node(id, label, symbol, name, t, kind, shape, start, op, sign, group, part)


@cached(1024)
def _symbol(name: str, rank: int) -> str:
    return tex(Read(name), {name: rank})


def _graph_edge(
    folded: Folded, e: Equation, read: Read, id: str, source: NodeId, target: NodeId, lag: int, cut: bool = False
) -> Edge:
    params, weights = folded.factors(e, read)
    # What an opened step alone has as a node is no state of the others.
    state = folded.kinds.get(read.name) == "state" and read.time not in (NOW, None)
    function = folded.functions.get(e.name, "") if state else ""
    return Edge(id, source, target, params, weights, lag, function, cut or folded.stops(e, read))
