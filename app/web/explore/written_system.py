"""The system of a page as its query writes it, right or wrong: a name, or equations of one's own."""

from __future__ import annotations

from dataclasses import dataclass

from app.link import Link
from app.systems import SYSTEMS
from app.web.core import BEFORE, FilledForm


@dataclass(frozen=True)
class WrittenSystem:
    """A name or equations; `text` is what the editor shows, which of a named system are its own equations."""

    name: str
    equations: str | None
    text: str

    @property
    def title(self) -> str:
        if self.equations:
            return "Own equations"
        return SYSTEMS[self.name].title if self.name in SYSTEMS else self.name

    @property
    def edited(self) -> list[tuple[str, str]]:
        """What an editor begins with, as a field of its form: the name of a system, or equations of one's own."""
        if self.equations:
            return [(BEFORE, self.equations)]
        return [("system", self.name)] if self.name in SYSTEMS else []

    @property
    def brief(self) -> str:
        """What it is called where there is no room for its title."""
        if self.equations or self.name not in SYSTEMS:
            return self.title
        called = SYSTEMS[self.name].called
        return called[0].upper() + called[1:]


def written_system(form: FilledForm, link: Link) -> WrittenSystem:
    """The system that a form writes; where it writes none, the link's."""
    text = form.written.get("equations") or SYSTEMS[link.system].equations
    name = form.written.get("system") or link.system
    equations = form.written.get("equations") or link.equations
    return WrittenSystem(name, equations, text.replace("\r\n", "\n"))
