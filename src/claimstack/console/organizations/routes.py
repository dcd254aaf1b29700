"""Which page of organizations answers which path."""

from claimstack.console.ground.serving import Page
from claimstack.console.keys import key_pages
from claimstack.console.members import member_pages
from claimstack.console.organizations.open import open_holder
from claimstack.console.organizations.pages import show_create, show_organization, show_organizations, take_create
from claimstack.console.organizations.settings import show_settings, take_delete, take_restore, take_settings

BASE = "/console/organizations"
ONE = f"{BASE}/{{organization_id}}"

ORGANIZATION_PAGES = [
    Page("GET", BASE, show_organizations),
    Page("GET", f"{BASE}/new", show_create),
    Page("POST", f"{BASE}/new", take_create),
    Page("GET", ONE, show_organization),
    Page("GET", f"{ONE}/settings", show_settings),
    Page("POST", f"{ONE}/settings", take_settings),
    Page("POST", f"{ONE}/delete", take_delete),
    Page("POST", f"{ONE}/restore", take_restore),
    *key_pages(f"{ONE}/api-keys", open_holder),
    *member_pages(f"{ONE}/members", open_holder),
]
