"""Organizations: people who share applications."""

from claimstack.console.organizations.routes import ORGANIZATION_PAGES

__all__ = ["ORGANIZATION_PAGES"]
