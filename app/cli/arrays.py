"""The arrays of files: numbers that an option reads, and a training that is written as .npz."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from app.language import Problem, Problems
from app.link import Body, Link, each_once

ARRAYS = tuple(name for name in Body.model_fields if name not in Link.model_fields)
"""The fields of a body that hold arrays, each an option that names a file."""


def read_arrays(field: str, path: str | None) -> dict[str, Any]:
    """The arrays of a .json or .npz file by name, as lists; none without a file."""
    if path is None:
        return {}
    try:
        if path.endswith(".npz"):
            with Path(path).open("rb") as file, np.load(file, allow_pickle=False) as found:
                return {name: found[name].tolist() for name in found.files}
        data = json.loads(Path(path).read_text(encoding="utf-8"), object_pairs_hook=each_once)
    except Problems as error:
        raise Problems(Problem(f"{field}: {path}: {error}", field)) from None
    except (OSError, ValueError, RecursionError, BadZipFile) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise Problems(Problem(f"{field}: {path} cannot be read: {why}", field)) from None
    if not isinstance(data, dict):
        raise Problems(Problem(f"{field}: {path} is to hold one JSON object, name by name", field))
    return data


def training_npz(made: Mapping[str, Any]) -> bytes:
    """A training as an .npz file: losses, predictions, parameters.W, …"""
    found = io.BytesIO()
    np.savez(found, allow_pickle=False, **dict(_flat_arrays(made)))
    return found.getvalue()


def _flat_arrays(data: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in data.items():
        if isinstance(value, Mapping):
            yield from _flat_arrays(value, f"{within}{name}.")
        elif value is not None:
            yield within + name, np.array(value) if isinstance(value, str) else np.array(value, dtype=float)
