"""Kinds of what is pasted from courses, books and manuals, and the equations that each of them is read as."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.engine import bind, run
from app.language import Problem, parse
from app.language.pasted import read_pasted, with_line
from app.language.pasted.lines import Unread
from app.language.pasted.other_languages import OTHER_LANGUAGES
from tests.language.problem_sites import PASTED_HOME, PASTED_SAYS, reached, sites, tried
from tests.language.test_pasted import NAMED
from tests.language.test_pasted_rows import UNREAD

FORWARD, BACKWARD = "h_f[t] = tanh(W @ h_f[t-1] + U @ x[t])", "h_b[t] = tanh(R @ h_b[t+1] + Q @ x[t])"
BOTH = f"{FORWARD}\n{BACKWARD}\ny[t] = V @ concat(h_f[t], h_b[t])"
BEFORE, AHEAD = "{t-1}", "{t+1}"
DIRECTIONS = {
    (
        rf"{f}_t = \tanh(W {f}_{BEFORE} + U x_t) \\ {b}_t = \tanh(R {b}_{AHEAD} + Q x_t) \\ y_t = V [{f}_t{sign} {b}_t]"
    ): BOTH
    for f, b in (
        (r"\overrightarrow{h}", r"\overleftarrow{h}"),
        (r"\overrightarrow h", r"\overleftarrow h"),
        (r"{\overrightarrow {h}}", r"{\overleftarrow {h}}"),
        (r"\vec{h}", r"\overleftarrow{h}"),
        (r"\vec{h}", r"\cev{h}"),
        (r"\overset{\rightarrow}{h}", r"\overset{\leftarrow}{h}"),
        (r"\overset{\to}{\mathrm{h}}", r"\stackrel{\leftarrow}{h}"),
        ("h^{f}", "h^{b}"),
        (r"h^{\rightarrow}", r"h^{\leftarrow}"),
        (r"h^{(\text{f})}", r"h^{(\text{b})}"),
    )
    for sign in (";", ",")
} | {
    ("h⃗_t = tanh(W h⃗_{t-1} + U x_t)\nh⃖_t = tanh(R h⃖_{t+1} + Q x_t)\ny_t = V [h⃗_t; h⃖_t]"): BOTH,
    r"\vec{h}_t = \tanh(W \vec{h}_{t-1})": "h[t] = tanh(W @ h[t-1])",
    r"h_t = \tanh(W' h_{t-1} + U' x_t)": "h[t] = tanh(W_prime @ h[t-1] + U_prime @ x[t])",
}
"""Two directions of one sequence."""
ELMAN = "h[t] = tanh(W @ h[t-1] + U @ x[t])"
MOMENTS = {
    "h<t> = tanh(W h<t-1> + U x<t>)": ELMAN,
    "h(t) = tanh(W h(t-1) + U x(t))": ELMAN,
    "h_t=tanh(W*h_(t-1)+U*x_t)": ELMAN,
    "h_(t) = tanh(W h_(t-1) + U x_(t))": ELMAN,
    "h^(t) = tanh(W h^(t-1) + U x^(t))": ELMAN,
    r"h_t = \tanh(W h_{(t-1)} + U x_{[t]})": ELMAN,
    "h<t> = g(Waa a<t-1> + Wax x<t> + ba)": "g(a) = tanh(a)\nh[t] = g(Waa @ a[t-1] + Wax @ x[t] + ba)",
    r"\ell_t = \alpha y_t + \ell_{t-1}": "l[t] = alpha * y[t] + l[t-1]",
    r"s_t = (a < b) s_{t-1}": "s[t] = (a < b) * s[t-1]",
}
"""Moments as courses and plain text have them."""
DIVISORS = {
    "P(t) = P(t-1) + r P(t-1) (1 - P(t-1)/K)": (
        "r, K: scalar unless given\nP[t] = P[t-1] + r * P[t-1] * (1 - P[t-1] / K)"
    ),
    r"N_{t+1} = r N_t (1 - \frac{N_t}{K})": ("r, K: scalar unless given\nN[t] = r * N[t-1] * (1 - N[t-1] / K)"),
    "x_t = (A x_{t-1} + B u_t) / (2 M)": ("M: scalar unless given\nx[t] = (A @ x[t-1] + B @ u[t]) / (2 * M)"),
}
"""What divides is no matrix, whatever its letter."""
SQUARES = "loss = sum(sum((y[t] - o[t]) ** 2))\no[t] = V @ x[t]"
SUMS = {
    "L = Σ_t (y_t - o_t)^2\no_t = V x_t": SQUARES,
    "L = ∑_{t} (y_t - o_t)²\no_t = V x_t": SQUARES,
    "L = Σ (y_t - o_t)^2\no_t = V x_t": SQUARES,
    "L = sum_t (y_t - o_t)^2\no_t = V x_t": SQUARES,
    "Σ_t = A Σ_{t-1} Aᵀ + Q": "Sigma[t] = A @ Sigma[t-1] @ transpose(A) + Q",
    "y_t = A Σ Aᵀ x_t": "y[t] = A @ Sigma @ transpose(A) @ x[t]",
    "y(t) = sum_{k=1}^{3} a_k y(t-k)": (
        "a_1, a_2, a_3: scalar unless given\ny[t] = a_1 * y[t-1] + a_2 * y[t-2] + a_3 * y[t-3]"
    ),
    r"y_t = \sum_{k=1}^{3} a_k y_{t-k}": (
        "a_1, a_2, a_3: scalar unless given\ny[t] = a_1 * y[t-1] + a_2 * y[t-2] + a_3 * y[t-3]"
    ),
    r"y_t = \sum_{i=0}^{2} w_i x_{t-i}": (
        "w_0, x, w_1, w_2: scalar unless given\ny[t] = w_0 * x[t] + w_1 * x[t-1] + w_2 * x[t-2]"
    ),
    r"y[n] = \sum_{k=0}^{1} b_k x[n-k] - \sum_{k=1}^{2} a_k y[n-k]": (
        "b_0, x, b_1, a_1, a_2: scalar unless given\ny[t] = b_0 * x[t] + b_1 * x[t-1] - (a_1 * y[t-1] + a_2 * y[t-2])"
    ),
    "X_t = c + ε_t + Σ_{i=1}^{2} φ_i X_{t-i} + Σ_{i=1}^{1} θ_i ε_{t-i}": (
        "c: scalar unless given\nX[t] = c + epsilon[t] + phi_1 * X[t-1] + phi_2 * X[t-2] + theta_1 * epsilon[t-1]"
    ),
    r"y_t = \sum_{k=0}^{2} \gamma^k x_{t-k+1-1}": (
        "y[t] = gamma ** 0 * x[t] + gamma ** 1 * x[t-1] + gamma ** 2 * x[t-2]"
    ),
    r"y_t = \sum_{\tau=0}^{1} h_\tau x_{t-\tau}": (
        "h_0, x, h_1: scalar unless given\ny[t] = h_0 * x[t] + h_1 * x[t-1]"
    ),
    r"y_t = \sum_{k=1}^{2} k x_{t-k} + \sum_{j=1}^{2} w_{ij} x_t": (
        "x, w_i1, w_i2: scalar unless given\ny[t] = 1 * x[t-1] + 2 * x[t-2] + w_i1 * x[t] + w_i2 * x[t]"
    ),
    r"y_t = \sum_{i=1}^{2} f_i(x_{t-i})": ("f_1(a) = tanh(a)\nf_2(a) = tanh(a)\ny[t] = f_1(x[t-1]) + f_2(x[t-2])"),
    r"J^{(t)}(\theta) = -\sum_{j=1}^{|V|} y_{t,j} \log \hat{y}_{t,j} \\ \hat{y}_t = \mathrm{softmax}(U x_t)": (
        "J[t] = -sum(y[t] * log(yhat[t]))\nyhat[t] = softmax(U @ x[t])"
    ),
}
"""Sums over time, over lags, over entries."""
EULER = "dt = 0.1\n"
DERIVATIVES = {
    r"\dot{x} = -x + W \tanh(x)": f"{EULER}x[t] = x[t-1] + dt * (-x[t-1] + W @ tanh(x[t-1]))",
    "dx/dt = -x + tanh(W x + U u)": f"{EULER}x[t] = x[t-1] + dt * (-x[t-1] + tanh(W @ x[t-1] + U @ u[t]))",
    r"\frac{dx}{dt} = A x + B u, \quad y = C x": (
        f"{EULER}x[t] = x[t-1] + dt * (A @ x[t-1] + B @ u[t])\ny[t] = C @ x[t]"
    ),
    r"\dot{x}(t) = A x(t) + B u(t) \\ y(t) = C x(t) + D u(t)": (
        f"{EULER}x[t] = x[t-1] + dt * (A @ x[t-1] + B @ u[t])\ny[t] = C @ x[t] + D @ u[t]"
    ),
    "x'(t) = A x(t) + B u(t)": f"{EULER}x[t] = x[t-1] + dt * (A @ x[t-1] + B @ u[t])",
    r"\tau \frac{\mathrm{d} x_t}{\mathrm{d} t} = -x_t + b": f"{EULER}x[t] = x[t-1] + dt / tau_x * (-x[t-1] + b)",
    r"\frac{d}{dt} h = \tanh(W h)": f"{EULER}h[t] = h[t-1] + dt * tanh(W @ h[t-1])",
    "τ dv/dt = -v + R I(t)": f"{EULER}v[t] = v[t-1] + dt / tau_v * (-v[t-1] + R @ I[t])",
    r"\dot{x} = v \\ v' = -k x": f"{EULER}x[t] = x[t-1] + dt * v[t-1]\nv[t] = v[t-1] + dt * (-k * x[t-1])",
    r"\dot{r} = -r + a \\ a = \tanh(W r) \\ z = V r": (
        f"{EULER}r[t] = r[t-1] + dt * (-r[t-1] + a[t])\na[t] = tanh(W @ r[t-1])\nz[t] = V @ r[t]"
    ),
    r"dt = 0.01 \\ \dot{x} = \sin(t) - x": "dt = 0.01\nx[t] = x[t-1] + dt * (sin(t * dt) - x[t-1])",
    "h' = tanh(W h + U x)": ELMAN,
    r"\hat{y} = W \dot{x}": "yhat = W @ xdot",
}
"""Differential equations, and what looks like one."""
SIDES = {
    r"\sigma_t^2 = \omega + \alpha \epsilon_{t-1}^2 + \beta \sigma_{t-1}^2": (
        "sigma[t] = sqrt(omega + alpha * epsilon[t-1] ** 2 + beta * sigma[t-1] ** 2)"
    ),
    r"\mathcal{L}(\theta) = \sum_t (\hat{y}_t - y_t)^2 \\ \hat{y}_t = V x_t": (
        "loss = sum(sum((yhat[t] - y[t]) ** 2))\nyhat[t] = V @ x[t]"
    ),
    r"\hat{y}_t = \text{softmax}(U h_t) \in \mathbb{R}^{|V|} \\ h_t = \tanh(W h_{t-1})": (
        "yhat[t] = softmax(U @ h[t])\nh[t] = tanh(W @ h[t-1])"
    ),
    r"x_t = f(W x_{t-1} + W^{\text{fb}} y_{t-1})": "f(a) = tanh(a)\nx[t] = f(W @ x[t-1] + W_fb @ y[t-1])",
    r"\begin{cases} x_{k+1} = A x_k + B u_k \\ y_k = C x_k + D u_k \end{cases}": (
        "x[t] = A @ x[t-1] + B @ u[t-1]\ny[t] = C @ x[t] + D @ u[t]"
    ),
    r"\left\{ \begin{array}{l} x_{k+1} = A x_k \\ y_k = C x_k \end{array} \right.": (
        "x[t] = A @ x[t-1]\ny[t] = C @ x[t]"
    ),
    r"h_t = f_W(h_{t-1}, x_t) = \tanh(W h_{t-1} + U x_t)": ELMAN,
    "o_t = softmax(V x_t)\nE(y, o) = -Σ_t y_t log o_t": (
        "o[t] = softmax(V @ x[t])\nloss = -sum(sum(y[t] * log(o[t])))"
    ),
    r"s_t = \Theta(v_t - \theta) \\ v_t = \beta v_{t-1} + x_t": (
        "s[t] = step(v[t] - theta)\nv[t] = beta * v[t-1] + x[t]"
    ),
    r"h_0 = \mathbf{0}, \quad h_t = \tanh(\Theta h_{t-1} + \mathbf{1})": "h[t] = tanh(Theta @ h[t-1] + 1)",
    r"h_t = \tanh(w h_{t-1} + u x_t + b)": ("w, u, x, b: scalar unless given\nh[t] = tanh(w * h[t-1] + u * x[t] + b)"),
}
"""What stands left of the sign of equality, and beside it."""
STEPS = {
    "mem = beta * mem + W @ x[t]\nspk = (mem > 1.0).float()\nmem = mem - spk": (
        "mem_1[t] = beta * mem[t-1] + W @ x[t]\nspk[t] = mem_1[t] > 1\nmem[t] = mem_1[t] - spk[t]"
    ),
    "mem = beta * mem + W @ x[t]; spk = mem > 1.0; mem = mem - spk": (
        "mem_1[t] = beta * mem[t-1] + W @ x[t]\nspk[t] = mem_1[t] > 1\nmem[t] = mem_1[t] - spk[t]"
    ),
    "z = sigmoid(x @ Wz + h @ Uz)\nh = z * h + (1 - z) * tanh(x @ W)": (
        "z[t] = sigmoid(x[t] @ Wz + h[t-1] @ Uz)\nh[t] = z[t] * h[t-1] + (1 - z[t]) * tanh(x[t] @ W)"
    ),
    "h = tanh(W @ h)": "h[t] = tanh(W @ h[t-1])",
    "for t in range(T):\n    x = A @ x + np.random.randn(3)\n    y = C @ x + r * np.random.randn(2)": (
        "x: 3 unless given\ny: 2 unless given\n"
        "x[t] = A @ x[t-1] + noise_1[t]\ny[t] = C @ x[t] + r * noise_2[t]"
    ),
    "for t in range(T):\n    x = 0.9 * x + np.random.normal(0, 0.1)": (
        "noise: scalar\nx[t] = 0.9 * x[t-1] + 0.1 * noise[t]"
    ),
    "for t in range(T):\n    v = beta * v + x[t]\n    s = (v > theta).astype(float)\n    v[v > theta] = 0": (
        "v_1[t] = beta * v[t-1] + x[t]\ns[t] = v_1[t] > theta\nv[t] = where(v_1[t] > theta, 0, v_1[t])"
    ),
    "x = A @ x + torch.randn_like(x)": "x[t] = A @ x[t-1] + noise[t]",
    **{
        f"h = torch.tanh(W @ h + U @ x.{method})": ELMAN
        for method in (
            "float()", "double()", "clone()", "squeeze()", "squeeze(0)", "unsqueeze(1)", "item()", "numpy()",
            "to(device)", "view(-1)", "reshape(-1, 1)", "cpu()", "contiguous()", "flatten()",
        )
    },
    "h = torch.tanh(W @ h.detach() + U @ x)": "h[t] = tanh(W @ stop(h[t-1]) + U @ x[t])",
    "alpha = torch.softmax(q @ K.T / np.sqrt(d), dim=-1)": "alpha = softmax(q @ transpose(K) / sqrt(d))",
    "P = F @ P @ F.T + Q": "P[t] = F @ P[t-1] @ transpose(F) + Q",
    "x = F.dot(x) + K.dot(z[t])": "x[t] = F @ x[t-1] + K @ z[t]",
}  # fmt: skip
"""A step of a program without its loop."""
ACTIVATED = "{0}(a) = tanh(a)\nh[t] = {0}(W @ h[t-1] + U @ x[t])"
SQUASHED = {
    f"h = {call}(W @ h + U @ x)": ACTIVATED.format(call.split(".")[-1])
    for call in ("activation", "self.activation", "act", "self.act_fn", "nonlinearity", "squash", "phi", "g")
} | {
    r"h_t = \operatorname{activation}(W h_{t-1} + U x_t)": ACTIVATED.format("activation"),
    "def act(x):\n    return np.sin(x)\nfor t in range(T):\n    h = act(W @ h + U @ x[t])": (
        "act(x) = sin(x)\nh[t] = act(W @ h[t-1] + U @ x[t])"
    ),
}
"""Squashings that a text leaves open, and one that it does not."""
RETURNED = {
    "return self.fc(h.squeeze(0))": "y = W_fc @ h + b_fc",
    "def forward(x, h):\n    h = np.tanh(W @ x + U @ h)\n    return softmax(V @ h)": (
        "h[t] = tanh(W @ x[t] + U @ h[t-1])\ny[t] = softmax(V @ h[t])"
    ),
    "def forward(x, h):\n    h = np.tanh(W @ x + U @ h)\n    return F.log_softmax(V @ h, dim=1), h": (
        "h[t] = tanh(W @ x[t] + U @ h[t-1])\ny[t] = log_softmax(V @ h[t])"
    ),
    "def forward(x):\n    for t in range(T):\n        h = np.tanh(W @ h + x[t])\n    return V @ h": (
        "h[t] = tanh(W @ h[t-1] + x[t])\ny = V @ h[tau]"
    ),
    "for t in range(T):\n    h = np.tanh(W @ h + y[t])\n    hs.append(h)\nreturn V @ h": (
        "h[t] = tanh(W @ h[t-1] + y[t])\no = V @ h[tau]"
    ),
    "def rnn(xs, h):\n    out = []\n    for x in xs:\n        h = np.tanh(W @ h + U @ x)\n        out.append(h)\n"
    "    return torch.stack(out), h": ELMAN,
    "class R:\n    def forward(self, data, last_hidden):\n"
    "        hidden = torch.tanh(self.W @ data + self.U @ last_hidden)\n"
    "        return hidden\n    def init(self):\n        return torch.zeros(1, 3)": (
        "hidden[t] = tanh(W @ data[t] + U @ hidden[t-1])"
    ),
}
"""What is returned without a name."""
LOGITS = "for t in range(T):\n    p[t] = softmax(V @ x[t])\n"
PICKED = {
    f"{LOGITS}    {added}": f"p[t] = softmax(V @ x[t])\nL[t] = -sum({label}[t] * log(p[t]))\nloss = sum(L[t])"
    for added, label in (
        ("loss += -np.log(p[t][targets[t],0])", "targets"),
        ("loss -= np.log(p[t][targets[t]])", "targets"),
        ("loss -= log(p[t][y[t]])", "y"),
        ("loss += -p[t][y[t], 0].log()", "y"),
    )
} | {
    f"{LOGITS}loss = -np.log(p[range(T), y]).mean()": ("p[t] = softmax(V @ x[t])\nloss = -mean(sum(y[t] * log(p[t])))"),
    "for t in range(T):\n    h[t] = np.tanh(E[x[t]] + W @ h[t-1])": "h[t] = tanh(x[t] @ E + W @ h[t-1])",
    "for t in range(T):\n    h[t] = np.tanh(E[:, x[t]] + W @ h[t-1])": "h[t] = tanh(E @ x[t] + W @ h[t-1])",
    "for t in range(T):\n    score += p[t][y[t]]\n    p[t] = softmax(V @ x[t])": (
        "score[t] = score[t-1] + sum(y[t] * 0)\np[t] = softmax(V @ x[t])"
    ),
}
"""An entry that data pick."""
LANGUAGES = {
    "for t = 2:T\n    h(:,t) = tanh(W*h(:,t-1) + U*x(:,t));\nend": ELMAN,
    "h(:,1) = h0;\nfor t = 2:T\nz = a.*x(:,t); % gate\nh(:,t) = z.*h(:,t-1) + W'*x(:,t);\nend\ny = V*h(:,end);": (
        "h[0] = h0\nz[t] = a * x[t]\nh[t] = z[t] * h[t-1] + transpose(W) @ x[t]\ny = V @ h[tau]"
    ),
    "for k = 2:N\n    y(k) = a*y(k-1) + (1-a)*x(k)^2;\nend": "y[t] = a * y[t-1] + (1 - a) * x[t] ** 2",
    "function h = step(h, x)\n    h = tanh(W*h + U*x);\nend": ELMAN,
    "h[t] .= tanh.(W * h[t-1] .+ U * x[t])": ELMAN,
    "for t in 2:T\n    h[:, t] = tanh.(W * h[:, t-1] + U * x[:, t])\nend": ELMAN,
    "cell(h, x) = tanh.(W * h .+ U * x)": "cell(h, x) = tanh(W @ h + U @ x)\nh[t] = cell(h[t-1], x[t])",
    "for (let t = 1; t < T; t++) {\n  h[t] = Math.tanh(w * h[t-1] + u * x[t]);\n}": (
        "h[t] = tanh(w * h[t-1] + u * x[t])"
    ),
    "let s = 0;\nfor (let i = 0; i <= n; i++) {\n  s = a * x[i] + s; // a sum\n}": (
        "a, x: scalar unless given\ns[t] = a * x[t] + s[t-1]"
    ),
    "let h = tanh(W*h + U*x);": ELMAN,
    "function cell(h, x) {\n  return Math.tanh(w * h + x);\n}": (
        "cell(h, x) = tanh(w * h + x)\nh[t] = cell(h[t-1], x[t])"
    ),
}
"""Steps in other languages than Python."""
BOOKS = {
    r"""\begin{array}{ll}
    r_t = \sigma(W_{ir} x_t + b_{ir} + W_{hr} h_{(t-1)} + b_{hr}) \\
    n_t = \tanh(W_{in} x_t + b_{in} + r_t \odot (W_{hn} h_{(t-1)}+ b_{hn})) \\
    h_t = (1 - r_t) \odot n_t + r_t \odot h_{(t-1)}
