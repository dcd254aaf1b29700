"""Everything below `/console`, put together from the route tables of its parts."""

from starlette.routing import Route

from claimstack.console.account import ACCOUNT_PAGES
from claimstack.console.admin import ADMIN_PAGES
from claimstack.console.applications import APPLICATION_PAGES
from claimstack.console.devices import DEVICE_PAGES
from claimstack.console.ground.door import Door
from claimstack.console.ground.serving import Page, nowhere, routes_of
from claimstack.console.home import show_home, take_preferences
from claimstack.console.live import show_events
from claimstack.console.organizations import ORGANIZATION_PAGES
from claimstack.settings import Settings

PAGES = [
    Page("GET", "/console", show_home),
    Page("POST", "/console/preferences", take_preferences),
    Page("GET", "/console/events", show_events),
    *APPLICATION_PAGES,
    *DEVICE_PAGES,
    *ORGANIZATION_PAGES,
    *ACCOUNT_PAGES,
    *ADMIN_PAGES,
]


def console_routes(door: Door, settings: Settings) -> list[Route]:
    """The Console for an application mounted at `/`."""
    rest = Page("GET", "/console/{rest:path}", nowhere)
    return routes_of([*PAGES, rest], door, settings)
