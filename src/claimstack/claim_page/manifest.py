"""The web app manifest: under which name and picture a phone installs the page."""

import orjson

from claimstack.assets import asset


def manifest(page: str) -> bytes:
    """The manifest of the page at that path."""
    sizes = [(f"claim-icon-{side}.png", f"{side}x{side}", "any") for side in (192, 512)]
    sizes.append(("claim-icon-maskable.png", "512x512", "maskable"))
    icons = [{"src": asset(name), "sizes": size, "type": "image/png", "purpose": use} for name, size, use in sizes]
    return orjson.dumps(
        {
            "id": page,
            "start_url": page,
            "scope": page,
            "name": "claimstack: claim a device",
            "short_name": "Claim",
            "description": "Scan the label of a LoRaWAN device and make it yours, also without network.",
            "display": "standalone",
            "background_color": "#f4f6f5",
            "theme_color": "#0b6e5a",
            "icons": icons,
        }
    )
