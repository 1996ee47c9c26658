"""The explore page: controls, figure, panel and steps of a link, complete before any script runs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.web.core import (
    FilledForm,
    answer,
    edited_query,
    page_address,
    preview_path,
    read_form,
    refused,
    rejected_fields,
    render,
)
from app.web.explore.export_menu import ExportMenu, export_menu
from app.web.explore.link_forms import LinkForms
from app.web.explore.link_views import LinkViews
from app.web.explore.overview_panel import shown_title
from app.web.explore.script_data import script_data


def explore_page(request: Request) -> Response:
    """The page of a link; with a wrong field the rest of it, and the problem at the field's control."""
    form = read_form(request.query_params.multi_items())
    if form.resolved and edited_query(request.query_params, form) is not None:
        return RedirectResponse(page_address(form.resolved.link), 303)
    page = ExplorePage(form)
    if form.problems:
        return refused(request, page.html.encode(), "text/html")
    return answer(request, lambda: page.html.encode(), "text/html")


@dataclass(frozen=True)
class ExplorePage:
    """The page of a query. `inline`: everything is written out in full, for a page without scripts."""

    form: FilledForm
    inline: bool = True

    @property
    def html(self) -> str:
        parts = {"forms": self.forms, "views": self.views, "export": self.export}
        return render("explore.html", title=self.title, data=self.data, preview=preview_path(self.forms.link), **parts)

    @cached_property
    def forms(self) -> LinkForms:
        return LinkForms(self.form)

    @cached_property
    def views(self) -> LinkViews | None:
        """The views of the link; None where its query leaves nothing to draw."""
        return LinkViews(self.form.resolved, self.inline) if self.form.resolved else None

    @property
    def export(self) -> ExportMenu:
        return export_menu(self.form.resolved)

    @property
    def title(self) -> str:
        return shown_title(self.form.resolved) if self.form.resolved else self.forms.controls.system.title

    @property
    def data(self) -> dict[str, Any]:
        """The data of the page's scripts, with the fields that the query has wrong."""
        return script_data(self.forms.link, self.views.walk if self.views else None) | rejected_fields(self.form)
