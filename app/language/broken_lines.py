"""A line that cannot be read, as it is looked at: piece by piece, with single spaces between them.

`h [ t ] = tanh ( W h [ t - 1 ] )` has its third piece at the third space, whatever spaces a person wrote; what is
said to be written is made of the text as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.language.parse import Token, UnreadLine, parse_statements
from app.language.syntax import Span


def indented_below(text: str, start: int) -> Span:
    """The lines below the one that begins at a place, as far as they are further in than that."""
    margin = start - (text.rfind("\n", 0, start) + 1)
    end = first = text.find("\n", start) % (len(text) + 1)
    for line in text[first:].split("\n")[1:]:
        if line.strip() and len(line) - len(line.lstrip()) <= margin:
            break
        end += len(line) + 1
    return first, end


@dataclass(frozen=True, slots=True)
class BrokenLine:
    """A line that cannot be read: its text, its pieces, the number of the one that is wrong, and what was said."""

    text: str
    tokens: Sequence[Token]
    wrong: int
    said: str

    @classmethod
    def of(cls, text: str, line: UnreadLine) -> BrokenLine:
        """A line of a text, wrong where its problem is, or at its end."""
        start = line.problem.span[0] if line.problem.span else 0
        wrong = next((i for i, token in enumerate(line.tokens) if token.span[0] >= start), len(line.tokens))
        return cls(text, line.tokens, wrong, line.problem.message)

    @property
    def joined(self) -> str:
        """The pieces with a space between each two."""
        return " ".join(token.text for token in self.tokens)

    def written(self, first: int, last: int) -> str:
        """The pieces from one to another, as they stand in the text."""
        if first >= last:
            return ""
        return self.text[self.tokens[first].span[0] : self.tokens[last - 1].span[1]]

    def line_to_write(self, written: str) -> str | None:
        """That a whole line is to be written, if it can be read."""
        read, unread = parse_statements(written)
        return f"write {written}" if read and not unread else None

    def with_put(self, first: int, last: int, put: str) -> str:
        """That the line is to be written with this in place of some pieces; or this alone, if more is wrong with it."""
        start, end = self.tokens[first].span[0], self.tokens[min(last, len(self.tokens)) - 1].span[1]
        before, after = self.text[self.tokens[0].span[0] : start], self.text[end : self.tokens[-1].span[1]]
        return self.line_to_write(before + put + after) or f"write {put}"

    def edited(self, edits: Mapping[int, str]) -> str:
        """The line with something put before some pieces."""
        start, parts = self.tokens[0].span[0], list[str]()
        for i, sign in sorted(edits.items()):
            place = self.tokens[i].span[0]
            parts += [self.text[start:place].rstrip(), f" {sign} "]
            start = place
        return "".join(parts) + self.text[start : self.tokens[-1].span[1]]

    def near(self, pattern: str) -> re.Match[str] | None:
        """What is found among the joined pieces where the line is wrong, a piece before or after counted too."""
        for found in re.finditer(pattern, self.joined):
            first = self.joined[: found.start()].count(" ")
            if first <= self.wrong <= first + found[0].rstrip().count(" ") + 1:
                return found
        return None

    def value_start(self, end: int) -> int:
        """Where the value begins that ends before a piece: `h [ t - 1 ]`, `tanh ( x )`, `( a + b )`, `W`."""
        i = end - 1
        if self.tokens[i].text in (")", "]"):
            depth = 0
            while i >= 0:
                depth += (self.tokens[i].text in (")", "]")) - (self.tokens[i].text in ("(", "["))
                if depth == 0:
                    break
                i -= 1
            if i > 0 and self.tokens[i - 1].kind == "name":
                i -= 1
        return max(i, 0)

    def closing(self, opening: int) -> int:
        """The piece that closes a bracket, or the end."""
        depth = 0
        for i in range(opening, len(self.tokens)):
            depth += (self.tokens[i].text in ("(", "[")) - (self.tokens[i].text in (")", "]"))
            if depth == 0:
                return i
        return len(self.tokens)
