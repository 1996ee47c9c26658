"""What an array of numbers is to the type checker: of either precision, of any shape."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

Array = NDArray[Any]
