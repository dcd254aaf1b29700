"""How a person gets in and out: passwords, sessions, one-time login tokens, what OAuth clients were granted."""

from claimstack.identity.logins.log_in import (
    SESSION_LIFE,
    Login,
    find_login,
    is_temporary,
    log_in,
    no_match,
    password_update_required,
)
from claimstack.identity.logins.login_tokens import LOGIN_TOKEN, create_login_token, log_in_by_token, new_login_token
from claimstack.identity.logins.one_time import OneTime
from claimstack.identity.logins.service import OAuthAuthorizationRegistry, UserSessionRegistry
from claimstack.identity.logins.sessions import end_session, start_session
from claimstack.identity.logins.store import refund_attempts, remove_access

__all__ = [
    "LOGIN_TOKEN",
    "SESSION_LIFE",
    "Login",
    "OAuthAuthorizationRegistry",
    "OneTime",
    "UserSessionRegistry",
    "create_login_token",
    "end_session",
    "find_login",
    "is_temporary",
    "log_in",
    "log_in_by_token",
    "new_login_token",
    "no_match",
    "password_update_required",
    "refund_attempts",
    "remove_access",
    "start_session",
]
