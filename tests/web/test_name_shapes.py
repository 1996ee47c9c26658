"""What the rows of names say of why a name has its rank and its sizes."""

from urllib.parse import quote

from app.link import parse, resolve
from app.web.core import name_shapes

TEXT = "x: 4 unless given\nW: 3 x 4 unless given\nU: matrix\nh[t] = W @ x[t] + U @ h[t-1] + b"


def reasons(sizes: str) -> dict[str, str]:
    shapes = name_shapes(resolve(parse(f"equations={quote(TEXT)}{sizes}")), TEXT)
    return {row.label: row.why for row in shapes.names}


def test_a_size_that_is_set_is_told_beside_the_line_that_yields_to_it() -> None:
    found = reasons("&sizes=x:7")
    assert found["x[t]"] == "line 1 declares it; sizes has x:7"
    assert found["W"] == "line 2 declares it; sizes has x:7"
    assert found["U"] == "line 3 declares it"


def test_what_only_lines_declare_is_told_as_theirs() -> None:
    found = reasons("")
    assert [found[name] for name in ("x[t]", "W", "U")] == [f"line {line} declares it" for line in (1, 2, 3)]
