"""One collaborator or member: their rights, and their going."""

from collections.abc import Mapping

from starlette.responses import Response

from claimstack.console import rights
from claimstack.console.ground import Visit, go, page, problems_of
from claimstack.console.holder import Holder, Open
from claimstack.console.members.new import FIELDS, SEGMENT, account_of
from claimstack.errors import ClaimstackError
from claimstack.wire import v3


async def show_member(open_holder: Open, visit: Visit) -> Response:
    """`GET …/collaborators/{account_kind}/{account_id}`"""
    return await _form(visit, await open_holder(visit))


async def take_member(open_holder: Open, visit: Visit) -> Response:
    """`POST …/collaborators/{account_kind}/{account_id}`"""
    holder, form = await open_holder(visit), await visit.read_form()
    names = rights.chosen(form, holder)
    if not names:  # the API takes nobody's rights for a removal
        return await _form(visit, holder, {"rights": visit.t("wrong.rights")})
    member = v3.Collaborator(ids=_ids(visit), rights=names)
    try:
        await visit.ask(f"{holder.access}/SetCollaborator", holder.request("Set Collaborator", collaborator=member))
    except ClaimstackError as error:
        return await _form(visit, holder, problems_of(visit, error, FIELDS))
    return go(visit, f"{holder.base}/{SEGMENT[holder.kind]}", "layout.saved")


async def take_member_remove(open_holder: Open, visit: Visit) -> Response:
    """`POST …/collaborators/{account_kind}/{account_id}/remove`"""
    holder, _ = await open_holder(visit), await visit.read_form()
    request = holder.request("Delete Collaborator", collaborator_ids=_ids(visit))
    try:
        await visit.ask(f"{holder.access}/DeleteCollaborator", request)
    except ClaimstackError as error:
        return await _form(visit, holder, problems_of(visit, error))
    myself = visit.part("account_kind") == "user" and visit.part("account_id") == visit.uid
    onward = "/console" if myself else f"{holder.base}/{SEGMENT[holder.kind]}"
    return go(visit, onward, "members.removed", id=visit.part("account_id"))


def _ids(visit: Visit) -> v3.OrganizationOrUserIdentifiers:
    return account_of(visit.part("account_kind"), visit.part("account_id"))


async def _form(visit: Visit, holder: Holder, problems: Mapping[str, str] | None = None) -> Response:
    request = holder.request("Get Collaborator", collaborator=_ids(visit))
    found = await visit.ask(f"{holder.access}/GetCollaborator", request)
    typed = bool(visit.form) and "extent" in visit.form
    words = {
        "account_id": visit.part("account_id"),
        "account_kind": visit.part("account_kind"),
        "all": visit.form.text("extent") == "all" if typed else rights.is_all(found.rights, holder),
        "chosen": set(visit.form.every("rights")) if typed else rights.names(found.rights),
        "segment": SEGMENT[holder.kind],
    }
    status = 400 if problems else 200
    return page(visit, "members/edit.html", status, **holder.words, **words, holder=holder, problems=problems or {})
