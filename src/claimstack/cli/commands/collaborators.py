"""Who may do what with an application or an organization."""

from __future__ import annotations

from typing import Any

from claimstack.cli.client.api import Message
from claimstack.cli.client.failures import Failure
from claimstack.cli.commands.nouns import Noun, collaborator_ids, needed, order, paging
from claimstack.cli.shell import Shell
from claimstack.cli.terminal.verb import Verb


def list_all(noun: Noun) -> Verb:
    """List collaborators."""

    def act(shell: Shell, limit: int, page: int, **given: Any) -> None:
        request = _entity(noun, given)
        request |= {"limit": limit, "page": page, "order": given["order"]}
        answer = shell.api.call(f"{noun.access}/ListCollaborators", request)
        shell.output.show_each(answer.get("collaborators", []))
        shell.tell(shell.api, page, limit)

    text = "List who has rights on it, and which."
    return Verb(act, ids=[noun.id], options=[*paging(), order()], text=text)


def get(noun: Noun) -> Verb:
    """Show one collaborator's rights."""

    def act(shell: Shell, **given: Any) -> None:
        request = _entity(noun, given) | {"collaborator": _who(noun, given)}
        shell.output.show(shell.api.call(f"{noun.access}/GetCollaborator", request))

    return Verb(act, ids=[noun.id], flag_ids=_others(noun), text="Show the rights of one user or organization.")


def change(noun: Noun) -> Verb:
    """Give rights."""

    def act(shell: Shell, **given: Any) -> None:
        if not shell.rights:
            raise Failure("no_collaborator_rights", "no rights given", "`collaborators delete` takes all away")
        collaborator = {"ids": _who(noun, given), "rights": shell.rights}
        request = _entity(noun, given) | {"collaborator": collaborator}
        shell.api.call(f"{noun.access}/SetCollaborator", request)

    return Verb(
        act,
        ids=[noun.id],
        flag_ids=_others(noun),
        rights=noun.rights,
        text="Give a user or organization exactly these rights, replacing what it had.",
        example=f"$CLI {noun.plural} collaborators set --{noun.name}-id my-{noun.name} "
        f"--user-id alice --right-{noun.name}-all",
    )


def delete(noun: Noun) -> Verb:
    """Take all rights away."""

    def act(shell: Shell, **given: Any) -> None:
        request = _entity(noun, given) | {"collaborator_ids": _who(noun, given)}
        shell.api.call(f"{noun.access}/DeleteCollaborator", request)

    return Verb(act, ids=[noun.id], flag_ids=_others(noun), text="Take all rights from a user or organization.")


def _others(noun: Noun) -> list[str]:
    return [name for name in ("user_id", "organization_id") if name != noun.id]


def _who(noun: Noun, given: dict[str, Any]) -> Message:
    organization_id = None if noun.name == "organization" else given.get("organization_id")
    return collaborator_ids(given.get("user_id"), organization_id)


def _entity(noun: Noun, given: dict[str, Any]) -> Message:
    return {noun.ids: {noun.id: needed(given[noun.id], noun.id)}}
