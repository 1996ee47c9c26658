"""Says which names of a link's notation mean nothing, or look like another: a reader has to tell symbols apart."""

from __future__ import annotations

from collections.abc import Iterator

from app.language import Problem, Recurrence, spelling_hint
from app.language.typeset import USUAL_NOTATION, Notation
from app.link.named_fields import naming, plainly

CLOCK_WORDS = {"t": "the running step", "tau": "the last step"}


def unclear_names(notation: Notation, recurrence: Recurrence) -> tuple[Problem, ...]:
    """Everything that is wrong with the names that are shown for those of a recurrence."""
    if notation.names == USUAL_NOTATION.names and notation.last == USUAL_NOTATION.last:
        return ()
    return (*_unknown(notation, recurrence), *_alike(notation, recurrence))


def _known(recurrence: Recurrence) -> list[str]:
    """What a text calls something: variables, functions, dimensions."""
    functions = (function.name for function in recurrence.functions)
    return [*dict.fromkeys((*recurrence.variables, *functions, *recurrence.sizes))]


def _unknown(notation: Notation, recurrence: Recurrence) -> Iterator[Problem]:
    known = _known(recurrence)
    for name, _ in notation.names:
        if name not in known:
            message = f"{{names}}: there is no {plainly(name)} in the equations"
            yield naming(message, "names", known, spelling_hint(name, known))


def _alike(notation: Notation, recurrence: Recurrence) -> Iterator[Problem]:
    """Names that would be shown alike because the link gives one of them its symbol; a text may do so by itself."""
    shown: dict[str, list[str]] = {}
    for name in ("t", "tau", *recurrence.variables):
        shown.setdefault(notation.plain(name), []).append(name)
    for letter, names in shown.items():
        usual = {USUAL_NOTATION.plain(name) for name in names}
        if len(usual) > 1:
            field = "last" if "tau" in names and not {*names} & {*dict(notation.names)} else "names"
            said = " and ".join(CLOCK_WORDS.get(name, name) for name in names)
            yield Problem(f"{said} would both be shown as {letter}", field, [], "choose another symbol for one of them")
