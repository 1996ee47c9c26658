"""Programs around a recurrence: loops behind one another, scans, sums over patterns, radii, a backward pass by hand."""

from __future__ import annotations

import pytest

from app.language import parse
from app.language.pasted import read_pasted

HOPFIELD = "s = x0\nfor _ in range(10):\n    s = np.sign(W @ s)"
TEN_STEPS = "tau: 10 unless given\n"
SIGN = "sgn(a) = (a > 0) - (a < 0)\n"
RECALLED = "s[0] = x0\ns[t] = sgn(W @ s[t-1])"
ENCODER = "h = np.zeros(n)\nfor t in range(T):\n    h = np.tanh(W @ h + U @ x[t])\n"
ENCODED = "h[t] = tanh(W @ h[t-1] + U @ x[t])"
STEP = "def step(h, x):\n    h = jnp.tanh(W @ h + U @ x)\n    return h, h\n"
RESERVOIR = "x = np.zeros(n)\nfor t in range(T):\n    x = np.tanh(V @ u[t] + W @ x)"
RUN_IN = "x[t] = tanh(V @ u[t] + W @ x[t-1])"
ROWS = {
    # a loop behind another
    f"{ENCODER}s = h\nfor t in range(T):\n    s = np.tanh(V @ s)": f"{ENCODED}\ns[0] = h[tau]\ns[t] = tanh(V @ s[t-1])",
    f"{ENCODER}s = np.tanh(V @ h)\nfor t in range(T):\n    s = np.tanh(Q @ s)": (
        f"{ENCODED}\ns[0] = tanh(V @ h[tau])\ns[t] = tanh(Q @ s[t-1])"
    ),
    f"{ENCODER}c = h\ns = np.zeros(3)\nfor t in range(T):\n    s = np.tanh(V @ s + C @ c + D @ h)": (
        f"s: 3 unless given\n{ENCODED}\nc = h[tau]\ns[t] = tanh(V @ s[t-1] + C @ c + D @ h[tau])"
    ),
    (
        "hs = np.zeros((T, n))\nfor t in range(T):\n    hs[t] = np.tanh(W @ hs[t-1] + U @ x[t])\n"
        "s = hs[-1]\nfor t in range(T):\n    s = np.tanh(V @ s)"
    ): "hs[t] = tanh(W @ hs[t-1] + U @ x[t])\ns[0] = hs[tau]\ns[t] = tanh(V @ s[t-1])",
    # scans
    f"{STEP}h0 = jnp.zeros(32)\nhT, hs = lax.scan(step, h0, xs)": f"h: 32 unless given\n{ENCODED}",
    f"{STEP}_, hs = jax.lax.scan(step, jnp.ones(8), xs)": f"h: 8 unless given\n{ENCODED}\nh[0] = 1",
    f"{STEP}_, hs = lax.scan(step, h0, xs)": f"{ENCODED}\nh[0] = h0",
    "h0 = jnp.zeros(32)\nhs = lax.scan(lambda h, x: (jnp.tanh(W @ h + U @ x),) * 2, h0, xs)[1]": (
        f"h: 32 unless given\n{ENCODED}"
    ),
    "_, ys = lax.scan(lambda h, x: (jnp.tanh(W @ h + U @ x), V @ h), h0, xs)": (
        f"h[0] = h0\ny[t] = V @ h[t-1]\n{ENCODED}"
    ),
    (
        "def rnn(params, h0, xs):\n    def step(h, x):\n        h = jnp.tanh(W @ h + U @ x)\n        return h, h\n"
        "    _, hs = lax.scan(step, h0, xs)\n    return hs"
    ): f"{ENCODED}\nh[0] = h0",
    (
        "def cell(carry, x):\n    h, c = carry\n    c = jax.nn.sigmoid(F @ h) * c + U @ x\n    h = jnp.tanh(c)\n"
        "    return (h, c), h\nh0 = jnp.zeros(4)\nc0 = jnp.ones(4)\n(h, c), hs = lax.scan(cell, (h0, c0), xs)"
    ): "h: 4 unless given\nc[t] = sigmoid(F @ h[t-1]) * c[t-1] + U @ x[t]\nh[t] = tanh(c[t])\nc[0] = 1",
    "def f(carry, u):\n    h = jnp.tanh(W @ carry + U @ u)\n    return h, V @ h\n_, ys = lax.scan(f, h0, us)": (
        "h[t] = tanh(W @ h[t-1] + U @ u[t])\ny[t] = V @ h[t]\nh[0] = h0"
    ),
    "def f(h, z):\n    return jnp.tanh(W @ h + U @ z), h\n_, hs = lax.scan(f, h0, zs)": (
        "h[t] = tanh(W @ h[t-1] + U @ z[t])\nh[0] = h0"
    ),
    (
        "def f(h, inputs):\n    x, m = inputs\n    h = jnp.tanh(W @ h + U @ x) * m\n    return h, h\n"
        "_, hs = lax.scan(f, h0, (x, m))"
    ): ("h[t] = tanh(W @ h[t-1] + U @ x[t]) * m[t]\nh[0] = h0"),
    # what stands behind a scan, two behind one another, and what is carried beside a state
    f"{STEP}hT, hs = lax.scan(step, h0, xs)\ny = V @ hT": f"{ENCODED}\nh[0] = h0\nhT = h[tau]\ny = V @ hT",
    f"{STEP}_, h1 = lax.scan(step, h0, xs)\n_, h2 = lax.scan(step, g0, h1)\nys = jax.vmap(lambda h: V @ h)(h2)": (
        f"{ENCODED}\nh_2[t] = tanh(W @ h_2[t-1] + U @ h1[t])\nh[0] = h0\nh1[t] = h[t]\n"
        "h_2[0] = g0\nh2[t] = h_2[t]\nys[t] = V @ h2[t]"
    ),
    "states = tf.scan(lambda a, x: (a[0] * 0.9 + x, a[1] + a[0]), xs, initializer=(0.0, 1.0))": (
        "x: scalar unless given\na_2[0] = 1\na_1[t] = a_1[t-1] * 0.9 + x[t]\na_2[t] = a_2[t-1] + a_1[t-1]"
    ),
    (
        "def step(x_t, h_tm1, W):\n    h_t = T.tanh(T.dot(x_t, U) + T.dot(h_tm1, W))\n    return h_t, T.dot(h_t, V)\n"
        "[h, o], _ = theano.scan(step, sequences=x, outputs_info=[h0, None], non_sequences=[W])\nloss = T.mean(o ** 2)"
    ): "h[t] = tanh(x[t] @ U + h[t-1] @ W)\ny[t] = h[t] @ V\nh[0] = h0\no[t] = y[t]\nloss = mean(mean(o[t] ** 2))",
    f"{STEP}_, hs = lax.scan(step, h0, xs, reverse=True)": "h[t] = tanh(W @ h[t+1] + U @ x[t])\nh[tau+1] = h0",
    "total = reduce(lambda a, b: a + b, xs)\nloss = sum(total)": (
        "a[1] = xs[1]\na[t] = a[t-1] + xs[t]\ntotal = a[tau]\nloss = sum(total)"
    ),
    # loops that end by a condition, scans of pairs, Keras
    (
        "def going(s):\n    return s[1] < 10\ndef body(s):\n    h, i = s\n    return jnp.tanh(W @ h), i + 1\n"
        "h, _ = lax.while_loop(going, body, (h0, 0))"
    ): "h[t] = tanh(W @ h[t-1])\ni[t] = i[t-1] + 1\nh[0] = h0",
    "h = lax.while_loop(lambda h: jnp.sum(h) < 9, lambda h: jnp.tanh(W @ h), h0)\ny = V @ h": (
        "h[0] = h0\nh[t] = tanh(W @ h[t-1])\ny = V @ h[tau]"
    ),
    (
        "def op(l, r):\n    a1, b1 = l\n    a2, b2 = r\n    return a1 * a2, a2 * b1 + b2\n"
        "_, h = lax.associative_scan(op, (a, b))"
    ): "a1[1] = a[1]\nb1[1] = b[1]\na1[t] = a1[t-1] * a[t]\nb1[t] = a[t] * b1[t-1] + b[t]",
    "hs = jax.lax.associative_scan(jnp.add, xs)\ny = V @ hs[-1]": (
        "a[1] = xs[1]\na[t] = a[t-1] + xs[t]\nhs[t] = a[t]\ny = V @ hs[tau]"
    ),
    (
        "def step(x, states):\n    h = states[0]\n    h = K.tanh(K.dot(x, U) + K.dot(h, W))\n    return h, [h]\n"
        "last, outputs, states = K.rnn(step, inputs, [h0])\ny = V @ last"
    ): "h[t] = tanh(x[t] @ U + h[t-1] @ W)\nh[0] = h0\noutputs[t] = h[t]\ny = V @ outputs[tau]",
    # solvers
    "def f(y, t):\n    return -k * y\ny = odeint(f, y0, t)": (
        "f(y) = -k * y\ndt = 0.1\ny[0] = y0\ny[t] = y[t-1] + dt * f(y[t-1])"
    ),
    "f = lambda t, h: np.tanh(W @ h + b * t)\nsol = solve_ivp(f, (0, 9), h0)": (
        "f(time, h) = tanh(W @ h + b * time)\ndt = 0.1\nh[0] = h0\nh[t] = h[t-1] + dt * f((t - 1) * dt, h[t-1])"
    ),
    (
        "def pend(y, t, b):\n    angle, speed = y\n    dydt = [speed, -b * np.sin(angle)]\n    return dydt\n"
        "t = np.linspace(0, 10, 101)\ny = odeint(pend, y0, t, args=(b,))"
    ): (
        "y: 2\nangle[t], speed[t] = split(y[t-1])\ndydt[t] = concat(speed[t], -b * sin(angle[t]))\ndt = 0.1\n"
        "y[0] = y0\ny[t] = y[t-1] + dt * dydt[t]"
    ),
    # a 1 behind an input
    "for t in range(T):\n    h = np.tanh(W @ h + U @ np.append(x[t], 1))": (
        "one: 1\none ~ 1\nfixed one\nh[t] = tanh(W @ h[t-1] + U @ concat(x[t], one))"
    ),
    # names
    "for i in range(n):\n    y[i+1] = y[i] + dt * t[i]": ("dt: scalar unless given\ny[t] = y[t-1] + dt * time[t]"),
    "step = 0.5\nfor t in range(T):\n    h = h + step * W @ x[t]": "step_1 = 0.5\nh[t] = h[t-1] + step_1 * W @ x[t]",
    # data that picks an entry where a state begins
    "a[0] = p * B[:, obs[0]]\nfor t in range(1, T):\n    a[t] = (a[t-1] @ A) * B[:, obs[t]]": (
        "a[1] = p * (B @ obs[1])\na[t] = a[t-1] @ A * (B @ obs[t])"
    ),
    "S = np.zeros((d, d))\nfor n in range(N):\n    S = gamma * S + np.outer(K[n], V[n])": (
        "K, V: vector unless given\nS[t] = gamma * S[t-1] + outer(K[t], V[t])"
    ),
    # sums over patterns
    f"W = np.zeros((N, N))\nfor p in patterns:\n    W += np.outer(p, p)\nW /= N\n{HOPFIELD}": (
        f"{TEN_STEPS}N: scalar unless given\n{SIGN}given P\nW = transpose(P) @ P / N\n{RECALLED}"
    ),
    f"W = sum(np.outer(p, p) for p in patterns) / N\n{HOPFIELD}": (
        f"{TEN_STEPS}N: scalar unless given\n{SIGN}given P\nW = transpose(P) @ P / N\n{RECALLED}"
    ),
    f"W = np.zeros((N, N))\nfor mu in range(M):\n    W = W + np.outer(P[mu], P[mu]) / N\n{HOPFIELD}": (
        f"{TEN_STEPS}N: scalar unless given\n{SIGN}given P\nW = transpose(P) @ P / N\n{RECALLED}"
    ),
    f"W = 0\nfor p in patterns:\n    W += np.outer(p, p)\nW /= N\nnp.fill_diagonal(W, 0)\n{HOPFIELD}": (
        f"{TEN_STEPS}N: scalar unless given\n{SIGN}given P\nW = offdiagonal(transpose(P) @ P / N)\n{RECALLED}"
    ),
    f"W = 0\nfor x, y in zip(X, Y):\n    W += eta * np.outer(y, x)\n{HOPFIELD}": (
        f"{TEN_STEPS}{SIGN}given Y, X\nW = eta * (transpose(Y) @ X)\n{RECALLED}"
    ),
    f"patterns = np.array([[1, -1]])\nW = 0\nfor p in patterns:\n    W += np.outer(p, p) / len(patterns)\n{HOPFIELD}": (
        f"{TEN_STEPS}{SIGN}given P\nP ~ [[1, -1]]\nW = transpose(P) @ P / sqrt(size(P @ transpose(P)))\n{RECALLED}"
    ),
    # a spectral radius
    f"rhoW = max(abs(linalg.eig(W)[0]))\nW *= 1.25 / rhoW\n{RESERVOIR}": RUN_IN,
    f"W = W / np.max(np.abs(np.linalg.eigvals(W))) * 0.9\n{RESERVOIR}": RUN_IN,
    # what keeps every step
    "X = np.zeros((n, T))\nfor t in range(T):\n    x = np.tanh(W @ x + V @ u[t])\n    X[:, t] = x[:, 0]\n": (
        "x[t] = tanh(W @ x[t-1] + V @ u[t])\nX[t] = x[t]"
    ),
    (
        "X = np.zeros((n, T))\nfor t in range(T):\n    x = np.tanh(W @ x + V @ u[t])\n"
        "    if t >= start:\n        X[:, t-start] = np.vstack((1, u[t], x))[:, 0]\n"
    ): "x[t] = tanh(W @ x[t-1] + V @ u[t])",
}


