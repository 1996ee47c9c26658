"""What axe finds in the way of anyone on a page, by day and by night, in one visit."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page

EVERY: dict[str, Any] = {"resultTypes": ["violations"]}
COLOURS: dict[str, Any] = EVERY | {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
"""All that a colour scheme changes."""
VIOLATIONS = "async ([part, options]) => ({ violations: (await axe.run(part, options)).violations })"
"""What holds is not brought here: it is most of what axe says."""


def check_accessible(page: Page, part: str = "html") -> None:
    """Every rule of axe holds for the page, or a part of it, as it is, the rules of colours in the dark too."""
    page.evaluate(AXE_SCRIPT)
    for scheme, options in (("light", EVERY), ("dark", COLOURS)):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        found = AxeResults(page.evaluate(VIOLATIONS, [part, options]))
        assert found.violations_count == 0, f"{scheme}: {found.generate_report()}"
