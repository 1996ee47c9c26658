"""Requests that once were dear, a kind each, and the largest that the limits allow."""

from __future__ import annotations

from collections.abc import Mapping

from tests.dearest.search import Request
from tests.fuzz.addresses import Address


def _of(path: str, *parts: tuple[str, int], method: str = "GET", **fields: str) -> Request:
    return Request(Address(path, method), parts, fields)


ALL = {"window": "1..tau"}

KNOWN: Mapping[str, Request] = {
    "a product of 310 factors, every operation drawn": _of("/figure.svg", ("product", 310), detail="operations"),
    "the way back of 93 factors": _of("/api/adjoint", ("product", 93), method="POST"),
    "the way back of 12 calls of softmax": _of("/api/adjoint", ("softmax", 12), method="POST"),
    "8 calls of softmax within one another, step by step": _of("/api/steps", ("softmax", 8), view="folded"),
    "31 calls within one another": _of("/figure.svg", ("nested", 31)),
    "28 functions that each call the two before": _of("/figure.svg", ("doubling", 26)),
    "ten of them, every operation drawn": _of("/figure.svg", ("doubling", 10), detail="operations"),
    "the instruments of 575 parameters": _of("/api/instruments", ("parameters", 575), tau="3"),
    "a name of 7,900 letters": _of("/api/graph", ("long_name", 3950)),
    "470 misspelt functions": _of("/api/graph", ("typo", 470), method="POST"),
    "314 lines that cannot be read": _of("/api/graph", ("unread", 314), method="POST"),
    "12 variables that read all before": _of("/figure.svg", ("all_before", 12), detail="cells"),
    "45 variables that read all before": _of("/figure.svg", ("all_before", 45), detail="cells"),
    "these 45 on a slide": _of("/figure.svg", ("all_before", 45), detail="cells", fit="16:9"),
    "29 lines that pass others": _of("/figure.svg", ("some_of_some", 11), detail="cells"),
    "these 29 on a slide": _of("/figure.svg", ("some_of_some", 11), detail="cells", fit="16:9"),
    "14 variables that read each other across, on a slide": _of("/figure.json", ("open_ranks", 14), fit="4:3"),
    "16 lags on a slide, the way back": _of(
        "/figure.svg", ("lags", 16), detail="states", phase="backward", tau="12", fit="16:9"
    ),
    "four LSTMs in a column, the way back": _of(
        "/figure.svg", ("stacked", 4), detail="gates", phase="backward", tau="30", fit="column"
    ),
    "40 lags, 70 steps drawn": _of("/figure.svg", ("lags", 40), detail="cells", tau="70", **ALL),
    "125 lags, each start checked": _of("/api/gradient-check", ("lags", 125)),
    "a GRU of 16, 1000 steps, 200 sequences": _of("/api/trace", system="gru", sizes="h:16", tau="1000", batch="200"),
    "an RNN of 16, 1000 steps, 43 sequences": _of("/api/trace", system="rnn", sizes="h:16", tau="1000", batch="43"),
    "an LSTM of 250, every number": _of("/api/trace", system="lstm", sizes="h:250", tau="100"),
    "an LSTM of 64, its instruments": _of("/api/instruments", system="lstm", sizes="h:64", tau="200"),
    "an LSTM, 1000 steps drawn": _of("/figure.svg", system="lstm", detail="cells", tau="1000", phase="backward", **ALL),
    "an LSTM, 400 steps in PDF": _of("/figure.pdf", system="lstm", detail="cells", tau="400", phase="backward", **ALL),
    "the adding problem, trained for 250 updates": _of(
        "/figure.svg", system="rnn", task="adding", batch="256", tau="10", trained="250"
    ),
    "30 states trained on 1000 steps, 256 sequences": _of(
        "/api/graph", ("states", 30), trained_tau="1000", trained="1", batch="256"
    ),
    "a network trained for 5,000 updates": _of("/figure.svg", system="rnn", trained="5000"),
    "78 frames of an LSTM, each on a slide": _of("/figure.zip", system="lstm", tau="6", phase="backward", fit="16:9"),
    "a picture of 34 million pixels": _of("/figure.png", system="rnn", scale="3"),
}
