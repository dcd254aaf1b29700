"""Make, read, list, search, change, delete, restore and purge the entities that look alike."""

from __future__ import annotations

from typing import Any

from claimstack.cli.client.api import Message
from claimstack.cli.commands.nouns import (
    APPLICATION,
    Noun,
    collaborator_ids,
    deleted,
    mask,
    needed,
    order,
    paging,
)
from claimstack.cli.commands.picture import picture
from claimstack.cli.shell import Shell, merge
from claimstack.cli.terminal import ask, kinds
from claimstack.cli.terminal.option import Option, switch
from claimstack.cli.terminal.verb import Verb

PLACES = ("network-server", "application-server", "join-server")


def create(noun: Noun) -> Verb:
    """Make one, or one for each JSON object of the input."""

    def act(shell: Shell, user_id: str | None = None, **given: Any) -> None:
        organization_id = given.get("organization_id")
        owner = None if noun.name == "organization" else organization_id
        for item in shell.items(bool(given[noun.id])):
            entity = merge(item, shell.update.values)
            entity["ids"] = merge(entity.get("ids", {}), _id(noun, given[noun.id]))
            needed(entity["ids"].get(noun.id), noun.id)
            if noun is APPLICATION:
                _fill_addresses(shell, entity)
            request = {noun.name: entity, "collaborator": collaborator_ids(user_id, owner)}
            shell.output.show(shell.api.call(f"{noun.registry}/Create", request))

    owners = [name for name in ("user_id", "organization_id") if name != noun.id]
    return Verb(
        act,
        ids=[noun.id],
        flag_ids=owners,
        update=(noun.message, [f"{noun.registry}/Update"]),
        text=f"Make {_a(noun)}, owned by a user or an organization. Reads JSON objects from "
        "standard input, if there are any, and makes one for each.",
        example=f"$CLI {noun.plural} create my-{noun.name} --name 'Short name' --user-id maker",
    )


def _fill_addresses(shell: Shell, application: Message) -> None:
    """Note which hosts serve the application, as the configuration has them."""
    for place in PLACES:
        key = place.replace("-", "_") + "_address"
        if not application.get(key) and shell.configuration.is_enabled(place):
            application[key] = shell.configuration.host(place)


def get(noun: Noun) -> Verb:
    """Read one."""

    def act(shell: Shell, **given: str) -> None:
        request = {noun.ids: _needed_id(noun, given), "field_mask": mask(shell.selected)}
        shell.output.show(shell.api.call(f"{noun.registry}/Get", request))

    return Verb(
        act,
        ids=[noun.id],
        select=[f"{noun.registry}/Get"],
        text=f"Show {_a(noun)}. Without field flags only identifiers and times are shown.",
        example=f"$CLI {noun.plural} get my-{noun.name} --all",
    )


def list_all(noun: Noun) -> Verb:
    """List those that the caller may see."""

    def act(shell: Shell, limit: int, page: int, **given: Any) -> None:
        request: Message = {
            "field_mask": mask(shell.selected),
            "order": given["order"],
            "limit": limit,
            "page": page,
            "deleted": given["deleted"] or None,
        }
        if given.get("user_id") or given.get("organization_id"):
            owner = given.get("user_id"), given.get("organization_id")
            request["collaborator"] = collaborator_ids(*owner)
        _show_page(shell, noun, f"{noun.registry}/List", request, page, limit)

    owners = ["user_id", "organization_id"] if noun.owned else []
    return Verb(
        act,
        flag_ids=owners,
        options=[*paging(), order(), deleted()],
        select=[f"{noun.registry}/List"],
        text=f"List {noun.plural}" + (", all you may see or those of one owner." if owners else "."),
        example=f"$CLI {noun.plural} list --name --order -created_at",
    )


