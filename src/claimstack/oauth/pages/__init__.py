"""What the browser sees of logging in, and the endpoints of OAuth 2 (RFC 6749 §3)."""

from claimstack.oauth.pages.routes import oauth_routes
from claimstack.oauth.pages.site.session_cookie import session_token
from claimstack.oauth.pages.site.site import problem

__all__ = ["oauth_routes", "problem", "session_token"]