\end{array}""": (
        "r[t] = sigmoid(W_ir @ x[t] + b_ir + W_hr @ h[t-1] + b_hr)\n"
        "n[t] = tanh(W_in @ x[t] + b_in + r[t] * (W_hn @ h[t-1] + b_hn))\n"
        "h[t] = (1 - r[t]) * n[t] + r[t] * h[t-1]"
    ),
    r"h_t = \tanh(x_t W_{ih}^T + b_{ih} + h_{t-1}W_{hh}^T + b_{hh})": (
        "h[t] = tanh(x[t] @ transpose(W_ih) + b_ih + h[t-1] @ transpose(W_hh) + b_hh)"
    ),
    r"{\begin{aligned}h_{t}&=\sigma _{h}(W_{h}x_{t}+U_{h}y_{t-1}+b_{h})\\"
    r"y_{t}&=\sigma _{y}(W_{y}h_{t}+b_{y})\end{aligned}}": (
        "h[t] = sigmoid(W_h @ x[t] + U_h @ y[t-1] + b_h)\ny[t] = sigmoid(W_y @ h[t] + b_y)"
    ),
    r"s_t = \alpha x_t + (1-\alpha)(s_{t-1} + b_{t-1}) \\ b_t = \beta (s_t - s_{t-1}) + (1-\beta) b_{t-1}": (
        "s[t] = alpha * x[t] + (1 - alpha) * (s[t-1] + b[t-1])\nb[t] = beta * (s[t] - s[t-1]) + (1 - beta) * b[t-1]"
    ),
    r"\overrightarrow{\mathbf{H}}_t = \phi(\mathbf{X}_t \mathbf{W}_{\textrm{xh}}^{(f)} + "
    r"\overrightarrow{\mathbf{H}}_{t-1} \mathbf{W}_{\textrm{hh}}^{(f)} + \mathbf{b}_\textrm{h}^{(f)}), \\ "
    r"\overleftarrow{\mathbf{H}}_t = \phi(\mathbf{X}_t \mathbf{W}_{\textrm{xh}}^{(b)} + "
    r"\overleftarrow{\mathbf{H}}_{t+1} \mathbf{W}_{\textrm{hh}}^{(b)} + \mathbf{b}_\textrm{h}^{(b)}),": (
        "phi(a) = tanh(a)\nH_f[t] = phi(X[t] @ W_xh_f + H_f[t-1] @ W_hh_f + b_h_f)\n"
        "H_b[t] = phi(X[t] @ W_xh_b + H_b[t+1] @ W_hh_b + b_h_b)"
    ),
    r"\boldsymbol h^{(t)} = \sigma\left(\boldsymbol W_h \boldsymbol h^{(t-1)} + \boldsymbol W_e \boldsymbol e^{(t)} + "
    r"\boldsymbol b_1\right)": "h[t] = sigmoid(W_h @ h[t-1] + W_e @ e[t] + b_1)",
}
"""Formulas as manuals, encyclopaedias and textbooks have them."""
KINDS = {
    "two directions": DIRECTIONS,
    "moments": MOMENTS,
    "divisors": DIVISORS,
    "sums": SUMS,
    "derivatives": DERIVATIVES,
    "sides of an equation": SIDES,
    "steps without a loop": STEPS,
    "squashings": SQUASHED,
    "what is returned": RETURNED,
    "entries that data pick": PICKED,
    "other languages": LANGUAGES,
    "books and manuals": BOOKS,
}


@pytest.mark.parametrize("rows", KINDS.values(), ids=KINDS)
def test_every_text_of_a_kind_is_read_as_its_equations(rows: dict[str, str]) -> None:
    found = {source: read_pasted(source) for source in rows}
    wrong = {
        source: (found[source].text, [problem.message for problem in found[source].problems])
        for source, text in rows.items()
        if found[source].text != text or found[source].problems
    }
    assert not wrong
    assert all(parse(text).equations for text in rows.values())


@pytest.mark.parametrize(
    ("source", "note"),
    [
        (next(iter(DERIVATIVES)), "Euler's step, as wide as dt"),
        (next(iter(PICKED)), "targets is one-hot here"),
        (next(iter(SQUASHED)), "the text does not say what activation is: tanh stands for it"),
        (r"L = \sum_{t=2}^{T} (o_t - y_t)^2 \\ o_t = V x_t", "the sum from t = 2 on is over all steps"),
    ],
)
def test_what_is_taken_for_granted_is_said_at_its_line(source: str, note: str) -> None:
    assert [note in line.note for line in read_pasted(source).lines].count(True) == 1


@pytest.mark.parametrize("language", OTHER_LANGUAGES, ids=lambda language: language.name)
def test_a_text_in_another_language_is_named_and_what_is_not_read_of_it_is_its_line(language: object) -> None:
    name = getattr(language, "name", "")
    source = {
        "MATLAB": "for t = 2:T\n    h(:,t) = tanh(W*h(:,t-1));\n    while true\nend",
        "Julia": "h[t] .= tanh.(W * h[t-1])\nfor t in eachindex(x) do",
        "R": "h <- tanh(W %*% h)\nrepeat { h <- h + 1 }",
        "JavaScript": "let h = tanh(W*h);\n  const next = h.map((v, i) => Math.tanh(v));",
    }[name]
    found = read_pasted(source)
    assert found.kind == name and ELMAN.split(" + ")[0] in found.text
    [problem] = found.problems
    assert problem.message == f"this looks like {name}: this line is not read" and problem.hint and problem.span
    assert source[slice(*problem.span)] == source.split("\n")[(problem.line or 1) - 1].strip()


@pytest.mark.parametrize(
    "text",
    [
        "prediction = model(x)\nloss = F.cross_entropy(prediction, target)",
        "o = unknown(x)\nh = np.tanh(W @ h + b)\ny = V @ h + o",
        r"o = \int x \\ h_t = \tanh(W h_{t-1})",
    ],
)
def test_data_that_only_an_unread_line_has_are_not_given(text: str) -> None:
    found = read_pasted(text)
    assert len(found.problems) == 1 and "given x" not in found.text and parse(found.text).equations


def test_what_reads_a_step_that_is_not_read_is_left_out_with_it() -> None:
    loop = "for t in range(T):\n    h = unknown(x[t], h)\n    o = V @ h\n    y = np.tanh(o)\n    s = 0.5 * s + x[t]"
    found = read_pasted(loop)
    assert len(found.problems) == 1
    assert [name for name in "hoys" if name in parse(found.text).variables] == ["s"]


LEADING = (
    (
        "model = Sequential([SimpleRNN(32, go_backwards=True, return_sequences=True), Dense(1)])",
        "go_backwards=True with return_sequences=True is not read",
        "h[t] = tanh(",
    ),
    (
        "model = Sequential()\nmodel.add(LSTM(32, activation='crelu'))\nmodel.add(Dense(1))",
        "the activation 'crelu' is not read",
        "equations of the layer",
    ),
    ("rnn = nn.GRU(10, 20, layers)\nout, hn = rnn(x, h0)", "the class GRU is not read", "sigmoid("),
    ("prediction = model(x)", "there is no function model", "h[t] = tanh("),
    ("e_{ij} = a(s_{i-1}, h_j)", "the text does not say what a is", r"a line of its own: e_{ij} = v^\top \tanh("),
    (r"e_{ij} = s_{i-1}^\top h_j^2", "for every row", r"q_i^\top h_j"),
    (r"e_{ij} = h_j^\top h_j + s_{i-1}^\top h_j", "for every row", r"q_i^\top h_j"),
    (r"e_{ij} = s_{i-1}^\top h_j + h_j", "for every row", r"q_i^\top h_j"),
    (r"c_{ij} = s_{i-1} + \sum_k h_k", "for every row", r"\sum_j \alpha_{ij} h_j"),
    (r"e_{ij} = \frac{s_{i-1}}{h_j}", "for every row", r"q_i^\top h_j"),
    (r"y_t = \sum_k w_{jk} x_{t,k}", "a sum over k is not read", "write W x_t"),
    ("y_t = x_{t-d} + y_{t-1}", "a lag of d steps is not read", "x_{t-2}"),
    (r"y_t = \sum_{k=1}^{p} a_k y_{t-k}", "a sum over k is not read", r"\sum_{k=1}^{3}"),
    (r"y_t = \sum_{k=1}^{50} a_k y_{t-k}", "a sum of 50 terms is not written out", "1 to 32 terms"),
    (r"x_t = \tanh(W [2; u_t] + x_{t-1})", "a number in a vector is not read", "leave it out"),
    (r"p_t \sim \mathcal{N}(0, 1)", "a draw at random is no equation", "is data"),
    (r"h_t = \mathrm{diag}(a_t) h_{t-1}", "what diag is", "goes entry by entry"),
    (r"\ddot{x} = -x", "a second derivative is not read", r"\dot{x} = v"),
    (
        r"z_t = \sigma(\mathrm{Linear}_{d_h}(x_t)) \\ g_t = \mathrm{Linear}_{d_h}(x_t)",
        "Linear is another map",
        "W_z x_t",
    ),
    (r"h_t = \mathrm{MLP}(x_t) + h_{t-1}", "MLP is another map", r"V \tanh(W x_t + b) + c"),
    (r"\alpha_t(j) = b_j \sum_i \alpha_{t-1}(i) a_{ij}", "one variable", r"(A^\top \alpha_{t-1}) \odot b_t"),
    (r"V(s_t) \leftarrow V(s_t) + \alpha (r_t - V(s_t))", "V is computed of itself", r"v_t = v_{t-1} + \alpha"),
    ("m = -np.inf\nfor t in range(T):\n    m = max(m, x[t])", "inf is no finite number", "-1e9"),
    ("inputs = Input(shape=(None, 3))\ny = np.tanh(inputs)", "Input of Keras", "x[t]"),
    ("model = Sequential([Conv1D(8, 3), LSTM(4)])", "the layer Conv1D is not read", "K_0 @ x[t] + K_1 @ x[t-1]"),
    (
        "def f(x):\n    for W, b in layers:\n        x = np.tanh(W @ x + b)\n    return x",
        "to be a name",
        "h1 = np.tanh(W1",
    ),
    (
        "for t in range(T):\n    h, y = cell(x[t], h)",
        "the text does not say what cell is",
        "paste the lines of cell too",
    ),
    ("for t in range(T):\n    h = cell(x[t], h)", "there is no function cell here", "paste the lines of cell too"),
    ("for each x in xs:\n    h = tanh(W h + U x)", "this line is no Python", "write h = tanh(W @ h + U @ x)"),
    ("Q = np.zeros(k)\nfor t in range(T):\n    Q[a[t]] += r[t]", "entries are not read one by one", "Q = Q + … * a[t]"),
    (r"J_t = -\log \hat{y}^{(t)}_{x_{t+1}}", "an entry that data pick is not read", r"-\log(x_{t+1}^\top \hat{y}_t)"),
    (r"\Delta w = \eta y x", "left of = there is to be one variable", "write w_t = w_{t-1} + …"),
    ("ht = tanh(Wh ht−1 + Wx xt + b)", "the subscripts were lost in copying", "h_{t-1}"),
    ("y = np.einsum('bdn,bd->bdn', A, x)", "einsum of 'bdn,bd->bdn' is not read", "outer(a, b)"),
    (
        "for t in range(T):\n    y[t] = np.max(W, axis=1) + h",
        "max along an axis of a matrix",
        "maximum(a, b)",
    ),
    ("for t in range(T):\n    y[t] = np.max(W, axis=0) + h", "max along an axis of a matrix", "maximum(a, b)"),
    ("for t in range(T):\n    h = np.tahn(W @ h)", "no function tahn", "did you mean tanh?"),
    (r"h_t = \tahn(W h_{t-1})", "\\tahn is not read", "did you mean tanh?"),
    ("random.shuffle(x)\nfor t in range(T):\n    h = W @ h + x[t]", "x is changed in place", "x_new = …"),
    ("np.fill_diagonal(W, 1)\nfor t in range(T):\n    h = W @ h", "W is changed in place", "W_new = …"),
    (
        "class Mean:\n    def predict(self):\n        self.m *= self.a\n    def update(self, z):\n        self.m += z",
        "which of predict and update is a step is not said",
        "leave the others out",
    ),
    ("for t in reversed(range(T)):\n    h = W @ h + t", "from the end is not read as a number", "[t+1]"),
    ("for k, x in enumerate(reversed(xs)):\n    h[k] = W @ h[k-1] + x", "an index that goes up", "[t+1]"),
    ("for x, y in zip(xs, ys[::-1]):\n    h = W @ h + x * y", "from the end in part only", "[t+1]"),
    ("for t in range(T, 0, -2):\n    h = W @ h + x[t]", "goes up or down by one", "[t+1]"),
    ("for t in range(T, k, -1):\n    h = W @ h + x[t]", "a loop that ends at no number", "range(T)"),
    ("for t in range(k, T):\n    h = W @ h + x[t]", "goes up or down by one", "range(T)"),
    (
        "for t in range(1, T):\n    h[t] = W @ h[t-1] + x[t]\nfor t in range(T, 0, -1):\n    g[t] = V @ g[t+1] + x[t]",
        "read beside one from the start where both run over all steps",
        "paste each loop by itself",
    ),
    (
        "hs = []\nfor x in reversed(xs):\n    h = W @ h + x\n    hs.append(h)\nloss = np.sum((np.array(hs) - y)**2)",
        "hs is in the order of the passes, from the end",
        "hs.insert(0, …)",
    ),
)
"""Texts with what is not read, and a part of what is to be written in its place."""


@pytest.mark.parametrize(("text", "message", "written"), LEADING)
def test_what_is_not_read_leads_on(text: str, message: str, written: str) -> None:
    problem = read_pasted(text).problems[0]
    assert message in problem.message and written in (problem.hint or "")


DOUBLING = "def f0(x):\n    y = x\n    return y + 1\n" + "".join(
    f"def f{k + 1}(x):\n    y = f{k}(x)\n    return y + f{k}(y)\n" for k in range(8)
)
DEEP = "(" * 110 + "x_t" + ")" * 110
REFUSED = (
    *(text for text, _, _ in UNREAD),
    *(text for text, *_ in NAMED),
    *(text for text, *_ in LEADING),
    "W is 3 x 4\nh[t] = W @ h[t-1] + x[t]",
    *(
        f"rnn = nn.RNN(3, 4{how})\nout, h = rnn(x)\ny = {value}"
        for how in ("", ", batch_first=True")
        for value in (
            "out.mean(0) + out.mean(1)",
            f"out.mean({0 if how else 1})",
            f"torch.softmax(out, {1 if how else 0})",
        )
    ),
    *(
        rf"y_t = {array} x_{{t-1}}"
        for array in (r"\begin{pmatrix} 1 \\ 0 \end{pmatrix}", "[1, 0]", r"\pmatrix{a & b \cr c & d}")
    ),
    r"y_t = \begin{cases} 1 & x_t > 0 & 2 \end{cases}",
    r"y_t = \begin{cases} 1 & x_t \\ 0 & x_t > 1 \end{cases}",
    "W = 0\nfor p in patterns:\n    q = p - 1\n    W += np.outer(p, p)\nfor k in range(9):\n    s = W @ s",
    "f t = g (W f x t + U f h t − 1)",
    r"L = \sum_t p(y_t \mid \{x_1, \ldots, x_t\}) + h_{t-1}",
    "y = Dense(3)(h)",
    r"h_t = \tanh(h) + h_{t-1}",
    f"h_t = {DEEP} + x_{{t-1}}",
    "h_t = x_t if x_t else h_{t-1}",
    r"\overset{a}{+} = x_t",
    r"h_t = \frac{x_t}",
    r"h_t = \alpha" + "√" * 2000 + "x_t + h_{t-1}",
    r"h_t = \alpha" + " x_t" * 400,
    r"h_t = \alpha" + " x_t" * 2000,
    r"P_t = (I - K_t H) P_{t-1}",
    "y = " + "np.tanh(" * 110 + "x" + ")" * 110,
    "self.cell = nn.LSTM(3)\nfor t in range(T):\n    h = self.cell(x[t])",
    "h = np.tanh(np.eye(3) @ h)",
    "for t in range(T):\n    h = np.tanh(h) + np.random.randint(3)",
    "act = nn.LeakyReLU(0.2)\nfor t in range(T):\n    h = act(h)",
    "net = nn.Sequential(nn.Linear(3, 4), blocks)\ny = net(x)",
    "for t in range(T):\n    a, b = x[t]\n    h = np.tanh(a + b)",
    *("h = " + "-" * deep + "np.pi" for deep in (4000, 7000)),
    "import numpy as np\nh = np.tanh(" + " * ".join(["h"] * 400) + ")",
    "h = np.tanh(h\ny = 3 3",
    "def f(a, b):\n    y = a * b\n    return y + 1\nfor t in range(T):\n    h = f(h)",
    f"{DOUBLING}for t in range(T):\n    h = f8(h)",
    "P = np.eye(3)\nfor t in range(T):\n    P = A @ P",
    "loss = 1\nfor t in range(T):\n    loss += h[t]\nmean = loss / T",
    "h[t] .= tanh.(W * h[t-1])\nfor t in eachindex(x) do",
    "h = functools.reduce(cell, xs, h0)",
    r"h_t = \sigma(x_t) \text{ or } \tanh(x_t)",
    "for t in range(T):\n    h = h * (x[t] in words)",
    "for t in range(T):\n    for l in range(L):\n        h[l] = np.tanh(W[l] @ h[l])",
    "hs = jax.lax.associative_scan(combine, (a, b))",
    "for t in range(T):\n    h = lax.cond(p, tanh, relu, h)",
    r"C_{ij} = \sum_k A_{ij} B_{kj}",
    "for t in range(T):\n    h[t] = np.tanh(W @ x[t] + U @ h[t-1])\nk = np.argmax(h)",
    "loss = nn.CrossEntropyLoss(weight=w)(V @ h, y)",
    "for t in range(T):\n    h = np.tanh(W @ h) * h.shape[k] / W.shape[0]",
    "for t in range(T):\n    h = np.tanh(W @ h) / W.shape[0]",
    "def f(*q):\n    for x in q:\n        h = h + x\n    return h\ndef loss(x):\n    a = f(x)\n    return 2 * a",
)
"""Texts with something that is not read, so many that every place which says so is reached."""


@pytest.mark.dear
def test_every_place_that_says_a_problem_has_a_text_and_says_what_to_write(monkeypatch: pytest.MonkeyPatch) -> None:
    with reached(monkeypatch, PASTED_HOME, Unread, Problem) as lines:
        # With a space the text is another, so that nothing is kept of it.
        found = {text[:60]: read_pasted(f"{text} ").problems for text in REFUSED}
    assert not [call for place, call in sites(PASTED_HOME, PASTED_SAYS).items() if not tried(place, lines)]
    assert not [
        (text, problem.message)
        for text, problems in found.items()
        for problem in problems
        if not problem.hint and problem.allowed is None
    ]


CHARACTERS = """
loss = 0
for t in range(len(inputs)):
    xs[t] = np.zeros((n, 1))
    xs[t][inputs[t]] = 1
    hs[t] = np.tanh(np.dot(Wxh, xs[t]) + np.dot(Whh, hs[t-1]) + bh)
    ys[t] = np.dot(Why, hs[t]) + by
    ps[t] = np.exp(ys[t]) / np.sum(np.exp(ys[t]))
    loss += -np.log(ps[t][targets[t],0])
