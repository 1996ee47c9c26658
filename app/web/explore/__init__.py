"""The explore page: a link's figure, stepped through, with the forms that change it and the charts below it."""

from app.web.explore import by_step_tables, numbers, other_systems, partial, step_answers
from app.web.explore.link_summary import LinkSummary, described_data, link_summary
from app.web.explore.link_views import LinkViews
from app.web.explore.other_systems import first_offer, other_system_link
from app.web.explore.overview_panel import shown_title
from app.web.explore.page import explore_page
from app.web.explore.script_data import script_data
from app.web.explore.step_bar import step_bar
from app.web.explore.stepped_link import SteppedLink

__all__ = [
    "LinkSummary",
    "LinkViews",
    "SteppedLink",
    "described_data",
    "explore_page",
    "first_offer",
    "link_summary",
    "other_system_link",
    "script_data",
    "shown_title",
    "step_bar",
]

ROUTES = [route for part in (partial, step_answers, other_systems, numbers, by_step_tables) for route in part.ROUTES]
