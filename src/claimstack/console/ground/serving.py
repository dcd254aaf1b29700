"""From a request to a page and back: session, guard, the page's own function, and a page for whatever goes wrong."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from traceback import extract_tb
from typing import NamedTuple
from urllib.parse import quote

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from claimstack.console.ground.door import Door
from claimstack.console.ground.form import Form
from claimstack.console.ground.guard import SAFE, from_our_pages
from claimstack.console.ground.problems import said
from claimstack.console.ground.rendering import page, page_headers
from claimstack.console.ground.visit import Instead, Visit
from claimstack.edge.errors import HTTP_STATUS, public
from claimstack.errors import Internal, NotFound, PermissionDenied, Unauthenticated, Unavailable
from claimstack.oauth import FORM, BadForm, media_type, page_token, remote_address
from claimstack.settings import Settings
from claimstack.texts import preferred, texts_of

log = structlog.get_logger("claimstack.console")
LANGUAGE, THEME = "claimstack_language", "claimstack_theme"
THEMES = ("light", "dark")
Endpoint = Callable[[Visit], Awaitable[Response]]


class Page(NamedTuple):
    """One line of a route table: verb, path, and the coroutine that answers it."""

    verb: str
    path: str
    endpoint: Endpoint


def routes_of(pages: list[Page], door: Door, settings: Settings) -> list[Route]:
    """The pages for Starlette; HEAD is answered where GET is."""
    return [Route(one.path, _served(one, door, settings), methods=[one.verb]) for one in pages]


def _served(one: Page, door: Door, settings: Settings) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        visit = _visit(door, settings, request)
        if request.method not in SAFE and not from_our_pages(settings, request):
            return _problem(visit, 403, "foreign")
        try:
            await _recognise(visit)
            return await one.endpoint(visit)
        except Instead as other:
            return page(visit, other.template, other.status, **other.words)
        except Unauthenticated:
            return await _logged_out(visit)
        except BadForm as error:
            return _problem(visit, error.status, "form")
        except Exception as error:
            return _refused(visit, one.path, error)

    return answer


def _visit(door: Door, settings: Settings, request: Request) -> Visit:
    language = preferred(request.cookies.get(LANGUAGE, ""), request.headers.get("accept-language", ""))
    theme = request.cookies.get(THEME, "")
    return Visit(
        request=request,
        door=door,
        settings=settings,
        session=page_token(request.headers, settings.url.startswith("https:")) or "",
        remote=remote_address(settings, request),
        t=texts_of(language),
        theme=theme if theme in THEMES else "",
    )


async def _recognise(visit: Visit) -> None:
    """Fill in who is looking; raises Unauthenticated when nobody is (any more)."""
    if not visit.session:
        raise Unauthenticated("pkg/identityserver", "unauthenticated", "unauthenticated")
    known = await visit.ask("EntityAccess/AuthInfo")
    visit.uid, visit.admin = known.user_session.user_ids.user_id, known.is_admin


async def _logged_out(visit: Visit) -> Response:
    """To the login and back; what was typed into a form is not lost over it."""
    if visit.request.method in SAFE:
        location = f"/oauth/login?next={quote(visit.here, safe='')}"
        return RedirectResponse(location, 303, page_headers(visit))
    if not visit.form and media_type(visit.request) == FORM:
        with suppress(BadForm):  # there is nothing to keep of it then
            await visit.read_form()
    kept, visit.uid = visit.form.kept(), ""
    visit.form = Form()
    return page(visit, "logged_out.html", 401, kept=kept)


def _refused(visit: Visit, path: str, error: Exception) -> Response:
    shown = public(error)
    if isinstance(shown, Internal):  # its text could quote what was typed: the log keeps the kind and the place
        frame = extract_tb(error.__traceback__)[-1]
        log.error("page failed", path=path, kind=type(error).__name__, place=f"{frame.filename}:{frame.lineno}")
        return _problem(visit, 500, "failed")
    log.info("page refused", path=path, error=f"{shown.namespace}:{shown.name}")
    if isinstance(shown, NotFound) or (isinstance(shown, PermissionDenied) and shown.name.startswith("no_")):
        return _problem(visit, 404, "nowhere")
    if isinstance(shown, Unavailable):
        return _problem(visit, 503, "busy")
    return page(visit, "problem.html", HTTP_STATUS[shown.code], kind="refused", text=said(visit.t, shown))


def _problem(visit: Visit, status: int, kind: str) -> Response:
    return page(visit, "problem.html", status, kind=kind, text=visit.t(f"problem.{kind}.text"))


def for_admins(endpoint: Endpoint) -> Endpoint:
    """The page for administrators; for others there is none. (The API would refuse what it asks anyway.)"""

    async def answer(visit: Visit) -> Response:
        return await endpoint(visit) if visit.admin else await nowhere(visit)

    return answer


async def nowhere(visit: Visit) -> Response:
    """Any other path below `/console`."""
    return _problem(visit, 404, "nowhere")
