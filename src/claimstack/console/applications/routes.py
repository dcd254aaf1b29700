"""Which page of applications answers which path."""

from claimstack.console.applications.claiming import show_claiming, take_authorize, take_unauthorize
from claimstack.console.applications.create import show_create, take_create
from claimstack.console.applications.lists import show_applications
from claimstack.console.applications.network import show_network, take_network, take_network_delete
from claimstack.console.applications.open import open_application
from claimstack.console.applications.overview import show_overview
from claimstack.console.applications.settings import show_settings, take_delete, take_restore, take_settings
from claimstack.console.ground import Visit
from claimstack.console.ground.serving import Page
from claimstack.console.holder import Holder
from claimstack.console.keys import key_pages
from claimstack.console.members import member_pages

BASE = "/console/applications"
ONE = f"{BASE}/{{application_id}}"


async def open_holder(visit: Visit) -> Holder:
    """The application as the holder of keys and collaborators."""
    app = await open_application(visit)
    return Holder("application", app.uid, app.base, "applications/layout.html", app.rights, app.words())


APPLICATION_PAGES = [
    Page("GET", BASE, show_applications),
    Page("GET", f"{BASE}/new", show_create),
    Page("POST", f"{BASE}/new", take_create),
    Page("GET", ONE, show_overview),
    Page("GET", f"{ONE}/settings", show_settings),
    Page("POST", f"{ONE}/settings", take_settings),
    Page("POST", f"{ONE}/delete", take_delete),
    Page("POST", f"{ONE}/restore", take_restore),
    Page("GET", f"{ONE}/claiming", show_claiming),
    Page("POST", f"{ONE}/claiming/authorize", take_authorize),
    Page("POST", f"{ONE}/claiming/unauthorize", take_unauthorize),
    Page("GET", f"{ONE}/network", show_network),
    Page("POST", f"{ONE}/network", take_network),
    Page("POST", f"{ONE}/network/delete", take_network_delete),
    *key_pages(f"{ONE}/api-keys", open_holder),
    *member_pages(f"{ONE}/collaborators", open_holder),
]
