"""Scripts, styles and pictures of the pages: built from `web/` (docs/decisions/web-build.md)."""

from claimstack.assets.built import NotBuilt, asset, asset_text, below
from claimstack.assets.serving import asset_routes

__all__ = ["NotBuilt", "asset", "asset_routes", "asset_text", "below"]
