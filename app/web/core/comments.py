"""Scripts and style sheets without what is written in them for people alone."""

from __future__ import annotations

import re

COMMENT_LINES = re.compile(rb"^[ \t]*(?://.*|/\*(?:(?!\*/)[\s\S])*\*/[ \t]*)$", re.MULTILINE)
INDENT = re.compile(rb"^[ \t]+", re.MULTILINE)


def without_comments(source: bytes) -> bytes:
    """A script or a style sheet without lines of comment and indents; lines keep the numbers that errors name."""
    return INDENT.sub(b"", COMMENT_LINES.sub(lambda comment: b"\n" * comment[0].count(b"\n"), source))
