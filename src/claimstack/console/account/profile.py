"""The visitor's profile: name, description, mail address."""

from collections.abc import Mapping

from starlette.responses import RedirectResponse, Response

from claimstack.console.ground import Visit, go, page, problems_of
from claimstack.console.ground.rendering import page_headers
from claimstack.errors import ClaimstackError
from claimstack.wire import v3

NAMES = ("name", "primary_email_address", "description")
FIELDS = {
    "user.name": "name",
    "user.description": "description",
    "user.primary_email_address": "email",
    "email_taken": "email",
}


async def show_profile(visit: Visit) -> Response:
    """`GET /console/profile`"""
    user = await _user(visit)
    return _form(visit, user, {name: getattr(user, name) for name in NAMES})


async def take_profile(visit: Visit) -> Response:
    """`POST /console/profile`"""
    form = await visit.read_form()
    values = {"name": form.text("name"), "description": form.text("description")}
    values["primary_email_address"] = form.text("email")
    request = v3.UpdateUserRequest(user=v3.User(ids=v3.UserIdentifiers(user_id=visit.uid)))
    for name, value in values.items():
        setattr(request.user, name, value)
    request.field_mask.paths.extend(NAMES)
    if not values["primary_email_address"]:
        return _form(visit, await _user(visit), values, {"email": visit.t("wrong.email")})
    try:
        await visit.ask("UserRegistry/Update", request)
    except ClaimstackError as error:
        return _form(visit, await _user(visit), values, problems_of(visit, error, FIELDS))
    return go(visit, "/console/profile", "layout.saved")


async def take_delete(visit: Visit) -> Response:
    """`POST /console/profile/delete`: the visitor's own account."""
    await visit.read_form()
    await visit.ask("UserRegistry/Delete", v3.UserIdentifiers(user_id=visit.uid))
    return RedirectResponse("/oauth/login", 303, page_headers(visit))


async def _user(visit: Visit) -> v3.User:
    request = v3.GetUserRequest(user_ids=v3.UserIdentifiers(user_id=visit.uid))
    request.field_mask.paths.extend([*NAMES, "primary_email_address_validated_at", "password_updated_at"])
    found: v3.User = await visit.ask("UserRegistry/Get", request)
    return found


def _form(
    visit: Visit, user: v3.User, values: Mapping[str, str], problems: Mapping[str, str] | None = None
) -> Response:
    status = 400 if problems else 200
    return page(visit, "account/profile.html", status, user=user, values=values, problems=problems or {})
