"""The Console at `/console`: pages rendered here, with the visitor's own rights, over the methods of the contract.

How to add a page, a link in the navigation, texts, a form and a test: `docs/console.md`.
"""

from claimstack.console.routes import console_routes

__all__ = ["console_routes"]
