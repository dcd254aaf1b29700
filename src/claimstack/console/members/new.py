"""Somebody new: a user, or for an application also an organization, with rights that the visitor holds."""

from collections.abc import Mapping

from starlette.responses import Response

from claimstack.console import rights
from claimstack.console.ground import Visit, go, page, problems_of
from claimstack.console.holder import Holder, Open
from claimstack.errors import ClaimstackError
from claimstack.wire import v3

FIELDS = {
    "account_not_found": "account_id",
    "collaborator.ids.user_ids.user_id": "account_id",
    "collaborator.ids.organization_ids.organization_id": "account_id",
    "collaborator.ids": "account_id",
    "rights": "rights",
}
SEGMENT = {"application": "collaborators", "organization": "members"}


def account_of(kind: str, uid: str) -> v3.OrganizationOrUserIdentifiers:
    """The identifiers of a user or an organization."""
    if kind == "organization":
        return v3.OrganizationOrUserIdentifiers(organization_ids=v3.OrganizationIdentifiers(organization_id=uid))
    return v3.OrganizationOrUserIdentifiers(user_ids=v3.UserIdentifiers(user_id=uid))


async def show_new_member(open_holder: Open, visit: Visit) -> Response:
    """`GET …/collaborators/new`"""
    return _form(visit, await open_holder(visit))


async def take_new_member(open_holder: Open, visit: Visit) -> Response:
    """`POST …/collaborators/new`"""
    holder, form = await open_holder(visit), await visit.read_form()
    ids, names = account_of(form.text("account_kind"), form.text("account_id")), rights.chosen(form, holder)
    if not names:  # the API takes nobody's rights for a removal
        return _form(visit, holder, {"rights": visit.t("wrong.rights")})
    member = v3.Collaborator(ids=ids, rights=names)
    try:
        await visit.ask(f"{holder.access}/SetCollaborator", holder.request("Set Collaborator", collaborator=member))
    except ClaimstackError as error:
        return _form(visit, holder, problems_of(visit, error, FIELDS))
    return go(visit, f"{holder.base}/{SEGMENT[holder.kind]}", "members.added", id=form.text("account_id"))


def _form(visit: Visit, holder: Holder, problems: Mapping[str, str] | None = None) -> Response:
    words = {
        "all": visit.form.text("extent") == "all",
        "chosen": set(visit.form.every("rights")),
        "segment": SEGMENT[holder.kind],
    }
    status = 400 if problems else 200
    return page(visit, "members/new.html", status, **holder.words, **words, holder=holder, problems=problems or {})
