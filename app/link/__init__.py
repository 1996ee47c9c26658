"""`Link`, the permalink: a query, a JSON body or a command line → a recurrence, numbers and what to show of them.

`parse` reads a query, `read` a body, `query` writes; `resolve` makes the engine's objects; `mend` and `mended` keep
what is right of a query; `options` lists the fields.
"""

from app.link.costs import afford, effort
from app.link.fields import EXAMPLES, Body, Graphing, GraphingBody, Link, Training, TrainingBody
from app.link.options import Option, options
from app.link.resolved import Resolved, ResolvedPass, mend, mended, resolve
from app.link.text import parse, query, read

__all__ = [
    "EXAMPLES",
    "Body",
    "Graphing",
    "GraphingBody",
    "Link",
    "Option",
    "Resolved",
    "ResolvedPass",
    "Training",
    "TrainingBody",
    "afford",
    "effort",
    "mend",
    "mended",
    "options",
    "parse",
    "query",
    "read",
    "resolve",
]
