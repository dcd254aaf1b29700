"""Where the visitor is logged in, and which programs they let in: each can be ended here, at once."""

from starlette.responses import Response

from claimstack.console.ground import Visit, go, listing, page
from claimstack.wire import v3


async def show_sessions(visit: Visit) -> Response:
    """`GET /console/sessions`"""
    view = listing(visit, ("created_at",), "-created_at")
    request = v3.ListUserSessionsRequest(order=view.order, limit=view.rows, page=view.page)
    request.user_ids.user_id = visit.uid
    found, total = await visit.ask_list("UserSessionRegistry/List", request)
    mine = (await visit.ask("EntityAccess/AuthInfo")).user_session.session_id
    view = view._replace(total=total)
    return page(visit, "account/sessions.html", listing=view, sessions=found.sessions, mine=mine)


async def take_session_end(visit: Visit) -> Response:
    """`POST /console/sessions/{session_id}/end`"""
    await visit.read_form()
    request = v3.UserSessionIdentifiers(session_id=visit.part("session_id"))
    request.user_ids.user_id = visit.uid
    await visit.ask("UserSessionRegistry/Delete", request)
    return go(visit, "/console/sessions", "sessions.ended")


async def show_authorizations(visit: Visit) -> Response:
    """`GET /console/authorizations`"""
    request = v3.ListOAuthClientAuthorizationsRequest(limit=100)
    request.user_ids.user_id = visit.uid
    found, _ = await visit.ask_list("OAuthAuthorizationRegistry/List", request)
    rows = [(one, await _tokens(visit, one.client_ids.client_id)) for one in found.authorizations]
    return page(visit, "account/authorizations.html", rows=rows)


async def take_authorization_end(visit: Visit) -> Response:
    """`POST /console/authorizations/{client_id}/end`"""
    await visit.read_form()
    request = v3.OAuthClientAuthorizationIdentifiers()
    request.user_ids.user_id, request.client_ids.client_id = visit.uid, visit.part("client_id")
    await visit.ask("OAuthAuthorizationRegistry/Delete", request)
    return go(visit, "/console/authorizations", "authorizations.ended", id=visit.part("client_id"))


async def _tokens(visit: Visit, client_id: str) -> int:
    request = v3.ListOAuthAccessTokensRequest(limit=1)
    request.user_ids.user_id, request.client_ids.client_id = visit.uid, client_id
    _, total = await visit.ask_list("OAuthAuthorizationRegistry/ListTokens", request)
    return total
