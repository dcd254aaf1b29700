"""The few files that pages need, under names that hold their content's hash: cached for a year, never stale."""

from hashlib import sha256
from importlib.resources import files
from typing import NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_TYPES = {".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
_HEADERS = {"cache-control": "public, max-age=31536000, immutable", "x-content-type-options": "nosniff"}


class Asset(NamedTuple):
    """One file as it is served."""

    path: str
    content: bytes
    media_type: str


def _load() -> dict[str, Asset]:
    found = {}
    for file in (files("claimstack.oauth") / "static").iterdir():
        stem, dot, ending = file.name.rpartition(".")
        content = file.read_bytes()
        path = f"/static/{stem}.{sha256(content).hexdigest()[:16]}{dot}{ending}"
        found[file.name] = Asset(path, content, _TYPES[dot + ending])
    return found


ASSETS = _load()
_BY_PATH = {asset.path: asset for asset in ASSETS.values()}


def asset_path(name: str) -> str:
    """Where a file is served; `KeyError` when there is none of that name."""
    return ASSETS[name].path


async def _serve(request: Request) -> Response:
    asset = _BY_PATH.get(request.url.path)
    if asset is None:
        raise HTTPException(404)
    return Response(asset.content, media_type=asset.media_type, headers=_HEADERS)


def asset_routes() -> list[Route]:
    """The route below `/static/`."""
    return [Route("/static/{name:path}", _serve)]
