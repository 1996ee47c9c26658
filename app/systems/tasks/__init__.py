"""Feeds the systems: a task meets a recurrence by the part that its data plays in the equations."""

from app.systems.tasks.bitmaps import (
    COLUMNS,
    LETTERS,
    MOST_PATTERNS,
    bitmap,
    bitmap_number,
    bitmap_pattern,
    parse_patterns,
)
from app.systems.tasks.data_roles import DataSlot, data_slots, input_sequences
from app.systems.tasks.table import TASKS, TaskDelay
from app.systems.tasks.task import DataRequest, Task, TaskData, TaskFit, TaskWord

__all__ = [
    "COLUMNS",
    "LETTERS",
    "MOST_PATTERNS",
    "TASKS",
    "DataRequest",
    "DataSlot",
    "Task",
    "TaskData",
    "TaskDelay",
    "TaskFit",
    "TaskWord",
    "bitmap",
    "bitmap_number",
    "bitmap_pattern",
    "data_slots",
    "input_sequences",
    "parse_patterns",
]
