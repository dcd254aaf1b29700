"""The API described for people: one page at `/api`, made from the same descriptors, with no script at all."""

from claimstack.edge.api_page.page import api_page, style_source

__all__ = ["api_page", "style_source"]
