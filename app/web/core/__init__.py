"""Serves pages and answers: caching, problems, templates, controls, the description of the API."""

from app.web.core.admission import TRAININGS, Turn, resolve_in_turn
from app.web.core.controls import Control, ControlGroup, changed, controls, fields, groups, task_choices, usual
from app.web.core.http import STATIC_CACHE, CommonHeaders, StoredBody, announced, answer, headers_only, prefers, store
from app.web.core.node_names import printed_node, read_of
from app.web.core.problems import MEDIA_TYPE, FieldProblem, Refusal, allowed, as_json
from app.web.core.query_form import CURSOR, FilledForm, field_of, hidden_fields, read_form, rejected_fields
from app.web.core.request_body import request_body
from app.web.core.templates import STATIC, render

__all__ = [
    "CURSOR",
    "MEDIA_TYPE",
    "STATIC",
    "STATIC_CACHE",
    "TRAININGS",
    "CommonHeaders",
    "Control",
    "ControlGroup",
    "FieldProblem",
    "FilledForm",
    "Refusal",
    "StoredBody",
    "Turn",
    "allowed",
    "announced",
    "answer",
    "as_json",
    "changed",
    "controls",
    "field_of",
    "fields",
    "groups",
    "headers_only",
    "hidden_fields",
    "prefers",
    "printed_node",
    "read_form",
    "read_of",
    "rejected_fields",
    "render",
    "request_body",
    "resolve_in_turn",
    "store",
    "task_choices",
    "usual",
]
