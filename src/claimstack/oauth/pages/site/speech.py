"""The language and the colours of the page that is being made: the visitor's choice, else what their browser likes.

This room says what is wrong in English, as the API does; a page finds those words in the catalogue by that text.
"""

from contextvars import ContextVar
from functools import cache

from starlette.requests import Request

from claimstack.texts import Texts, preferred, texts_of

LANGUAGE_COOKIE, THEME_COOKIE = "claimstack_language", "claimstack_theme"
THEMES = ("light", "dark")
_spoken: ContextVar[str] = ContextVar("language", default="en")
_theme: ContextVar[str] = ContextVar("theme", default="")


def speak_to(request: Request) -> None:
    """From now on pages of this request are in its visitor's language and colours."""
    _spoken.set(preferred(request.cookies.get(LANGUAGE_COOKIE, ""), request.headers.get("accept-language", "")))
    chosen = request.cookies.get(THEME_COOKIE, "")
    _theme.set(chosen if chosen in THEMES else "")


def theme() -> str:
    """The colours that were chosen, `light` or `dark`; empty: as the system has them."""
    return _theme.get()


def spoken() -> str:
    """The language of this request's pages."""
    return _spoken.get()


def said(t: Texts, text: str) -> str:
    """English words of this room as the catalogue `t` has them; as they are when it does not."""
    key = _keys().get(text)
    return t(key) if key else text


@cache
def _keys() -> dict[str, str]:
    return {str(text): key for key, text in texts_of("en").entries().items() if key.startswith("login.said.")}
