"""Says which update of which training a link shows, and leads back to that run, since its weights are of there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.engine import OPTIMIZERS
from app.language.typeset import numeral
from app.link import FieldStage, Link, Training, options
from app.web.core import training_address


@dataclass(frozen=True)
class ShownRun:
    """The words, and the address of the run at the update that is shown."""

    said: str
    href: str


def shown_run(link: Link) -> ShownRun | None:
    """The run that a link's network comes from; none of one that was not trained."""
    if not link.trained:
        return None
    made = OPTIMIZERS[link.optimizer]
    rate = f", learning rate {numeral(link.lr)}" if "lr" in made.reads else ""
    updates = f"{link.trained} update{'s' * (link.trained != 1)}"
    return ShownRun(
        f"After {updates} with {made.title}{rate}: this is update {link.trained} of",
        f"{training_address(_training_before(link))}#{link.trained}",
    )


def _training_before(link: Link) -> Training:
    """The training of a link's network, from its first step on, long enough for the step that is shown."""
    rows = options(Training)
    kept = {
        name for name, option in rows.items() if option.row.stage <= FieldStage.RUN and not option.row.after_training
    }
    fields: dict[str, Any] = {name: getattr(link, name) for name in kept - {"steps"}}
    if link.forced:
        del fields["feed"]
    usual = int(rows["steps"].default)
    return Training.model_construct(
        **fields | {"tau": link.trained_tau or link.tau, "steps": max(usual, link.trained + 1)}
    )
