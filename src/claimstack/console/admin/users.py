"""Users, for administrators: the list, a new user, one user's state and rank, a login link, deletion and restoring."""

from collections.abc import Mapping

from starlette.responses import Response

from claimstack.console.ground import Visit, go, listing, page, problems_of
from claimstack.errors import ClaimstackError
from claimstack.wire import v3

ORDERS = ("user_id", "name", "primary_email_address", "state", "admin", "created_at")
STATES = ("APPROVED", "REQUESTED", "FLAGGED", "REJECTED", "SUSPENDED")
SHOWN = ("name", "primary_email_address", "state", "admin", "description")
FIELDS = {
    "user.ids.user_id": "user_id",
    "user.name": "name",
    "user.primary_email_address": "email",
    "id_taken": "user_id",
    "email_taken": "email",
    "password_strength": "password",
    "user.password": "password",
}


async def show_users(visit: Visit) -> Response:
    """`GET /console/users?q=&order=&page=&state=&deleted=`"""
    view = listing(visit, ORDERS, "user_id", filters=("state", "deleted"))
    kept = dict(view.kept)
    request = v3.SearchUsersRequest(
        query=view.query,
        order=view.order,
        limit=view.rows,
        page=view.page,
        deleted="deleted" in kept,
        state=[f"STATE_{name}" for name in STATES if name == kept.get("state")],
    )
    request.field_mask.paths.extend(SHOWN)
    found, total = await visit.ask_list("EntityRegistrySearch/SearchUsers", request)
    words = {"found": found.users, "state": kept.get("state", ""), "deleted": "deleted" in kept, "states": STATES}
    return page(visit, "admin/users.html", 200, listing=view._replace(total=total), **words)


async def show_new_user(visit: Visit) -> Response:
    """`GET /console/users/new`"""
    return _new(visit)


async def take_new_user(visit: Visit) -> Response:
    """`POST /console/users/new`"""
    form = await visit.read_form()
    user = v3.User(ids=v3.UserIdentifiers(user_id=form.text("user_id")), name=form.text("name"))
    user.primary_email_address, user.password = form.text("email"), form.get("password", "")
    user.require_password_update, user.state = True, v3.STATE_APPROVED
    if not user.primary_email_address:
        return _new(visit, {"email": visit.t("wrong.email")})
    try:
        await visit.ask("UserRegistry/Create", v3.CreateUserRequest(user=user))
    except ClaimstackError as error:
        return _new(visit, problems_of(visit, error, FIELDS))
    return go(visit, f"/console/users/{user.ids.user_id}", "users.created", id=user.ids.user_id)


async def show_user(visit: Visit) -> Response:
    """`GET /console/users/{user_id}`"""
    return await _one(visit)


async def take_user(visit: Visit) -> Response:
    """`POST /console/users/{user_id}`: state and rank."""
    form = await visit.read_form()
    user = v3.User(ids=v3.UserIdentifiers(user_id=visit.part("user_id")), admin=form.text("admin") == "on")
    request = v3.UpdateUserRequest(user=user)
    request.field_mask.paths.append("admin")
    if (state := form.text("state")) in STATES:
        request.user.MergeFrom(v3.User(state=f"STATE_{state}"))
        request.field_mask.paths.append("state")
    try:
        await visit.ask("UserRegistry/Update", request)
    except ClaimstackError as error:
        return await _one(visit, problems_of(visit, error))
    return go(visit, f"/console/users/{user.ids.user_id}", "layout.saved")


async def take_login_link(visit: Visit) -> Response:
    """`POST /console/users/{user_id}/login-link`: mailed, or shown once where there is no mail."""
    await visit.read_form()
    request = v3.CreateLoginTokenRequest(skip_email=not visit.settings.smtp_url)
    request.user_ids.user_id = visit.part("user_id")
    made = await visit.ask("UserAccess/CreateLoginToken", request)
    link = f"{visit.settings.url}/oauth/login#token={made.token}" if made.token else ""
    return page(visit, "admin/link.html", 200, kind="login", link=link, who=visit.part("user_id"))


async def take_delete(visit: Visit) -> Response:
    """`POST /console/users/{user_id}/delete`"""
    await visit.read_form()
    uid = visit.part("user_id")
    try:
        await visit.ask("UserRegistry/Delete", v3.UserIdentifiers(user_id=uid))
    except ClaimstackError as error:
        return await _one(visit, problems_of(visit, error))
    return go(visit, "/console/users", "users.was_deleted", id=uid)


async def take_restore(visit: Visit) -> Response:
    """`POST /console/users/{user_id}/restore`"""
    await visit.read_form()
    uid = visit.part("user_id")
    await visit.ask("UserRegistry/Restore", v3.UserIdentifiers(user_id=uid))
    return go(visit, f"/console/users/{uid}", "users.restored", id=uid)


def _new(visit: Visit, problems: Mapping[str, str] | None = None) -> Response:
    return page(visit, "admin/new_user.html", 400 if problems else 200, problems=problems or {})


async def _one(visit: Visit, problems: Mapping[str, str] | None = None) -> Response:
    request = v3.GetUserRequest(user_ids=v3.UserIdentifiers(user_id=visit.part("user_id")))
    request.field_mask.paths.extend([*SHOWN, "primary_email_address_validated_at", "password_updated_at"])
    user = await visit.ask("UserRegistry/Get", request)
    state = v3.State.Name(user.state).removeprefix("STATE_")
    words = {"user": user, "state": state, "states": STATES, "hours": visit.settings.restore_hours}
    return page(visit, "admin/user.html", 400 if problems else 200, problems=problems or {}, **words)
