"""Collaborators of an application and members of an organization: the same pages."""

from claimstack.console.members.routes import member_pages

__all__ = ["member_pages"]
