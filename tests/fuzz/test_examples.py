"""Links that once were answered with 500 or with wrong numbers, a row each: right ones, so each is answered."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.fuzz.addresses import Address, Service
from tests.fuzz.examine import TRACES, faults
from tests.fuzz.grammar import Line, Program, Term
from tests.fuzz.links import Case
from tests.tiers import long

pytestmark = pytest.mark.usefixtures("small_pictures")

STARTED = "h[0] = h0; h[t] = tanh(W @ h[t-1] + U @ x[t])"
CLASH = "keep[t] = sin(tanh(rho[t-1])); rho[t] = keep[t] + xi[t]; loss = sum(rho[t])"


@dataclass(frozen=True)
class Row:
    """A link, the addresses that are asked, and what was wrong."""

    what: str
    paths: str
    text: str = ""
    fields: str = ""

    @property
    def case(self) -> Case:
        fields = dict(pair.split("=", 1) for pair in self.fields.split("&") if pair)
        lines = tuple(Line(line.strip(), Term("")) for line in self.text.split(";"))
        return Case(Program(lines) if self.text else None, fields)


ROWS = (
    Row(
        "a start of an opened step reads what the others have put into what reads it",
        "/figure.svg / /api/trace",
        "g[t] = n[t]; q[t] = n[t]; q[1] = g[1]; loss = max([t = 0])",
        "tau=1&open=1:operations",
    ),
    Row("numbers so small that no step moves them", "/api/gradient-check", "", "system=rnn&tau=2&radius=5e-324"),
    Row("networks that all diverge at once", "/memory.svg", "", "task=next-character&steps=1&tau=2&radius=1.5e308"),
    Row(
        "a step is opened that the window leaves out, so that the boxes of its functions hold nothing",
        "/figure.svg /figure.tex /",
        "gate(u) = tanh(u); n[t] = gate(n[t-2]); loss = alpha",
        "tau=3&open=2:operations&window=3..3",
    ),
    Row(
        "a name with a line before it, far back, as gates", "/figure.svg", "_p[t] = (a - _p[t-9])", "detail=gates&tau=2"
    ),
    Row(
        "operations of starts within the run",
        "/api/steps /",
        "M[t] = M[t-3]; M[1] = (P * 1/2)",
        "detail=operations&tau=1",
    ),
    Row("a start within the run in the numbers of a step", "/api/steps", "o[t] = d[t]; o[tau] = exp(end)", "tau=1"),
    Row(
        "a start made of a loop that begins with it, where that is outside the run",
        "/api/trace /api/adjoint /",
        "b[t] = c[t-1]; c[t] = tanh(w * b[t] + x[t]); c[0] = b[0] + v + y[tau+1]; y[t] = c[t]; loss = sum(c[tau])",
        "tau=3",
    ),
    Row(
        "a vector that is called as the rows of a matrix",
        "/api/trace /",
        "c[t], W_rows[t] = split(R @ c[t-1]); p[t], l[t] = split(W @ c[t]); loss = sum(p[tau])",
        "tau=2",
    ),
    Row(
        "what a function does not use, read from ahead, fed from behind",
        "/api/trace",
        "f(s, v) = tanh(s); c[t] = f(u[t], c[t+1]); c[tau] = b; m[t] = f(u[tau-1], b); "
        "loss = sum(cross_entropy(m[t], u[t]))",
        "tau=4&feed=u:c",
    ),
    Row(
        "a moment that is a start by its number",
        "/api/trace",
        "h[0] = h0; h[t] = tanh(W @ h[t-1]); loss = sum(h[tau-1])",
        "tau=1",
    ),
    Row(
        "a moment that is a start from the end",
        "/api/trace",
        "g[tau+1] = g0; g[t] = tanh(g[t+1] + x[t]); loss = sum(g[4])",
        "tau=3",
    ),
    Row("a root of nothing where a start stands", "/api/trace", "given node; P[t] = sqrt(node); P[1] = node", "tau=1"),
    Row(
        "a singular matrix where a start stands",
        "/api/trace",
        "d[t] = solve(E ** E, x[t]); d[2] = u; d[1] = gate; n[t] = mse(d[t], x[t])",
        "tau=2",
    ),
    Row("a sigmoid that is nearly 0", "/api/trace", "v[t] = step(sigmoid(-100 * x[t] ** 2))", "tau=4"),
    Row("an infinite slope beside the objective", "/api/trace", "x[t] = α ** x[t-1]; P[t] = tau", "tau=1"),
    Row(
        "data that a function does not use",
        "/train /api/trace",
        "given k; act(M, x, h) = y; h[t] = act(k, W, alpha[t]); loss = sum(h[tau])",
        "tau=1",
    ),
    Row(
        "a product that fills a start",
        "/api/adjoint /api/trace /",
        "Q[t] = Q[t-2]; Q[0] = node @ b_f; Q[1] = P; loss = sum(Q[tau])",
        "tau=1",
    ),
    Row("a division by 0 at every step", "/api/gradient-check", "a[t] = ((a[t-1] / 0) >= r)", "tau=1"),
    Row("softplus at 0", "/api/trace", "y[t] = softplus(y[t-2])", "tau=1"),
    Row("entries at both infinities", "/api/trace /api/gradient-check", "x[t] = x[t-1] / w[-1]; x[0] = b_f", "tau=1"),
    Row(
        "data behind a start within the run",
        "/api/trace",
        "given k; x[t] = e; c[t] = x[t] + k + c[t-1]; x[1] = k",
        "tau=2&detail=states",
    ),
    Row("a number in the second sequence alone", "/run.png", "loss = log(sum(w * x[tau]))", "tau=1&batch=3"),
    Row("a variable called as truncation's masks", "/api/trace", CLASH, "tau=3"),
    Row("frames of a run that is shown in part", "/figure.tex", "", "tau=14&frames=true"),
    Row("a start's parameter beyond the window", "/figure.svg", STARTED, "tau=14&detail=operations"),
    Row("a parameter's node beyond the window", "/figure.svg", STARTED, "tau=14&parameters=nodes"),
    Row("a start beyond the window", "/figure.svg", "", "system=dynamics&tau=14&parameters=nodes&window=5..6"),
    Row("a product that has no time", "/api/trace /figure.svg /", "h[t] = tanh(h[t-1]); o[t] = V @ h[tau]"),
    Row("a sum that has no time", "/api/trace /figure.svg /", "s[t] = sum(b)"),
    Row("a product of data at a moment", "/api/trace /figure.svg /", "h[t] = W @ x[1]"),
    Row("the number of steps, written out", "/", "h[t] = tanh(h[t-1] + tau * x[t])", "phase=backward"),
    Row(
        "a moment folded into a state",
        "/figure.svg /",
        "e[t] = tanh(A @ x[t]); h[t] = tanh(W @ h[t-1] + e[tau])",
        "detail=states",
    ),
    Row(
        "instruments of operations without a loop",
        "/api/instruments /api/norms",
        "o[t] = sin(size(x[t-3]) * (x[t-3] @ x[t])); loss = sum(o[t])",
        "detail=operations",
    ),
    Row("a start's copy", "/figure.svg /", "g[t] = b; q[t] = x[t]; q[tau] = b", "parameters=copies"),
    Row(
        "a chain of delays that is folded",
        "/figure.svg /",
        "q[t] = z[t-3]; g[t] = 0.1; z[t] = q[t]; loss = sum(g[t])",
        "detail=states",
    ),
    Row(
        "frames of states with copies",
        "/figure.zip",
        "h[t] = W @ (tanh(d) + alpha * b); s[t] = b + s[t-1]; s[0] = s0; loss = sum(sum(h[t] ** 2))",
        "parameters=copies&detail=states&view=both&phase=backward&tau=1",
    ),
    Row("a start that is no bound of its rule", "/api/trace", "h[t] = tanh(y * h[t-1]); y ~ uniform(-2)"),
    Row(
        "a training that stops at a gradient",
        "/api/train",
        "h[t] = sigmoid(S ** 0 + sum(x[t]) / h[t-3]); loss = sum(sum(h[t] ** 2))",
        "tau=5&truncate=2",
    ),
    Row("a run of matrices", "/run.svg /run.png /run.csv", "s[t] = outer(x[t], b); loss = sum(mse(s[t] @ b, y[t]))"),
    Row(
        "targets that data is compared with",
        "/run.tex /run.svg /run.csv /api/train",
        "a[t] = z[t]; a[0] = b; o[t] = e[t]; l[t] = cross_entropy(o[t], e[t]); loss = sum(l[t])",
        "tau=1&task=echo",
    ),
    Row("a prediction without data", "/api/train /run.svg", "o = V @ b; loss = mse(o, y)"),
    Row("a start that is a sum", "/api/trace", "s[t] = cross_entropy(x[t-1], y[t]) + s[t+1]; s[tau+1] = mean(b)"),
    Row(
        "a gradient at a start, of a vector that is 0 there",
        "/api/adjoint",
        "a[t] = sigmoid(a[t-1]) ** (V @ concat(x[t], d)); a[-1] = d; a[0] = d",
        "tau=1",
    ),
    Row(
        "equal values of which the derivatives differ much",
        "/api/trace",
        "k[t] = tanh(k[t-1] * t ** 2); loss = max(k[t])",
        "tau=6",
    ),
    Row(
        "an objective that is 0 whatever it reads",
        "/ /figure.svg /api/graph",
        "s[t] = (tau < 1); loss = sum(s[t])",
        "tau=1",
    ),
    Row(
        "a link longer than its sequence", "/api/trace", "", "system=last-output&tau=5&task=next-character:hello,hi,abc"
    ),
    Row("sequences of which the first is shorter", "/api/trace", "", "system=last-output&task=next-character:hi,hello"),
    Row(
        "gradients that are no numbers, on a scale",
        "/api/instruments /figure.svg /",
        "g[t] = sqrt(g[t-2])",
        "tau=3&phase=backward",
    ),
    Row(
        "bounds that meet",
        "/api/trace",
        "d[t] = tanh(t ** 0 - u[t+3]); q[t] = clip(0, d[t], d[t-3]); q[1] = n",
        "tau=4&feed=u:q",
    ),
    Row(
        "data that the last steps alone do not show",
        "/ /figure.svg",
        "a = max(u[t-2] * u[t-2])",
        "tau=8&detail=operations&window=8..tau",
    ),
    Row(
        "a quotient by what lies before a start",
        "/api/trace",
        "s[1] = s1; s[t] = 1/2 * (s[t-1] + x[t] / s[t-1]) + alpha / x[t-1]; loss = sum(s[tau])",
        "tau=4",
    ),
    Row("a step that a start alone reads", "/api/trace /", "m[t] = k; m[1] = c; r[t] = x[t]; r[1] = tanh(2 * m[1])"),
    Row(
        "operations of starts that are counted from the end",
        "/api/trace",
        "y[t] = y[t+1]; y[tau+1] = x; y[tau+2] = tanh(1/2 ** alpha); q[t] = y[t]; q[tau] = exp(2 * x)",
        "tau=3&detail=operations",
    ),
    Row(
        "an opened step with rows that no other has, in a column",
        "/figure.svg /figure.png",
        "ones[t] = x[t]; s[t] = rho; loss = mean([t = 1])",
        "tau=10&open=9:operations&fit=column&rows=-loss&names=rho:omega_new,x:Q_z&phase=update",
    ),
    Row("a power 0 of 0", "/api/trace", "h[t] = tanh(h[t-1] ** 0 * b); loss = sum(sum(h[t]))"),
    Row(
        "the last step's copy read at the first",
        "/figure.svg",
        "v = mean([t = 2] * xi)",
        "tau=2&detail=operations&parameters=copies",
    ),
    Row("what is differentiated, within a state", "/api/trace /figure.svg", "", "system=gru&of=n[3]&detail=states"),
    Row(
        "a start of two operations",
        "/api/trace /figure.svg /",
        "s[t] = tanh(s[t-1]); s[0] = tanh(W @ b)",
        "detail=operations",
    ),
    Row(
        "a function of a number",
        "/api/trace /",
        "f(s) = b * s; g(s) = 0.1; x[t] = f(tau) - g(2) * x[t+3]",
        "detail=operations",
    ),
    Row(
        "a start further back than the run is long", "/api/trace", "g[t] = g[t-3]; f[t] = g[t-3]", "tau=1&detail=states"
    ),
    Row("pooling of what has no time", "/api/trace /", "f(x) = b; v = mean(f(x[t])) + sum(f(x[t])); w = sum(f(x[t]))"),
    Row("a parameter called file", "/weights.npz /weights.safetensors", "h[t] = tanh(file * h[t-1])"),
    Row("a parameter called allow_pickle", "/weights.npz", "h[t] = tanh(allow_pickle * h[t-1])"),
    Row(
        "a factor that is 0 by the step is felt by what it would let through",
        "/api/trace /",
        "m[t] = [t = tau+1]; h[t] = 1.5 * m[t-1] * x[t]; B[t] = clip(h[t], m[t], c)",
        "tau=2",
    ),
    Row(
        "an exponent that is 0 by the step",
        "/api/trace",
        "m[t] = [t = tau+1]; h[t] = exp(x[t]) ** m[t]; s[t] = m[t] * m[t-1] * h[t]",
        "tau=3",
    ),
    Row("a 0 from behind the run decides", "/api/trace", "c[t] = tanh(where(c[t+2], x[t], c[t+2]))", "tau=3"),
    Row("a curve over a state", "/figure.svg", "h[t] = leaky_relu(rho) / h[t-9]", "tau=1"),
    Row("a long weight over a state", "/figure.svg", "h[t] = (a + b + c + d + e + 1) / h[t-1]", "tau=2"),
    Row(
        "a product of 500 factors",
        "/api/trace /api/adjoint /api/instruments /figure.svg /",
        f"h[t] = h[t-1] * {' * '.join(['x[t]'] * 500)}",
        "tau=1",
    ),
    Row(
        "ninety lags",
        "/figure.svg",
        f"h[t] = tanh({' + '.join(f'h[t-{i}]' for i in range(1, 90))})",
        "tau=2&detail=gates&view=folded",
    ),
    Row(
        "what arrives through 500 factors",
        "/",
        f"a[t] = 1 + x[t]; h[t] = h[t-1] * {' * '.join(['a[t]'] * 500)}",
        "tau=1&phase=backward&at=a[1]",
    ),
    Row(
        "a sum of 300 terms",
        "/api/adjoint /api/trace /",
        f"h[t] = tanh(h[t-1] + {' + '.join(['x[t]'] * 300)})",
        "tau=1",
    ),
    Row(
        "the largest of a matrix that fills a start",
        "/api/adjoint /api/trace /",
        "g[t] = k[t-1]; g[0] = max(M)",
        "tau=1",
    ),
    Row(
        "a start without a value that no step reads",
        "/api/trace /api/gradient-check",
        "h[t] = rho; h[0] = rho ** rho; loss = h[tau-1]",
        "tau=2",
    ),
    Row(
        "the frames of an update that nothing is trained for",
        "/figure.tex /figure.pdf /figure.zip",
        "loss = max([t = tau-1])",
        "tau=1&frames=true&phase=update",
    ),
    Row(
        "steps in sight that the text sets alone, in lines",
        "/figure.svg",
        "h[t] = h[t-1] / h[t-1]; h[1] = 1.5; h[2] = s",
        "tau=10&detail=gates&fit=4:3&phase=backward&at=h[7]",
    ),
    Row("a curve of a number so large that its last digit decides", "/api/trace", "p[t] = sin(expm1(tau))", "tau=25"),
    Row(
        "the largest of steps that rounding alone tells apart",
        "/api/trace",
        "name[t] = P @ concat(x, name[t-3]); y[t] = sum(name[t]); loss = max(y[t])",
        "tau=2",
    ),
    Row(
        "from the end of a sequence that ends before others",
        "/api/trace",
        "g[t] = tanh(R @ g[t+1] + Q @ x[t]); o[t] = P @ g[t]; L[t] = cross_entropy(o[t], y[t]); loss = sum(L[t])",
        "tau=5&task=next-character:hello,hi,abc",
    ),
    Row(
        "the largest of sums that are equal in one order",
        "/api/trace",
        "y[t] = sin(sign(m[t])); loss = max(sum(y[t]))",
        "tau=5&seed=2",
    ),
)
SLOW = (
    Row(
        "a product of ninety inputs, with no room for its wires",
        "/figure.svg",
        f"h[t] = h[t-1] * {' * '.join(f'x_{i}[t]' for i in range(90))}",
        "tau=2&detail=gates&fit=16:9",
    ),
)
"""Those that take seconds."""


@pytest.fixture(scope="module")
def service() -> Service:
    return Service()


@pytest.mark.one_in(8)
@pytest.mark.parametrize("row", [*ROWS, *long(*SLOW)], ids=lambda row: row.what)
def test_a_right_link_is_answered_with_the_numbers_of_a_plain_reading(service: Service, row: Row) -> None:
    for address in map(Address, row.paths.split()):
        refused = service.fault(row.case, address, right=True)
        assert not refused, str(refused)
        wrong = [*faults(service, row.case, [address] if address in TRACES else [])]
        assert not wrong, str(wrong[0])
