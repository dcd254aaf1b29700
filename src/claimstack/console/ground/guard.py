"""Which requests may change anything: those that a page of this very origin made; and what a page tells others.

`Sec-Fetch-Site` decides where the browser sends it, else `Origin`. A browser that sends `Sec-Fetch-*` with the page
will send it with the page's form, too: its pages get `no-referrer`. Others would then send `Origin: null`, so theirs
get `same-origin`, which tells other sites as little.
"""

from starlette.requests import Request

from claimstack.oauth import own_origins, same_origin
from claimstack.settings import Settings

SAFE = ("GET", "HEAD")


def from_our_pages(settings: Settings, request: Request) -> bool:
    """Whether a page of ours made this request."""
    return same_origin(request.headers, *own_origins(settings.url, request.headers.get("host", "")))


def from_elsewhere(request: Request) -> bool:
    """Whether another site made this request, for what is read by scripts only."""
    return request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")


def referrer_policy(request: Request) -> str:
    """What links and forms of the page tell about it."""
    return "no-referrer" if "sec-fetch-site" in request.headers else "same-origin"
