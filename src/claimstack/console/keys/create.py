"""A new API key; the answer to its form is the only page that ever shows the secret."""

from collections.abc import Mapping

from google.protobuf.timestamp_pb2 import Timestamp
from starlette.responses import Response

from claimstack.console import rights
from claimstack.console.ground import Visit, page, problems_of
from claimstack.console.ground.moments import UnreadableMoment, read_moment
from claimstack.console.holder import Holder, Open
from claimstack.errors import ClaimstackError

FIELDS = {"name": "name", "rights": "rights", "expires_at": "expires"}


async def show_new_key(open_holder: Open, visit: Visit) -> Response:
    """`GET …/api-keys/new`"""
    return _form(visit, await open_holder(visit))


async def take_new_key(open_holder: Open, visit: Visit) -> Response:
    """`POST …/api-keys/new`"""
    holder, form = await open_holder(visit), await visit.read_form()
    request = holder.request("Create APIKey", name=form.text("name"), rights=rights.chosen(form, holder))
    try:
        expires: Timestamp | None = read_moment(form.text("expires"))
    except UnreadableMoment:
        return _form(visit, holder, {"expires": visit.t("wrong.expires")})
    if expires is not None:
        request.expires_at.CopyFrom(expires)
    try:
        made = await visit.ask(f"{holder.access}/CreateAPIKey", request)
    except ClaimstackError as error:
        return _form(visit, holder, problems_of(visit, error, FIELDS))
    return page(visit, "keys/made.html", **holder.words, holder=holder, key=made)


def _form(visit: Visit, holder: Holder, problems: Mapping[str, str] | None = None) -> Response:
    words = {"all": visit.form.text("extent") != "some", "chosen": set(visit.form.every("rights"))}
    status = 400 if problems else 200
    return page(visit, "keys/create.html", status, **holder.words, **words, holder=holder, problems=problems or {})
