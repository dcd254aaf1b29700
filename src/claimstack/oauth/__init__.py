"""Logging in: the OAuth 2 server for the command line (RFC 6749, RFC 7636, RFC 9700) and its pages."""

from claimstack.oauth.pages.routes import oauth_routes
from claimstack.oauth.pages.site.form import FORM, BadForm, body_of, media_type
from claimstack.oauth.pages.site.session_cookie import own_origins, page_token, same_origin, session_token
from claimstack.oauth.pages.site.site import problem, remote_address

__all__ = [
    "FORM",
    "BadForm",
    "body_of",
    "media_type",
    "oauth_routes",
    "own_origins",
    "page_token",
    "problem",
    "remote_address",
    "same_origin",
    "session_token",
]
