"""One API key: its name and rights, and its end."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from claimstack.console import rights
from claimstack.console.ground import Visit, go, page, problems_of
from claimstack.console.holder import Holder, Open
from claimstack.console.keys.create import FIELDS
from claimstack.errors import ClaimstackError
from claimstack.wire import v3


async def show_key(open_holder: Open, visit: Visit) -> Response:
    """`GET …/api-keys/{key_id}`"""
    holder = await open_holder(visit)
    return _form(visit, holder, await _key(visit, holder))


async def take_key(open_holder: Open, visit: Visit) -> Response:
    """`POST …/api-keys/{key_id}`"""
    holder, form = await open_holder(visit), await visit.read_form()
    wish = v3.APIKey(id=visit.part("key_id"), name=form.text("name"), rights=rights.chosen(form, holder))
    if not wish.rights:  # the API takes a key without rights for one to delete
        return _form(visit, holder, await _key(visit, holder), {"rights": visit.t("wrong.rights")})
    request = holder.request("Update APIKey", api_key=wish)
    request.field_mask.paths.extend(["name", "rights"])
    try:
        await visit.ask(f"{holder.access}/UpdateAPIKey", request)
    except ClaimstackError as error:
        return _form(
            visit, holder, await _key(visit, holder), problems_of(visit, error, {**FIELDS, "api_key.name": "name"})
        )
    return go(visit, f"{holder.base}/api-keys", "layout.saved")


async def take_key_delete(open_holder: Open, visit: Visit) -> Response:
    """`POST …/api-keys/{key_id}/delete`"""
    holder, _ = await open_holder(visit), await visit.read_form()
    key_id = visit.part("key_id")
    await visit.ask(f"{holder.access}/DeleteAPIKey", holder.request("Delete APIKey", key_id=key_id))
    return go(visit, f"{holder.base}/api-keys", "keys.deleted", id=key_id)


async def _key(visit: Visit, holder: Holder) -> Any:
    return await visit.ask(f"{holder.access}/GetAPIKey", holder.request("Get APIKey", key_id=visit.part("key_id")))


def _form(visit: Visit, holder: Holder, key: Any, problems: Mapping[str, str] | None = None) -> Response:
    typed = bool(visit.form)
    words = {
        "key": key,
        "name": visit.form.text("name") if typed else key.name,
        "all": visit.form.text("extent") == "all" if typed else rights.is_all(key.rights, holder),
        "chosen": set(visit.form.every("rights")) if typed else rights.names(key.rights),
        "expired": rights.expired(key, visit.now),
    }
    status = 400 if problems else 200
    return page(visit, "keys/edit.html", status, **holder.words, **words, holder=holder, problems=problems or {})
