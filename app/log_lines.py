"""How a service writes what happens: a line of JSON for each record, with the request in which it was written.

It reads nothing else, so that what starts several processes need not load what these do.
"""

from __future__ import annotations

import json
import logging
from contextvars import ContextVar
from typing import Any

REQUEST_ID = ContextVar("request_id", default="")
"""The id of the request that is answered; nothing outside one."""


class JsonLines(logging.Formatter):
    """Each record as a line of JSON, with the id of the request in which it was written."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "time": round(record.created, 3),
            "level": record.levelname.lower(),
            "from": record.name,
        }
        if isinstance(record.msg, dict):
            said |= record.msg
        else:
            said["message"] = record.getMessage()
            said |= {"id": REQUEST_ID.get()} if REQUEST_ID.get() else {}
        if record.exc_info:
            said["trace"] = self.formatException(record.exc_info)
        return json.dumps(said, ensure_ascii=False, default=str)


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": f"{__name__}.JsonLines"}},
    "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "lines", "stream": "ext://sys.stdout"}},
    "loggers": {name: {"handlers": ["lines"], "level": "INFO", "propagate": False} for name in ("unfold", "uvicorn")},
}
"""How a service writes what happens."""
