"""Serves pages and answers: caching, problems, templates, controls, the description of the API."""

from app.web.core.admission import TRAININGS, Turn, resolve_in_turn
from app.web.core.controls import (
    Control,
    ControlMenu,
    controls,
    fields,
    menus,
    task_choices,
    usual,
    whole_in_words,
)
from app.web.core.http import (
    CommonHeaders,
    PiecesResponse,
    StoredBody,
    answer,
    bodiless,
    headers_only,
    prefers,
    refused,
    store,
)
from app.web.core.known_answers import KnownAnswers
from app.web.core.left_readers import LeftReaders
from app.web.core.name_shapes import NameShapes, dimension_label, name_shapes
from app.web.core.node_names import read_of
from app.web.core.page_address import TRAIN_PATH, page_address, training_address
from app.web.core.previews import preview_path
from app.web.core.problems import MEDIA_TYPE, FieldProblem, Refusal, allowed, as_json, edits_of, shown_notes
from app.web.core.query_form import (
    BEFORE,
    CHOSEN,
    CURSOR,
    EDIT,
    FilledForm,
    edited_query,
    field_of,
    filled_form,
    hidden_fields,
    read_form,
    rejected_fields,
)
from app.web.core.redis_answers import SharedAnswers, shared_answers
from app.web.core.redis_runs import SharedRuns
from app.web.core.request_body import with_body
from app.web.core.root_path import root, rooted
from app.web.core.seen import Seen, counts_of_prometheus
from app.web.core.static_address import STATIC
from app.web.core.static_files import SmallFiles
from app.web.core.templates import render

__all__ = [
    "BEFORE",
    "CHOSEN",
    "CURSOR",
    "EDIT",
    "MEDIA_TYPE",
    "STATIC",
    "TRAININGS",
    "TRAIN_PATH",
    "CommonHeaders",
    "Control",
    "ControlMenu",
    "FieldProblem",
    "FilledForm",
    "KnownAnswers",
    "LeftReaders",
    "NameShapes",
    "PiecesResponse",
    "Refusal",
    "Seen",
    "SharedAnswers",
    "SharedRuns",
    "SmallFiles",
    "StoredBody",
    "Turn",
    "allowed",
    "answer",
    "as_json",
    "bodiless",
    "controls",
    "counts_of_prometheus",
    "dimension_label",
    "edited_query",
    "edits_of",
    "field_of",
    "fields",
    "filled_form",
    "headers_only",
    "hidden_fields",
    "menus",
    "name_shapes",
    "page_address",
    "prefers",
    "preview_path",
    "read_form",
    "read_of",
    "refused",
    "rejected_fields",
    "render",
    "resolve_in_turn",
    "root",
    "rooted",
    "shared_answers",
    "shown_notes",
    "store",
    "task_choices",
    "training_address",
    "usual",
    "whole_in_words",
    "with_body",
]
