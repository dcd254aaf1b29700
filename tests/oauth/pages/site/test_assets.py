"""The few files that pages need."""

import re

from claimstack.oauth.pages.site.assets import ASSETS, asset_path
from tests.oauth.conftest import Browser


async def test_they_are_cached_for_a_year_under_the_hash_of_their_content(browser: Browser) -> None:
    for name, asset in ASSETS.items():
        response = await browser.get(asset_path(name))
        assert response.content == asset.content
        assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert response.headers["x-content-type-options"] == "nosniff"
        assert re.search(r"\.[0-9a-f]{16}\.", asset.path)
    assert {asset.media_type.split(";")[0] for asset in ASSETS.values()} == {
        "text/javascript",
        "image/svg+xml",
    }


async def test_nothing_else_is_served_from_there(browser: Browser) -> None:
    for path in ("/static/claimstack.js", "/static/", "/static/../store.py", "/static/%2e%2e/store.py"):
        assert (await browser.get(path)).status_code == 404


def test_the_script_fetches_nothing_from_elsewhere() -> None:
    for asset in ASSETS.values():
        text = asset.content.decode().replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|@import|url\(", text)
