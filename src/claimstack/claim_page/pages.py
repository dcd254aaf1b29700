"""The page, its service worker and its manifest: the same for everybody, so that a phone can keep them.

Everything that a person sees is built by the page's own script; no secret and no name passes through here.
"""

from functools import partial

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from claimstack.assets import asset
from claimstack.claim_page.account import Visitor, show_account
from claimstack.claim_page.kept import files, version, worker_script
from claimstack.claim_page.manifest import manifest
from claimstack.settings import Settings

PAGE, WORKER, MANIFEST, ACCOUNT = "/claim", "/claim/worker.js", "/claim/manifest.webmanifest", "/claim/account"

_TEMPLATES = Environment(
    loader=PackageLoader("claimstack.claim_page", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)
_TEMPLATES.globals["asset"] = asset
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; worker-src 'self';"
    " manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none';"
    " require-trusted-types-for 'script'; trusted-types claimstack"
)
# The form that signs out tells this server where it comes from, and nobody else: see `oauth`.
_HEADERS = {
    "content-security-policy": _POLICY,
    "cache-control": "no-cache",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(self), microphone=(), geolocation=()",
}
# A worker has a policy of its own. It loads nothing but the page's files and asks nobody but the API.
_WORKER_HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; connect-src 'self'",
    "cache-control": "no-cache",
    "x-content-type-options": "nosniff",
    "service-worker-allowed": PAGE,
}


def claim_routes(settings: Settings, visitor: Visitor) -> list[Route]:
    """Everything below `/claim`."""
    return [
        Route(PAGE, partial(_page, settings)),
        Route(WORKER, partial(_worker, settings)),
        Route(MANIFEST, _manifest),
        Route(ACCOUNT, partial(show_account, visitor)),
    ]


async def _page(settings: Settings, request: Request) -> Response:
    return Response(page_html(settings), media_type="text/html", headers=_HEADERS)


def page_html(settings: Settings) -> str:
    """The page as it is served."""
    return _TEMPLATES.get_template("claim.html").render(joinable=settings.registration != "closed", manifest=MANIFEST)


async def _worker(settings: Settings, request: Request) -> Response:
    kept = [PAGE, MANIFEST, *files()]
    script = worker_script(kept, version(page_html(settings), manifest(PAGE)))
    return Response(script, media_type="text/javascript", headers=_WORKER_HEADERS)


async def _manifest(request: Request) -> Response:
    headers = {"cache-control": "no-cache", "x-content-type-options": "nosniff"}
    return Response(manifest(PAGE), media_type="application/manifest+json", headers=headers)