@pytest.mark.one_in(2)
@pytest.mark.parametrize(("text", "equations"), ROWS.items())
def test_a_program_around_a_recurrence_is_read_and_runs(text: str, equations: str) -> None:
    reading = read_pasted(text)
    assert not reading.problems
    assert reading.text == equations
    parse(reading.text)


FOLDS = (
    "h = functools.reduce({}, xs, {})",
    "hs = list(itertools.accumulate(xs, {}, initial={}))",
    "hs = tf.scan({}, xs, {})",
    "hs = tf.scan(fn={}, elems=xs, initializer={})",
    "h = tf.foldl({}, xs, initializer={})",
)
"""Functions that run another over a sequence, which is given what is carried and gives it back."""


@pytest.mark.parametrize("fold", FOLDS)
def test_what_runs_a_function_over_a_sequence_is_the_loop_that_it_stands_for(fold: str) -> None:
    value = "np.tanh(W @ h + U @ x)"
    for start in ("h0", "np.zeros(4)", "np.ones(4)"):
        loop = read_pasted(f"h = {start}\nfor x in xs:\n    h = {value}")
        for step in (f"lambda h, x: {value}", "cell"):
            reading = read_pasted(f"def cell(h, x):\n    return {value}\n{fold.format(step, start)}")
            lines = (it for it in reading.text.split("\n") if not it.startswith("cell("))
            assert not reading.problems and sorted(lines) == sorted(loop.text.split("\n"))


