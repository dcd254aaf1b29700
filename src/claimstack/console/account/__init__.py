"""The visitor's own account: profile, sessions, API keys, authorizations; and the way to a new password."""

from claimstack.console.account.routes import ACCOUNT_PAGES

__all__ = ["ACCOUNT_PAGES"]
