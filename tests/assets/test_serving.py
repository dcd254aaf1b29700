"""Built files are served for ever under their hash, compressed beforehand, with types that nobody has to guess."""

import gzip
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette

from claimstack.assets import asset, asset_routes
from claimstack.assets.built import manifest


@pytest.fixture
async def browser() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(Starlette(routes=asset_routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client


async def test_a_script_is_cached_for_a_year_and_its_type_is_not_guessed(browser: httpx.AsyncClient) -> None:
    answer = await browser.get(asset("claim.js"))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_only_a_script_may_compile_webassembly_and_only_as_a_worker(browser: httpx.AsyncClient) -> None:
    policy = (await browser.get(asset("claim.js"))).headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'")
    assert (await browser.get(asset("claim-icon.svg"))).headers[
        "content-security-policy"
    ] == "default-src 'none'; sandbox"


async def test_every_file_of_the_build_has_a_type_and_is_for_pages_of_this_origin(browser: httpx.AsyncClient) -> None:
    for name in manifest():
        answer = await browser.get(asset(name))
        assert (answer.status_code, answer.headers["cross-origin-resource-policy"]) == (200, "same-origin")


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip", "gzip"),
        ("gzip, br", "br"),
        ("identity", None),
        ("br;q=0, gzip", "gzip"),
        ("br ; Q=0.000, gzip; q=0", None),
        ("BR;q=0.1", "br"),
    ],
)
async def test_the_best_coding_that_the_browser_takes_is_sent(
    browser: httpx.AsyncClient, accepted: str, coding: str | None
) -> None:
    async with browser.stream("GET", asset("claim.js"), headers={"accept-encoding": accepted}) as answer:
        raw = b"".join([part async for part in answer.aiter_raw()])
    assert answer.headers.get("content-encoding") == coding
    assert answer.headers["vary"] == "accept-encoding"
    if coding == "gzip":
        assert gzip.decompress(raw) == (await browser.get(asset("claim.js"))).content


@pytest.mark.parametrize("name", ["manifest.json", "stamp", "claim.js", "claim.00000000.js", "..%2f__init__.py", ""])
async def test_nothing_else_is_served(browser: httpx.AsyncClient, name: str) -> None:
    assert (await browser.get(f"/assets/{name}")).status_code == 404


def test_a_name_that_was_not_built_is_an_error_and_not_a_broken_link() -> None:
    with pytest.raises(KeyError):
        asset("nothing.js")
