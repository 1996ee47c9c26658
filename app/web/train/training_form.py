"""The form of a training page: the training that its query leaves, and a control for each field that it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.engine import OPTIMIZERS
from app.language import Problem, Problems
from app.link import (
    TRAININGS,
    Link,
    Option,
    Resolved,
    Training,
    TrainingBody,
    by_labels,
    field_at_fault,
    labels,
    on_page,
    options,
    resolve,
    with_its_field,
)
from app.systems import SYSTEMS
from app.web.core import FieldProblem, FilledForm, field_of, filled_form, hidden_fields, task_choices

OF_SOME_OPTIMIZERS = {name for row in OPTIMIZERS.values() for name in row.reads}
"""The fields that some optimizers do not read."""


@dataclass(frozen=True)
class TrainingForm(FilledForm):
    """A query of a training page: what was written, the training that is left of it, and what is wrong."""

    @property
    def link(self) -> Link:
        return self.resolved.link if self.resolved else Training()

    def checked(self, check: Callable[[Resolved], object]) -> TrainingForm:
        """The form with the problems that `check` raises, for a page that not every training is right for."""
        if not self.resolved or self.problems:
            return self
        try:
            check(self.resolved)
        except Problems as wrong:
            return replace(self, problems=wrong.problems)
        return self


def article_training() -> Training:
    """The training of the article: the first of the examples, for the default number of steps."""
    first = TRAININGS[next(iter(TRAININGS))]
    assert isinstance(first, dict)
    return TrainingBody.model_validate({n: v for n, v in first.items() if n != "steps"}).link  # type: ignore[return-value]


def read_training_form(pairs: Iterable[tuple[str, str]], opening: Training, own: Iterable[str] = ()) -> TrainingForm:
    """The form of a query without its wrong fields; a page without any query shows its `opening` training.

    A query that leaves out one of the page's `own` fields gets that field of the opening training too.
    """
    written = dict(pairs)
    if not any(written.values()):
        fields = (name for name in type(opening).model_fields if name in opening.model_fields_set)
        return TrainingForm({name: field_text(getattr(opening, name)) for name in fields}, resolve(opening), ())
    if "equations" not in written:
        kept = (name for name in type(opening).model_fields if name in {*own})
        written = {name: field_text(getattr(opening, name)) for name in kept} | written
    form = filled_form(written, Training)
    return TrainingForm(form.written, form.resolved, form.problems, form.left, form.read_as)


def field_text(value: object) -> str:
    """A field's value as a query writes it."""
    if isinstance(value, tuple):
        return ",".join(f"{name}:{size}" for name, size in value)
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


@dataclass(frozen=True)
class FormControl:
    """A field as its control shows it; `kind` is the kind of input."""

    name: str
    label: str
    kind: str
    value: str
    choices: list[tuple[str, str]]
    least: Any
    most: Any
    whole: bool
    empty: bool
    """True if the field may be left empty."""
    about: str
    example: Any
    problems: list[Problem]
    shown: bool
    wide: bool


@dataclass(frozen=True)
class PageControls:
    """The controls of a page under its headings, as the template reads them."""

    groups: Mapping[str, list[FormControl]]
    carried: list[tuple[str, str]]
    """The hidden fields: those of the query that have no control here."""
    elsewhere: list[FieldProblem]
    """The problems that no control of the page shows."""

    def changed(self, name: str, **fields: object) -> PageControls:
        """The same with other values in one control, for a page that narrows its choices."""
        groups = {
            heading: [replace(c, **fields) if c.name == name else c for c in controls]  # type: ignore[arg-type]
            for heading, controls in self.groups.items()
        }
        return replace(self, groups=groups)


def page_controls(
    form: TrainingForm, page: str, headings: Iterable[str], model: type[Link] = Training, other: Iterable[str] = ()
) -> PageControls:
    """The controls of a page. `other` fields have a place of their own, with their problems, but no control here."""
    rows, names = options(model), on_page(model, page)
    groups = {
        heading: [form_control(form, rows[name], page) for name in on_page(model, page, heading)]
        for heading in headings
    }
    shown, called = {*names, *other}, labels(model, page)
    others = [with_its_field(p, called) for p in form.problems if field_of(p) not in shown]
    return PageControls(
        groups, hidden_fields(form, names), [FieldProblem(field_at_fault(p), p.message, p.hint, p.line) for p in others]
    )


def form_control(form: TrainingForm, row: Option, page: str) -> FormControl:
    """The control of a field on a page, with what was written in it, right or wrong, else what the link says."""
    link = form.link
    unsaid = row.name == "system" and link.equations is not None
    called = labels(Training, page)
    wrong = [by_labels(p, called) for p in form.problems if field_of(p) == row.name]
    return FormControl(
        name=row.name,
        label=row.called(page).format(most=row.schema.get("maximum")),
        kind="text" if row.control == "text" else "number" if row.control == "range" else row.control,
        value=form.written.get(row.name) or ("" if unsaid else field_text(getattr(link, row.name))),
        choices=_choices(form, row),
        least=row.schema.get("minimum", ""),
        most=row.schema.get("maximum", ""),
        whole=row.schema.get("type") == "integer",
        empty=row.default is None,
        about=row.meaning + (f" ({row.expects})" if not row.choices and row.control != "checkbox" else ""),
        example=_grey_text(form, row, page),
        problems=wrong,
        shown=row.name in OPTIMIZERS[link.optimizer].reads or row.name not in OF_SOME_OPTIMIZERS or bool(wrong),
        wide=row.control == "select",
    )


def _grey_text(form: TrainingForm, row: Option, page: str) -> Any:
    """The grey text in an empty control: the sizes as they come out, or a value to try."""
    if row.name == "sizes":
        return field_text(tuple(form.resolved.run.recurrence.sizes.items())) if form.resolved else "h:5"
    place = row.row.on(page)
    return place.empty if place and place.empty else row.example


def _choices(form: TrainingForm, row: Option) -> list[tuple[str, str]]:
    """The choices of a selection, each with its title."""
    offered = {
        "system": lambda: (
            [("", "Own equations")] * (form.link.equations is not None)
            + [(s.name, s.listed) for s in SYSTEMS.values() if s.trains]
        ),
        "task": lambda: list(task_choices(form.resolved)),
        "optimizer": lambda: [(o.name, o.title) for o in OPTIMIZERS.values()],
    }
    return offered[row.name]() if row.name in offered else []