@pytest.mark.parametrize("fold", [*FOLDS, "_, hs = lax.scan({}, {}, xs)", "h, _ = theano.scan({}, xs, {})"])
def test_a_function_that_a_text_runs_over_a_sequence_and_does_not_have_is_named_once(fold: str) -> None:
    for name in ("cell", "step"):
        problems = read_pasted(f"{fold.format(name, 'h0')}\nloss = np.mean(hs ** 2)").problems
        assert [it.message for it in problems if name in it.message] == [it.message for it in problems][:1]
        assert f"paste the lines of {name} too" in (problems[0].hint or "")


def test_a_radius_that_is_left_out_is_named_with_the_field_that_sets_it() -> None:
    for scaled, number in {"W *= 1.25 / rho": "1.25", "W = 0.9 * W / rho": "0.9", "W = W / rho": "1"}.items():
        reading = read_pasted(f"rho = np.max(np.abs(np.linalg.eigvals(W)))\n{scaled}\n{RESERVOIR}")
        note = next(line.note for line in reading.lines if line.line == 2)
        assert note == f"left out: set the spectral radius (field radius) to {number}"


FORWARD = """def lossFun(inputs, targets, hprev):
    xs, hs, ys, ps = {}, {}, {}, {}
    hs[-1] = np.copy(hprev)
    loss = 0
    for t in range(len(inputs)):
        xs[t] = np.zeros((vocab_size, 1))
        xs[t][inputs[t]] = 1
        hs[t] = np.tanh(np.dot(Wxh, xs[t]) + np.dot(Whh, hs[t-1]) + bh)
        ys[t] = np.dot(Why, hs[t]) + by
        ps[t] = np.exp(ys[t]) / np.sum(np.exp(ys[t]))
        loss += -np.log(ps[t][targets[t], 0])
"""
BACKWARD = """    dWxh, dWhh, dWhy = np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros_like(Why)
    dhnext = np.zeros_like(hs[0])
    for t in reversed(range(len(inputs))):
        dy = np.copy(ps[t])
        dy[targets[t]] -= 1
        dWhy += np.dot(dy, hs[t].T)
        dh = np.dot(Why.T, dy) + dhnext
        dhraw = (1 - hs[t] * hs[t]) * dh
        dWxh += np.dot(dhraw, xs[t].T)
        dWhh += np.dot(dhraw, hs[t-1].T)
        dhnext = np.dot(Whh.T, dhraw)
    for dparam in [dWxh, dWhh, dWhy]:
        np.clip(dparam, -5, 5, out=dparam)
    return loss, dWxh, dWhh, dWhy
"""


