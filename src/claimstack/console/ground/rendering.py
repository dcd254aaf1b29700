"""Pages out of templates: an environment a language, the headers that keep a page safe, the words every page has."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse

from claimstack.assets import asset
from claimstack.console.ground import toast
from claimstack.console.ground.guard import referrer_policy
from claimstack.console.ground.navigation import areas_of
from claimstack.console.ground.shown import FILTERS
from claimstack.console.ground.visit import Visit, new_once
from claimstack.texts import LANGUAGES, texts_of

# Scripts of ours parse HTML only as the browser's own inert document (XMLHttpRequest), so there is no policy to name.
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "geolocation=(), microphone=(), camera=()",
}
# What a page with the camera may do besides: look through it, and start the one worker that reads its pictures.
_WITH_CAMERA = {
    "content-security-policy": _POLICY.replace("trusted-types 'none'", "trusted-types claimstack; worker-src 'self'"),
    "permissions-policy": "geolocation=(), microphone=(), camera=(self)",
}


@cache
def templates(language: str) -> Environment:
    """The templates as they speak this language."""
    made = Environment(
        loader=PackageLoader("claimstack.console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(t=texts_of(language), asset=asset, languages=LANGUAGES, new_once=new_once)
    made.filters.update(FILTERS)
    return made


def page(visit: Visit, template: str, status: int = 200, **words: Any) -> HTMLResponse:
    """The page in the visitor's language; a message left by the request before is shown once."""
    said = toast.taken(visit.request, visit.t)
    every = {"visit": visit, "areas": areas_of(visit), "toast": said, "problems": {}, "form": visit.form, **words}
    text = templates(visit.t.language).get_template(template).render(every)
    response = HTMLResponse(text, status, page_headers(visit))
    if said:
        toast.forget(response)
    return response


def with_camera(response: HTMLResponse) -> HTMLResponse:
    """The page, allowed to open the camera and to read what it shows."""
    response.headers.update(_WITH_CAMERA)
    return response


def page_headers(visit: Visit) -> Mapping[str, str]:
    """The headers of every answer that holds somebody's things."""
    return {**_HEADERS, "content-language": visit.t.language, "referrer-policy": referrer_policy(visit.request)}


def go(visit: Visit, path: str, said: str = "", **words: str) -> RedirectResponse:
    """Go on to another page after a change; `said` (a key of the catalogue) is shown there once."""
    response = RedirectResponse(path, 303, page_headers(visit))
    if said:
        toast.leave(response, said, words, secure=visit.settings.url.startswith("https:"))
    return response
