"""The opt-in to claims as one switch: it makes an API key with the four device rights, hands it over, and forgets it.

The API keeps the key's id only; switching off takes the key away again, if it was this page that made it.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp
from starlette.responses import Response

from claimstack.console.applications.open import Opened, open_application
from claimstack.console.ground import Visit, go, page, problems_of
from claimstack.console.ground.moments import UnreadableMoment, read_moment
from claimstack.errors import ClaimstackError, NotFound
from claimstack.identity import Right, Rights
from claimstack.wire import claimstack_v1, v3

KEY_NAME = "Claiming (Console)"
LATELY = 10
NEEDED = (
    Right.APPLICATION_DEVICES_READ,
    Right.APPLICATION_DEVICES_WRITE,
    Right.APPLICATION_DEVICES_READ_KEYS,
    Right.APPLICATION_DEVICES_WRITE_KEYS,
)


async def show_claiming(visit: Visit) -> Response:
    """`GET /console/applications/{application_id}/claiming`"""
    return await _page(visit, await open_application(visit))


async def take_authorize(visit: Visit) -> Response:
    """`POST /console/applications/{application_id}/claiming/authorize`"""
    app, form = await open_application(visit), await visit.read_form()
    try:
        expires = read_moment(form.text("expires")) if form.text("until") == "moment" else None
    except UnreadableMoment:
        return await _page(visit, app, {"expires": visit.t("wrong.expires")})
    if form.text("until") == "moment" and expires is None:
        return await _page(visit, app, {"expires": visit.t("wrong.expires")})
    try:
        await _authorize(visit, app, expires)
    except ClaimstackError as error:
        return await _page(visit, app, problems_of(visit, error, {"expires_at": "expires"}))
    return go(visit, f"{app.base}/claiming", "claiming.was_authorized")


async def _authorize(visit: Visit, app: Opened, expires: Timestamp | None) -> None:
    wish = v3.CreateApplicationAPIKeyRequest(name=KEY_NAME, rights=Rights.of(*NEEDED).names())
    wish.application_ids.application_id = app.uid
    if expires is not None:
        wish.expires_at.CopyFrom(expires)
    key = await visit.ask("ApplicationAccess/CreateAPIKey", wish)
    request = v3.AuthorizeApplicationRequest(api_key=key.key)
    request.application_ids.application_id = app.uid
    await visit.ask("EndDeviceClaimingServer/AuthorizeApplication", request)


async def take_unauthorize(visit: Visit) -> Response:
    """`POST /console/applications/{application_id}/claiming/unauthorize`"""
    app, _ = await open_application(visit), await visit.read_form()
    held = await authorization_of(visit, app)
    with suppress(NotFound):  # somebody else was quicker
        ids = v3.ApplicationIdentifiers(application_id=app.uid)
        await visit.ask("EndDeviceClaimingServer/UnauthorizeApplication", ids)
    if held is not None and held.api_key_name == KEY_NAME:
        request = v3.DeleteApplicationAPIKeyRequest(key_id=held.api_key_id)
        request.application_ids.application_id = app.uid
        with suppress(ClaimstackError):  # a key without use is left over: it can be deleted by hand
            await visit.ask("ApplicationAccess/DeleteAPIKey", request)
    return go(visit, f"{app.base}/claiming", "claiming.was_unauthorized")


async def authorization_of(visit: Visit, app: Opened) -> Any:
    """How the application stands to claims; None when the visitor may not know."""
    if not app.rights.has(Right.APPLICATION_DEVICES_READ):
        return None
    request = claimstack_v1.GetClaimAuthorizationRequest()
    request.application_ids.application_id = app.uid
    return await visit.ask("claimstack.v1.ClaimabilityRegistry/GetAuthorization", request)


async def _lately(visit: Visit, app: Opened) -> Any:
    """The newest rows of the audit, as far as the visitor may read it."""
    if not app.rights.has(Right.APPLICATION_DEVICES_READ):
        return []
    request = claimstack_v1.ListAuditRowsRequest(limit=LATELY)
    request.application_ids.application_id = app.uid
    return (await visit.ask("claimstack.v1.AuditRegistry/List", request)).rows


async def _page(visit: Visit, app: Opened, problems: Mapping[str, str] | None = None) -> Response:
    words = {
        "held": await authorization_of(visit, app),
        "lately": await _lately(visit, app),
        "can_open": app.rights.has(Right.APPLICATION_SETTINGS_API_KEYS, *NEEDED),
        "can_close": app.rights.has(Right.APPLICATION_SETTINGS_API_KEYS) or app.rights.has(*NEEDED),
        "problems": problems or {},
    }
    return page(visit, "applications/claiming.html", 400 if problems else 200, **app.words(), **words)