def test_of_a_program_with_a_backward_pass_the_forward_pass_is_read_and_the_other_named_once() -> None:
    reading = read_pasted(FORWARD + BACKWARD)
    assert not reading.problems
    assert reading.text == read_pasted(FORWARD).text
    said = [line for line in reading.lines if "gradients" in line.note]
    assert [(line.line, line.note) for line in said] == [
        (12, "the gradients are computed here: lines 12 to 24 are left out, they follow from the equations")
    ]


def test_a_loop_that_runs_backwards_over_states_is_no_backward_pass() -> None:
    reading = read_pasted("for t in reversed(range(T)):\n    dt = 0.1\n    h = h + dt * x[t]")
    assert not any("gradients" in line.note for line in reading.lines)


def test_a_sum_over_patterns_that_is_no_product_is_refused_once() -> None:
    loop = "for p in patterns:\n    q = p - 1\n    W += np.outer(p, p)\nW /= 3"
    reading = read_pasted(f"patterns = np.array([[1, -1]])\n{loop}\n{HOPFIELD}")
    assert [(it.line, it.message) for it in reading.problems] == [
        (2, "a loop over patterns that adds something up is not time")
    ]
    assert "W = transpose(P) @ P / N" in (reading.problems[0].hint or "")


def test_a_size_beyond_the_largest_is_left_open() -> None:
    reading = read_pasted(
        "n = 1000\nW = np.random.rand(n, n)\nx = np.zeros(1000)\nfor t in range(T):\n    x = np.tanh(W @ x)"
    )
    assert not reading.problems and "1000" not in reading.text
