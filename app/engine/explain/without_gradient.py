"""Says why nothing is differentiated, where what is differentiated cannot change: the sum of a softmax is always 1.

It follows from the equations alone. What has a slope that happens to be 0 at some numbers is no matter of this.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from app.language import Apply, Condition, Expr, Number, Read, Recurrence, parse_node
from app.language.typeset import show
from app.ops import OPS

SUMS = frozenset(("sum", "mean"))
SUM_OF_ONE = "the sum of its entries is differentiated, and those of a {} always sum to 1"


@dataclass(frozen=True, slots=True)
class WithoutGradient:
    """Why all gradients of what is differentiated are 0, and what to write so that some are not."""

    of: str
    why: str
    write: str

    def __str__(self) -> str:
        return f"all gradients of {self.of} are 0: {self.why}; {self.write}"


def without_gradient(recurrence: Recurrence, of: str) -> WithoutGradient | None:
    """Why no gradient flows from what is differentiated; None where one can."""
    name = parse_node(of).name
    why = _Still(recurrence).variable(name, summed=True)
    if not why:
        return None
    return WithoutGradient(of, _said(why), _instead(recurrence, name))


def _said(why: str) -> str:
    """What is said of an operation that keeps every gradient back, or of `constant`."""
    if why == "constant":
        return "it depends on no parameter and no data"
    op = OPS[why]
    if op.stops:
        return f"{op.written} lets no gradient through"
    return f"{op.written} has no gradient" if op.flat else SUM_OF_ONE.format(op.written)


def _instead(recurrence: Recurrence, name: str) -> str:
    """The loss to write: of what a softmax is of where it is one, else of what is differentiated."""
    equation = next(it for it in recurrence.equations if it.name == name)
    whole = equation.expr
    inner = whole.args[0] if isinstance(whole, Apply) and OPS[whole.op].sums_to_one else None
    index = "[t]" if equation.indexed else ""
    loss = f"mse({name}{index}, target{index})" if inner is None else f"cross_entropy({show(inner)}, target{index})"
    if "loss" in recurrence.variables:
        return "choose the loss instead" if name != "loss" else "write one of what is computed before it"
    return f"write a loss, loss = mean({loss})" if index else f"write a loss, loss = {loss} with given target"


@dataclass
class _Still:
    """Looks for a way from a value to what it is made of along which a gradient flows."""

    recurrence: Recurrence
    seen: dict[tuple[str, bool], str] = field(default_factory=dict)

    def variable(self, name: str, summed: bool) -> str:
        """What keeps every gradient from flowing; nothing where one does. A loop that is gone round adds no way."""
        if (known := self.seen.get((name, summed))) is not None:
            return known
        self.seen[name, summed] = "constant"
        equation = next((it for it in self.recurrence.equations if it.name == name), None)
        starts = [it.expr for it in self.recurrence.starts if it.name == name]
        found = "" if equation is None else self.all_of((equation.expr, *starts), summed)
        self.seen[name, summed] = found
        return found

    def all_of(self, exprs: tuple[Expr, ...], summed: bool = False) -> str:
        """What keeps it from flowing in all of them; where several do the one that is no constant."""
        found = [self.read(it, summed) for it in exprs]
        if not all(found):
            return ""
        return next((it for it in found if it != "constant"), "constant")

    def read(self, expr: Expr, summed: bool = False) -> str:
        """The same of an expression, or with `summed` of the sum of its entries."""
        match expr:
            case Number() | Condition():
                return "constant"
            case Read(name):
                return "constant" if name in ("t", "tau") else self.variable(name, summed)
            case Apply(op) if summed and OPS[op].sums_to_one and not OPS[op].flat:
                return op
            case Apply("where", (_, *both)):
                return self.all_of(tuple(both))
            case Apply(op, args) if OPS[op].pools or op in ("+", "-", "neg"):
                return self.all_of(args, summed)
            case Apply("*" | "/", (one, Number()) | (Number(), one)) if expr.op == "*" or isinstance(
                expr.args[1], Number
            ):
                return self.read(one, summed)
            case Apply(op, args) if op in SUMS:
                return self.all_of(args, summed=True)
            case Apply(op, args):
                return self.all_of(args) or (op if OPS[op].flat else "")
        return ""
