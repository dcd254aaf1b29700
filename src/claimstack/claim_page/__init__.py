"""The claim page at `/claim`: what its owner-to-be opens on a phone. A client of the public API with no door of its own."""

from claimstack.claim_page.pages import claim_routes

__all__ = ["claim_routes"]