"""


def test_an_entry_that_data_pick_gives_the_number_that_python_gives() -> None:
    recurrence = parse(read_pasted(CHARACTERS).text, {"xs": 3, "hs": 4, "ys": 3})
    inputs, targets, tau = [0, 2, 1, 1], [2, 1, 1, 0], 4
    trace = run(recurrence, tau, bind(recurrence, tau, inputs={"xs": np.eye(3)[inputs], "targets": np.eye(3)[targets]}))
    given = {name: value if value.ndim == 2 else value[:, None] for name, value in trace.parameters.items()}
    scope: dict[str, Any] = {"np": np, "n": 3, "inputs": inputs, "targets": targets, "xs": {}, "ys": {}, "ps": {}}
    scope |= given | {"hs": {-1: np.zeros((4, 1))}}
    exec(CHARACTERS, scope)  # noqa: S102
    assert trace.loss == pytest.approx(scope["loss"].item(), rel=1e-12)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("h_t = tahn(W h_{t-1})", "h_t = tanh(W h_{t-1})"),
        ("for t in range(T):\n    h = np.tahn(W @ h + x[t])", "    h = np.tanh(W @ h + x[t])"),
        ("for t in range(T):\n    h = np.tanh(W @ h)\n    y = np.sigmod(V @ h)", "    y = np.sigmoid(V @ h)"),
        (r"h_t = \tahn(W h_{t-1})", r"h_t = \tanh(W h_{t-1})"),
        (r"y_t = x_t + s_{t-m}", r"y_t = x_t + s_{t-2}"),
        ("for t in range(T):\n    h = np.clamp(h) + x[t]", None),
        ("for t in range(T):\n    h = np.floor(h) + x[t]", None),
    ],
)
def test_a_hint_that_names_what_is_meant_has_the_line_that_mends_the_text(text: str, line: str | None) -> None:
    [problem] = read_pasted(text).problems
    assert problem.line and problem.mendings == ((line,) if line else ())
    assert line is None or not read_pasted(with_line(text, problem.line, line)).problems
