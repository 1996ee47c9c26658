"""`Link`, the permalink: a query, a JSON body or a command line → a recurrence, numbers and what to show of them.

`parse` reads a query, `read` a body, `query` writes; `resolve` makes the engine's objects; `mend` and `mended` keep
what is right of a query; `options` lists the fields.
"""

from app.link.anywhere import HIDING, anywhere, hidden, seen_places
from app.link.costs import afford, afford_parts, effort
from app.link.edited import LeftOut, left_in_words, of_another_program, of_another_system, of_edited
from app.link.fields import (
    EXAMPLES,
    TRAININGS,
    Body,
    FarBack,
    Graphing,
    GraphingBody,
    Link,
    Partial,
    PartialBody,
    Training,
    TrainingBody,
)
from app.link.named_fields import by_labels, naming
from app.link.options import Option, labels, options
from app.link.problem_fields import field_at_fault, of_part, with_its_field
from app.link.recall import CRITICAL, LOADS, TASK, energies, keeps_patterns, recall, recall_names, rests
from app.link.resolved import Resolved, ResolvedPass, mend, mended, resolve
from app.link.rows import (
    ANYWHERE,
    EXPLORE,
    FAR_BACK,
    MEMORY,
    OWN_PLACE,
    RECALL,
    TRAIN,
    FieldStage,
    Placement,
    at_stage,
    field_rows,
    on_page,
)
from app.link.text import each_once, json_object, parse, query, read
from app.link.training import RUNS_ELSEWHERE, OnSteps, data_by_hand
from app.link.values import opened_steps

__all__ = [
    "ANYWHERE",
    "CRITICAL",
    "EXAMPLES",
    "EXPLORE",
    "FAR_BACK",
    "HIDING",
    "LOADS",
    "MEMORY",
    "OWN_PLACE",
    "RECALL",
    "RUNS_ELSEWHERE",
    "TASK",
    "TRAIN",
    "TRAININGS",
    "Body",
    "FarBack",
    "FieldStage",
    "Graphing",
    "GraphingBody",
    "LeftOut",
    "Link",
    "OnSteps",
    "Option",
    "Partial",
    "PartialBody",
    "Placement",
    "Resolved",
    "ResolvedPass",
    "Training",
    "TrainingBody",
    "afford",
    "afford_parts",
    "anywhere",
    "at_stage",
    "by_labels",
    "data_by_hand",
    "each_once",
    "effort",
    "energies",
    "field_at_fault",
    "field_rows",
    "hidden",
    "json_object",
    "keeps_patterns",
    "labels",
    "left_in_words",
    "mend",
    "mended",
    "naming",
    "of_another_program",
    "of_another_system",
    "of_edited",
    "of_part",
    "on_page",
    "opened_steps",
    "options",
    "parse",
    "query",
    "read",
    "recall",
    "recall_names",
    "resolve",
    "rests",
    "seen_places",
    "with_its_field",
]
