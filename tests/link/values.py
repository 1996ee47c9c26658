"""Values to try for every field of a link: another than the default, and one that is refused; most follow from its row.

What is written here is of the network that the tests ask about, the default one. A new field needs no line unless its
example means nothing there, or its wrong values cannot be read off its schema.
"""

from app.link import options

OTHER = {
    "equations": "h[t] = tanh(W @ h[t-1] + U @ x[t])",
    "sizes": "h:6",
    "task": "random",
    "of": "L[2]",
    "feed": "x:o",
    "signal": "1,0,-1",
    "clip": "0.001",
}
"""Where the example of the field means nothing for the default network, or changes nothing of it."""
NEEDED: dict[str, str] = {
    "forced": "feed=x:o",
    "signal": "sizes=x:1",
    "momentum": "optimizer=momentum",
    "at": "phase=forward",
    "last": "system=last-output",
}
"""What else is said, so that a field decides something."""
WRONG = {
    "system": "rnm",
    "equations": "h[t] = tanh(h[t-1]",
    "sizes": "x:0",
    "task": "sine-to-cosin",
    "of": "l",
    "truncate": "often",
    "feed": "q:o",
    "set": "W[9,9]:1",
    "signal": "loud",
    "optimizer": "adm",
    "at": "h[9]",
    "window": "3..2",
    "open": "2:states",
    "names": "q:s",
    "mark": "h[9]",
    "rows": "statte",
    "caption": "long" * 200,
}
"""Texts that are wrong by what they mean."""


def other(name: str) -> str:
    """Another value than the default, as a query writes it."""
    return OTHER.get(name) or str(options()[name].example)


def wrong(name: str) -> str:
    """A value that a field does not take: a text that means nothing, what is no choice, a number out of bounds."""
    schema, choices = options()[name].schema, options()[name].choices
    if name in WRONG:
        return WRONG[name]
    if choices:
        return choices[0] + "x"
    if schema["type"] == "boolean":
        return "maybe"
    below = schema["minimum"] - 1 if "minimum" in schema else schema["exclusiveMinimum"]
    return f"{below:g}"
