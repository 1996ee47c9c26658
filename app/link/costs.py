"""What a link would cost, estimated before any of it is done: multiply-adds, bytes, and those of a training."""

from __future__ import annotations

from math import prod

from app.engine import objective, work
from app.engine.graph import folding
from app.engine.measure import bytes_of, operations_of, starts_reached
from app.language import Problems, Recurrence
from app.limits import LIMITS, limit
from app.link.fields import Link
from app.link.named_fields import naming
from app.systems import Loaded

CALL = 1000
"""An operation takes as long as so many multiply-adds, however few it does."""
STEP, NUMBER = 500_000, 300
"""So does a step of a training, however little it does, and a number of the data that are made for it."""


def afford(link: Link, name: str, estimate: int, blamed: str = "", hint: str = "") -> None:
    """Refuse what is beyond a limit before it is begun; to blame is a size, or τ, unless it is known."""
    most = limit(name)
    if estimate > most:
        message = f"this is too large: {estimate:,} {LIMITS[name].meaning}, and {most:,} are allowed"
        usual = "sizes" if link.sizes and link.tau == Link.model_fields["tau"].default else "tau"
        advice = f"choose a smaller {{{blamed}}}" if blamed else "choose a smaller {tau} or smaller {sizes}"
        raise Problems(naming(message, blamed or usual, {name: most}, hint, "" if hint else advice))


def afford_pass(link: Link, recurrence: Recurrence, blamed: str = "") -> None:
    """Refuse a pass that is too much work, takes too much room or begins in too many ways."""
    afford(link, "starts", starts_reached(recurrence), "equations", "read fewer steps, or nearer ones")
    afford(link, "work", work(recurrence, link.tau, link.batch), blamed)
    afford(link, "memory", bytes_of(recurrence, link.tau, link.batch), blamed)


def afford_parts(link: Link, recurrence: Recurrence) -> None:
    """Refuse gradients of all parameters step by step that take too much room: each is as large as its parameter."""
    numbers = sum(prod(recurrence.shape(name)) for name in recurrence.names("parameter"))
    afford(link, "memory", 8 * link.batch * link.tau * numbers)


def afford_training(link: Link, loaded: Loaded, steps: int, blamed: str) -> None:
    """Refuse a training of so many steps that is too long or too much work."""
    afford(link, "steps", steps, blamed)
    each = max(effort(link, loaded.recurrence), STEP) + _effort_of_data(link, loaded)
    afford(link, "training", steps * each, blamed)


def _effort_of_data(link: Link, loaded: Loaded) -> int:
    """What it takes to make the data of one window, as multiply-adds."""
    given = [v for v in loaded.recurrence.variables.values() if v.kind == "given"]
    numbers = sum(prod(loaded.recurrence.shape(v.name)) * (link.tau if v.indexed else 1) for v in given)
    return link.batch * (NUMBER * numbers + (loaded.task.price if loaded.task else 0))


def afford_told(link: Link, recurrence: Recurrence, steps: int) -> None:
    """Refuse a training that has too much to tell: at each step what the network said, and a norm a parameter."""
    kinds = folding(recurrence).kinds
    said = [name for name, kind in kinds.items() if kind == "output"] or [objective(recurrence)]
    widest = max(prod(recurrence.shape(name)) for name in said)
    afford(link, "numbers", steps * (link.tau * widest + len(recurrence.names("parameter"))), "steps")


def effort(link: Link, recurrence: Recurrence) -> int:
    """The multiply-adds of one pass, or what its operations take even if they do little."""
    return max(work(recurrence, link.tau, link.batch), operations_of(recurrence, link.tau) * CALL)
