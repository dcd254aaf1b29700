"""A short message over a redirect: a key of the catalogue and its words, in a cookie that lives half a minute.

Whoever tampers with it talks to themselves: it is shown as text, and only keys of the catalogue are looked up.
"""

import json
from collections.abc import Mapping
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import Response

from claimstack.texts import Texts

COOKIE = "claimstack_toast"
SECONDS = 30


def leave(response: Response, key: str, words: Mapping[str, str], secure: bool) -> None:
    """Leave a message for the next page."""
    value = quote(json.dumps([key, words]))
    response.set_cookie(COOKIE, value, SECONDS, path="/console", secure=secure, httponly=True, samesite="strict")


def taken(request: Request, t: Texts) -> str:
    """The message left by the request before; empty when there is none, or none that can be read."""
    try:
        key, words = json.loads(unquote(request.cookies.get(COOKIE, "")))
        return t(key, **{str(name): str(word) for name, word in words.items()})
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return ""


def forget(response: Response) -> None:
    """It was shown."""
    response.delete_cookie(COOKIE, path="/console")
