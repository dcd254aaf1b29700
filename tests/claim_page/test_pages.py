"""What the server gives for the claim page: the same to everybody, kept by phones until a file changes."""

import json
import re
from collections.abc import AsyncIterator, Mapping

import httpx
import pytest
from starlette.applications import Starlette

from claimstack.assets import asset_routes
from claimstack.claim_page import claim_routes
from claimstack.claim_page.kept import version
from claimstack.claim_page.pages import page_html
from claimstack.settings import Settings


async def nobody(headers: Mapping[str, str]) -> str:
    """Nobody is signed in."""
    return ""


@pytest.fixture
async def browser() -> AsyncIterator[httpx.AsyncClient]:
    """Visits the page of a server where everybody may sign up."""
    routes = [*claim_routes(Settings(registration="open"), nobody), *asset_routes()]
    transport = httpx.ASGITransport(Starlette(routes=routes))
    async with httpx.AsyncClient(transport=transport, base_url="https://claims.example") as client:
        yield client


async def test_the_page_is_asked_for_anew_and_in_no_frame(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/claim")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["x-frame-options"] == "DENY"
    assert "camera=(self)" in answer.headers["permissions-policy"]
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert "<script>" not in answer.text
    assert "style=" not in answer.text


async def test_the_service_worker_knows_every_file_and_may_serve_the_page(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/claim/worker.js")
    assert answer.headers["service-worker-allowed"] == "/claim"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    found = re.match(r"const FILES = (\[.*\]);\nconst VERSION = \"[0-9a-f]{16}\";\n", answer.text)
    assert found is not None
    for path in json.loads(found[1]):
        assert (await browser.get(path)).status_code == 200, path
    assert any(path.endswith(".wasm") for path in json.loads(found[1]))


async def test_the_manifest_names_pictures_that_are_there(browser: httpx.AsyncClient) -> None:
    manifest = (await browser.get("/claim/manifest.webmanifest")).json()
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == ("/claim", "/claim", "standalone")
    for icon in manifest["icons"]:
        assert (await browser.get(icon["src"])).headers["content-type"] == "image/png"


async def test_the_workers_version_is_that_of_the_page_and_the_manifest_as_served(browser: httpx.AsyncClient) -> None:
    page, manifest, worker = [
        await browser.get(f"/claim{path}") for path in ("", "/manifest.webmanifest", "/worker.js")
    ]
    assert f'const VERSION = "{version(page.text, manifest.content)}";' in worker.text


def test_a_changed_page_or_manifest_is_another_version() -> None:
    joinable, closed = (page_html(Settings(registration=mode)) for mode in ("open", "closed"))
    assert joinable != closed
    assert version(joinable, b"{}") != version(closed, b"{}")
    assert version(joinable, b"{}") != version(joinable, b'{"id":"/claim"}')
    assert version(joinable, b"{}") == version(page_html(Settings(registration="invitation")), b"{}")
