"""The forms of the explore page. They are complete for a wrong query too, so that it can be put right there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from app.link import Link, query
from app.web.core import FilledForm
from app.web.explore.chart_forms import CompareForm, compare_form
from app.web.explore.control_form import ControlForm, control_form
from app.web.explore.equation_editor import EquationEditor, equation_editor
from app.web.explore.system_choice import StoryPlace, story_place


@dataclass(frozen=True)
class LinkForms:
    """The forms as the templates read them, each made when it is first read."""

    form: FilledForm

    @property
    def link(self) -> Link:
        """The link that is left of the query; the default one where none is."""
        return self.form.resolved.link if self.form.resolved else Link()

    @cached_property
    def controls(self) -> ControlForm:
        return control_form(self.form, self.link)

    @cached_property
    def editor(self) -> EquationEditor:
        return equation_editor(self.form, self.link)

    @cached_property
    def compare_with(self) -> CompareForm:
        return compare_form(self.link)

    @cached_property
    def story(self) -> StoryPlace | None:
        return story_place(self.link)

    @property
    def query(self) -> str:
        """The query of the link without its cursor."""
        return query(self.link.bare)
