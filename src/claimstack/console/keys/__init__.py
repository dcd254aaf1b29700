"""API keys of an application, an organization or a user: the same pages."""

from claimstack.console.keys.routes import key_pages

__all__ = ["key_pages"]
