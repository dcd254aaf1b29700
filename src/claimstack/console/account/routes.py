"""Which page of the visitor's account answers which path."""

from starlette.responses import RedirectResponse, Response

from claimstack.console.account.logins import (
    show_authorizations,
    show_sessions,
    take_authorization_end,
    take_session_end,
)
from claimstack.console.account.profile import show_profile, take_delete, take_profile
from claimstack.console.ground import Visit
from claimstack.console.ground.rendering import page_headers
from claimstack.console.ground.serving import Page
from claimstack.console.holder import Holder
from claimstack.console.keys import key_pages


async def open_myself(visit: Visit) -> Holder:
    """The visitor as the holder of keys."""
    rights = await visit.rights_on("user", visit.uid)
    return Holder("user", visit.uid, "/console", "account/layout.html", rights, {})


async def show_password(visit: Visit) -> Response:
    """`GET /console/password`: on to the page that also takes temporary passwords."""
    return RedirectResponse("/oauth/update-password?next=/console", 303, page_headers(visit))


ACCOUNT_PAGES = [
    Page("GET", "/console/profile", show_profile),
    Page("POST", "/console/profile", take_profile),
    Page("POST", "/console/profile/delete", take_delete),
    Page("GET", "/console/password", show_password),
    Page("GET", "/console/sessions", show_sessions),
    Page("POST", "/console/sessions/{session_id}/end", take_session_end),
    Page("GET", "/console/authorizations", show_authorizations),
    Page("POST", "/console/authorizations/{client_id}/end", take_authorization_end),
    *key_pages("/console/api-keys", open_myself),
]
