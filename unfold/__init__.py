"""Unfold for Python programs: load a network, run it, and write any answer that the service gives, as bytes.

What stands here keeps its name and meaning from version to version; the package `app` behind it does not.

`load` reads equations or a system by its name, with sizes or the `GivenShapes` of one's own arrays. `run` computes
every value and gradient, `worst` compares the gradients with finite differences. A `Link` holds the fields of an
address of the service, a `Training` those of a training: `output` writes what the service answers to one, and `resolve`
makes the objects that the answer is written from.
`Problems` say all that is wrong with what they were given, and `field_at_fault` which field of a link one is at.
"""

from __future__ import annotations

from app import __version__
from app.engine import Bindings, Graph, Trace, run, worst
from app.language import GivenShapes, Problem, Problems, Recurrence, Subject
from app.link import Link, Resolved, Training, field_at_fault, resolve
from app.outputs import output
from app.systems import SYSTEMS, Loaded, load

__all__ = [
    "SYSTEMS",
    "Bindings",
    "GivenShapes",
    "Graph",
    "Link",
    "Loaded",
    "Problem",
    "Problems",
    "Recurrence",
    "Resolved",
    "Subject",
    "Trace",
    "Training",
    "__version__",
    "field_at_fault",
    "load",
    "output",
    "resolve",
    "run",
    "worst",
]
