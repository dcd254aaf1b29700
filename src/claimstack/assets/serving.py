"""`/assets/…`: each file for a year, since its name changes with its content; compressed beforehand where that pays."""

import re
from functools import cache
from pathlib import PurePosixPath

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from claimstack.assets.built import BELOW, folder

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
_NAME = re.compile(r"[\w-]+\.[A-Z0-9]{8}\.[a-z0-9]+", re.ASCII)
_HEADERS = {
    "cache-control": "public, max-age=31536000, immutable",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
    "vary": "accept-encoding",
}
# A worker has the policy that its own script came with: only there, and not in a page, may WebAssembly be compiled.
_POLICIES = {
    ".js": "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'",
    ".svg": "default-src 'none'; sandbox",
}
_NONE = re.compile(r"q=0(?:\.0{0,3})?", re.ASCII)
_CODINGS = (("br", ".br"), ("gzip", ".gz"))


def asset_routes() -> list[Route]:
    """The route below `/assets/`."""
    return [Route(BELOW + "{name}", _serve)]


async def _serve(request: Request) -> Response:
    name = request.path_params["name"]
    if not _NAME.fullmatch(name) or name not in _names():
        raise HTTPException(404)
    ending = PurePosixPath(name).suffix
    accepted = _accepted(request.headers.get("accept-encoding", ""))
    coding, more = next(((c, m) for c, m in _CODINGS if c in accepted and name + m in _names()), ("", ""))
    headers = {**_HEADERS, "content-security-policy": _POLICIES.get(ending, "default-src 'none'")}
    if coding:
        headers["content-encoding"] = coding
    return Response((folder() / (name + more)).read_bytes(), media_type=_TYPES[ending], headers=headers)


def _accepted(header: str) -> set[str]:
    """The codings that a browser takes; one of weight 0 is refused (RFC 9110 §12.5.3)."""
    found = set()
    for word in header.lower().split(","):
        coding, _, weight = word.partition(";")
        if not _NONE.fullmatch(weight.replace(" ", "")):
            found.add(coding.strip())
    return found


@cache
def _names() -> frozenset[str]:
    return frozenset(path.name for path in folder().iterdir())
