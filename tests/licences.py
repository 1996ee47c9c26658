"""Reads under which licence an installed package is given: from its metadata, else from the text that it ships."""

from __future__ import annotations

import re
from importlib.metadata import Distribution

TEXTS = {
    "Apache-2.0": "Apache License",
    "MPL-2.0": "Mozilla Public License",
    "BSD-3-Clause": "Neither the name of",
    "MIT": "Permission is hereby granted, free of charge",
}
"""Words that stand in one licence's text alone, the ambiguous ones last."""
STATED = {
    "MIT": "MIT",
    "Apache 2.0": "Apache-2.0",
    "Apache-2.0": "Apache-2.0",
    "MPL-2.0": "MPL-2.0",
    "BSD-3-Clause": "BSD-3-Clause",
}
"""What an older package writes in its field `License`, as an SPDX expression."""


def licence_of(package: Distribution) -> tuple[str, str]:
    """The licence of a package as an SPDX expression, and where that is stated: `metadata` or `text`."""
    metadata = package.metadata.json
    if stated := metadata.get("license_expression"):
        return str(stated), "metadata"
    if stated := STATED.get(str(metadata.get("license"))):
        return stated, "metadata"
    return next((name for name, words in TEXTS.items() if words in shipped(package)), "unknown"), "text"


def shipped(package: Distribution) -> str:
    """The text of the licence that lies beside a package's metadata, its lines joined."""
    files = [f for f in package.files or () if re.search(r"dist-info/(licenses/)?LICEN[CS]E[^/]*$", str(f))]
    return " ".join(f.read_text(encoding="utf-8") for f in sorted(files)).replace("\n", " ")
