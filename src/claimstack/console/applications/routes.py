"""Which page of applications answers which path."""

from claimstack.console.applications.create import show_create, take_create
from claimstack.console.applications.lists import show_applications
from claimstack.console.applications.overview import show_overview
from claimstack.console.ground.serving import Page

BASE = "/console/applications"
ONE = f"{BASE}/{{application_id}}"

APPLICATION_PAGES = [
    Page("GET", BASE, show_applications),
    Page("GET", f"{BASE}/new", show_create),
    Page("POST", f"{BASE}/new", take_create),
    Page("GET", ONE, show_overview),
]
