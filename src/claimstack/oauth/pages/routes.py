"""Which path is answered by what."""

from starlette.routing import Route

from claimstack.clock import Clock
from claimstack.oauth.pages.account import not_here, show_account
from claimstack.oauth.pages.callback import local_callback, show_code
from claimstack.oauth.pages.consent import show_consent, take_consent
from claimstack.oauth.pages.forgotten import show_forgotten, take_forgotten
from claimstack.oauth.pages.login import show_login, take_login, take_logout
from claimstack.oauth.pages.new_password import show_new_password, take_new_password
from claimstack.oauth.pages.one_time_login import show_one_time_login, take_one_time_login
from claimstack.oauth.pages.sign_up import show_sign_up, take_sign_up
from claimstack.oauth.pages.site.assets import asset_routes
from claimstack.oauth.pages.site.site import Endpoint, Site, served
from claimstack.oauth.pages.token_endpoint import token
from claimstack.settings import Settings
from claimstack.storage import Database
from claimstack.vault import Vault

_PAGES: list[tuple[str, str, Endpoint]] = [
    ("GET", "/oauth", show_account),
    ("GET", "/oauth/", show_account),
    ("GET", "/oauth/login", show_login),
    ("POST", "/oauth/login", take_login),
    ("POST", "/oauth/logout", take_logout),
    ("GET", "/oauth/one-time-login", show_one_time_login),
    ("POST", "/oauth/one-time-login", take_one_time_login),
    ("GET", "/oauth/register", show_sign_up),
    ("POST", "/oauth/register", take_sign_up),
    ("GET", "/oauth/update-password", show_new_password),
    ("POST", "/oauth/update-password", take_new_password),
    ("GET", "/oauth/forgot-password", show_forgotten),
    ("POST", "/oauth/forgot-password", take_forgotten),
    ("GET", "/oauth/authorize", show_consent),
    ("POST", "/oauth/authorize", take_consent),
    ("GET", "/oauth/local-callback", local_callback),
    ("GET", "/oauth/code", show_code),
]


def oauth_routes(db: Database, vault: Vault, settings: Settings, clock: Clock) -> list[Route]:
    """Everything below `/oauth` and `/static`, for an application mounted at `/`."""
    site = Site(db, vault, settings, clock)
    return [
        *(Route(path, served(site, endpoint), methods=[method]) for method, path, endpoint in _PAGES),
        Route("/oauth/token", served(site, token, for_clients=True), methods=["POST"]),
        Route("/oauth/{rest:path}", served(site, not_here)),
        *asset_routes(),
    ]
