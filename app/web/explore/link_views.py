"""The views of a link that can be drawn: figure, panel, steps, all numbers, a line about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from markupsafe import Markup

from app.link import Resolved, opened_steps
from app.outputs import InlineFigure, inline, inline_for_scripts, measurable
from app.web.core import page_address, render
from app.web.explore.all_numbers import AllNumbers, all_numbers
from app.web.explore.link_summary import LinkSummary, as_suffix, link_summary
from app.web.explore.overview_panel import OverviewPanel, overview_panel
from app.web.explore.panel import PanelSource, StepPanel, panel_source, step_panel
from app.web.explore.shown_run import ShownRun, shown_run
from app.web.explore.step_bar import StepBar, step_bar
from app.web.explore.stepped_link import SteppedLink
from app.web.explore.update_panel import UpdatePanel, update_math, update_panel

AnyPanel = StepPanel | UpdatePanel | OverviewPanel


@dataclass(frozen=True)
class LinkViews:
    """The views as the templates read them, each made when it is first read.

    `inline`: figure, panels and the table of numbers are written out in full, for a page without scripts.
    """

    resolved: Resolved
    inline: bool = True

    @cached_property
    def walk(self) -> SteppedLink:
        return SteppedLink(self.resolved)

    @cached_property
    def inline_figure(self) -> InlineFigure:
        return inline(self.resolved, address=self.walk.href_of) if self.inline else inline_for_scripts(self.resolved)

    @property
    def figure(self) -> Markup:
        return Markup(self.inline_figure.drawn)

    @property
    def phase(self) -> str:
        """The phase of the cursor; before its first step nothing."""
        return self.walk.steps[self.walk.here - 1].phase if self.walk.here else ""

    @property
    def panel(self) -> AnyPanel:
        return self.panel_at(self.walk.here)

    def panel_at(self, index: int) -> AnyPanel:
        """The panel of a step, counted from 1; 0 is the overview."""
        if not index:
            return overview_panel(self.resolved)
        step = self.walk.steps[index - 1]
        if step.phase == "update":
            return update_panel(update_math(self.resolved), step)
        return replace(step_panel(self._panel_source, index - 1), other_pass=self.walk.other_pass(index))

    def panel_html(self, index: int) -> str:
        return render("partials/panel.html", panel=self.panel_at(index))

    @cached_property
    def _panel_source(self) -> PanelSource:
        return panel_source(self.resolved, self.inline)

    @cached_property
    def steps(self) -> StepBar:
        return step_bar(self.walk, file=f"/figure.svg{as_suffix(self.resolved)}")

    @cached_property
    def numbers(self) -> AllNumbers:
        return all_numbers(self.resolved, self.inline)

    @cached_property
    def measurable(self) -> frozenset[str]:
        return measurable(self.resolved)

    @cached_property
    def summary(self) -> LinkSummary:
        return link_summary(self.resolved)

    @cached_property
    def openings(self) -> tuple[int, tuple[tuple[str, str], ...]]:
        """The cursor's time step, else the first, and the pages on which it alone shows more; that as well on which it
        does not."""
        walk, link = self.walk, self.resolved.link
        t = (walk.step_of(walk.here) if walk.here else None) or 1
        others = {step: detail for step, detail in opened_steps(link.open) if step != t}
        ways = [*((detail, {t: detail}) for detail in self.resolved.run.further), ("as the others", {})]
        texts = [(words, ",".join(f"{s}:{d}" for s, d in sorted({**others, **own}.items()))) for words, own in ways]
        return t, tuple((words, page_address(link.model_copy(update={"open": text or None}))) for words, text in texts)

    @property
    def told_at_points(self) -> tuple[str, ...]:
        """What scripts say of signs of the figure at a point, for who has none."""
        graph, view = self.resolved.run.graph, self.resolved.link.view
        lags = sorted({edge.lag for edge in graph.edges if edge.lag}, key=lambda lag: (abs(lag), -lag))
        steps = [f"{abs(lag)} step{'s' * (abs(lag) > 1)} {'ago' if lag > 0 else 'later'}" for lag in lags]
        squares = f"A square is a delay: what leaves it now came in {' or '.join(steps)}."
        cut = " and ".join(f"t = {t}" for t in sorted(self.resolved.run.cuts))
        return (
            *([squares] if steps and view != "unfolded" else []),
            *([f"No gradient passes back over the cut after {cut}, where arrows are dashed."] if cut else []),
        )

    @property
    def trained(self) -> ShownRun | None:
        return shown_run(self.resolved.link)

    @property
    def without_gradient(self) -> str:
        """A sentence about why all gradients are 0, and what to write; empty where one flows."""
        found = self.resolved.run.without_gradient
        if found is None:
            return ""
        return f"All gradients of {self.resolved.notation.node(found.of)} are 0: {found.why}; {found.write}."

    @property
    def stopped(self) -> str:
        """A sentence about where the numbers stop being finite, and why; empty where they do not."""
        stopped = self.resolved.run.trace.stopped
        if stopped is None:
            return ""
        said = self.resolved.notation
        where = said.node(stopped.variable if stopped.t is None else f"{stopped.variable}[{stopped.t}]")
        what, there = (
            ("values", "") if stopped.phase == "forward" else ("gradients", f", in {said.node(stopped.within)}")
        )
        lines = f" Parameters are negative at random: write {stopped.write}." if stopped.write else ""
        return f"The {what} stop being finite at {where}: {stopped.why}{there}.{lines}"