def search(noun: Noun) -> Verb:
    """Search by parts of id, name, description and attributes."""
    terms = ["query", "id_contains", "name_contains", "description_contains"]

    def act(shell: Shell, limit: int, page: int, **given: Any) -> None:
        request: Message = {name: given[name] for name in terms if given[name]}
        if given["attributes_contain"]:
            pairs = kinds.pairs(given["attributes_contain"], "attributes-contain")
            request["attributes_contain"] = pairs
        if given.get("state"):
            request["state"] = kinds.value("*e:State", given["state"], "state")
        request |= {"field_mask": mask(shell.selected), "order": given["order"]}
        request |= {"limit": limit, "page": page, "deleted": given["deleted"] or None}
        _show_page(shell, noun, noun.search, request, page, limit)

    options: list[Option] = [Option(name) for name in terms]
    options.append(Option("attributes_contain", metavar="KEY=TEXT,…"))
    if noun.name == "user":
        options.append(Option("state", metavar="STATE,…"))
    return Verb(
        act,
        options=[*options, *paging(), order(), deleted()],
        select=[noun.search],
        text=f"Search for {noun.plural}; what is given must all match.",
        example=f"$CLI {noun.plural} search --name-contains field --name",
    )


def change(noun: Noun) -> Verb:
    """Change fields."""

    def act(shell: Shell, **given: str) -> None:
        update = shell.update
        if file := given.pop("profile_picture", None):
            update.put("profile_picture", picture(file))
        ids = _needed_id(noun, given)
        if not update.paths:
            shell.log.warn("no fields given, nothing to set")
            return
        request = {noun.name: {**update.values, "ids": ids}, "field_mask": mask(update.paths)}
        shell.output.show(shell.api.call(f"{noun.registry}/Update", request))

    return Verb(
        act,
        ids=[noun.id],
        options=[Option("profile_picture", "an image", "FILE")] if noun.name == "user" else [],
        update=(noun.message, [f"{noun.registry}/Update"]),
        with_unset=True,
        text=f"Change fields of {_a(noun)}.",
        example=f"$CLI {noun.plural} set my-{noun.name} --name 'New name' --unset description",
    )


def delete(noun: Noun) -> Verb:
    """Delete one; it can be restored for a while."""

    def act(shell: Shell, **given: str) -> None:
        shell.api.call(f"{noun.registry}/Delete", _needed_id(noun, given))

    text = f"Delete {_a(noun)}. It can be restored for a while; its id stays taken until it is purged."
    return Verb(act, ids=[noun.id], text=text)


def restore(noun: Noun) -> Verb:
    """Undo a delete."""

    def act(shell: Shell, **given: str) -> None:
        shell.api.call(f"{noun.registry}/Restore", _needed_id(noun, given))

    return Verb(act, ids=[noun.id], text=f"Bring back {_a(noun)} that was deleted.")


def purge(noun: Noun) -> Verb:
    """Delete for good."""

    def act(shell: Shell, force: bool, **given: str) -> None:
        ids = _needed_id(noun, given)
        if not force:
            ask.confirm(f"Purging {noun.name} {ids[noun.id]} cannot be undone. Go on?")
        shell.api.call(f"{noun.registry}/Purge", ids)

    force = switch("force", default=False, text="do not ask")
    text = f"Remove {_a(noun)} and all that belongs to it, for good. Asks first."
    return Verb(act, ids=[noun.id], options=[force], text=text)


def rights(noun: Noun) -> Verb:
    """What the caller may do."""

    def act(shell: Shell, **given: str) -> None:
        answer = shell.api.call(f"{noun.access}/ListRights", _needed_id(noun, given))
        shell.output.show(answer)

    return Verb(act, ids=[noun.id], text=f"Show what you may do with {_a(noun)}.")


def _show_page(shell: Shell, noun: Noun, rpc: str, request: Message, page: int, limit: int) -> None:
    found = shell.api.call(rpc, request).get(noun.plural, [])
    shell.output.show_each(found)
    shell.tell(shell.api, page, limit)


def _id(noun: Noun, value: str | None) -> Message:
    return {noun.id: value} if value else {}


def _needed_id(noun: Noun, given: dict[str, str]) -> Message:
    return {noun.id: needed(given[noun.id], noun.id)}


def _a(noun: Noun) -> str:
    return ("an " if noun.name[0] in "aeio" else "a ") + noun.name
