"""The claim page at `/claim`, for the owner's phone. A client of the public API with no door of its own."""

from claimstack.claim_page.pages import claim_routes

__all__ = ["claim_routes"]
