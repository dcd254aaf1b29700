"""Logging in: the OAuth 2 server for the command line (RFC 6749, RFC 7636, RFC 9700) and its pages."""

from claimstack.oauth.pages import oauth_routes, problem, session_token

__all__ = ["oauth_routes", "problem", "session_token"]
