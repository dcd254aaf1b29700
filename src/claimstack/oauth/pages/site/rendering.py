"""Pages out of templates, with the headers that keep them safe: nothing inline, nothing from elsewhere, in no frame."""

from collections.abc import Mapping
from functools import cache, partial
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from claimstack.assets import asset
from claimstack.oauth.pages.site.assets import asset_path
from claimstack.oauth.pages.site.speech import said, spoken, theme
from claimstack.texts import texts_of


def _asset(name: str) -> str:
    return asset(name) if name.endswith(".css") else asset_path(name)


@cache
def _templates(language: str) -> Environment:
    made = Environment(
        loader=PackageLoader("claimstack.oauth"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    texts = texts_of(language)
    made.globals.update(asset=_asset, t=texts, said=partial(said, texts))
    return made


# Chromium holds redirects after a form to form-action, too: a granted login goes on to the command line's own port.
_FORM_ACTIONS = {"local-callback": "'self' http://localhost:*"}
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action {form_action};"
    " base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
_HEADERS = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


def page(
    template: str, status: int = 200, headers: Mapping[str, str] | None = None, goes_to: str = "", **words: Any
) -> HTMLResponse:
    """The page; `goes_to` is the redirect URI that its form may end at."""
    language = spoken()
    text = _templates(language).get_template(template).render(theme=theme(), **words)
    safe = {**secure_headers("<form" in text, goes_to), "content-language": language}
    return HTMLResponse(text, status, {**safe, **(headers or {})})


def secure_headers(has_form: bool = False, goes_to: str = "") -> dict[str, str]:
    """The headers of a page.

    No page tells another site where its visitor came from. A page with a form tells it this server: under
    `no-referrer` a browser sends `Origin: null` with the form, and where there is no `Sec-Fetch-Site` (plain HTTP, old
    browsers) that is all we know it by.
    """
    policy = _POLICY.format(form_action=_FORM_ACTIONS.get(goes_to, "'self'"))
    referrer = "same-origin" if has_form else "no-referrer"
    return {**_HEADERS, "content-security-policy": policy, "referrer-policy": referrer}
