"""What administrators do: users and invitations."""

from claimstack.console.admin.routes import ADMIN_PAGES

__all__ = ["ADMIN_PAGES"]
