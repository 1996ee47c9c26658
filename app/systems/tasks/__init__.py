"""Feeds the systems: a task meets a recurrence by the part that its data plays in the equations."""

from app.systems.tasks.table import TASKS
from app.systems.tasks.task import DataRequest, Task, TaskData, TaskFit, TaskWord

__all__ = ["TASKS", "DataRequest", "Task", "TaskData", "TaskFit", "TaskWord"]
