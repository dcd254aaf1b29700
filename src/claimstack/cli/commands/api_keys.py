"""API keys of applications, organizations and users. A key's secret is shown once, when it is made."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from claimstack.cli.client.api import Message
from claimstack.cli.client.failures import Failure
from claimstack.cli.commands.nouns import Noun, mask, needed, order, paging
from claimstack.cli.shell import Shell
from claimstack.cli.terminal import kinds
from claimstack.cli.terminal.flags import RightFlags
from claimstack.cli.terminal.option import Option
from claimstack.cli.terminal.verb import Verb


def create(noun: Noun) -> Verb:
    """Make a key."""

    def act(shell: Shell, name: str | None, api_key_expiry: str | None, **given: Any) -> None:
        request = _entity(noun, given)
        rights = shell.rights
        if not rights:
            raise Failure("no_rights", "no rights given", f"add one of {_some_rights(shell)}, …")
        request |= {"name": name or "", "rights": rights}
        if api_key_expiry:
            request["expires_at"] = expiry(api_key_expiry)
        key = shell.api.call(f"{noun.access}/CreateAPIKey", request)
        shell.output.show(key)
        shell.log.warn("copy the key now, it is not shown again", id=key.get("id"))

    return Verb(
        act,
        ids=[noun.id],
        options=[_name(), _expiry()],
        rights=noun.rights,
        text="Make an API key with the rights given. Its secret is shown once.",
        example=f"$CLI {noun.plural} api-keys create my-{noun.name} --name backup "
        f"--{noun.rights[0].lower().replace('_', '-')}info",
    )


def list_all(noun: Noun) -> Verb:
    """List keys, without their secrets."""

    def act(shell: Shell, limit: int, page: int, **given: Any) -> None:
        request = _entity(noun, given)
        request |= {"limit": limit, "page": page, "order": given["order"]}
        shell.output.show_each(shell.api.call(f"{noun.access}/ListAPIKeys", request).get("api_keys", []))
        shell.tell(shell.api, page, limit)

    return Verb(act, ids=[noun.id], options=[*paging(), order()], text="List API keys.")


def get(noun: Noun) -> Verb:
    """Show one key, without its secret."""

    def act(shell: Shell, api_key_id: str | None, **given: Any) -> None:
        request = _entity(noun, given) | {"key_id": needed(api_key_id, "api_key_id")}
        shell.output.show(shell.api.call(f"{noun.access}/GetAPIKey", request))

    return Verb(act, ids=[noun.id, "api_key_id"], text="Show an API key: name, rights, expiry.")


def change(noun: Noun) -> Verb:
    """Change name, rights or expiry."""

    def act(shell: Shell, api_key_id: str | None, name: str | None, api_key_expiry: str | None, **given: Any) -> None:
        key: Message = {"id": needed(api_key_id, "api_key_id")}
        paths = []
        if name is not None:
            key["name"] = name
            paths.append("name")
        if shell.source(RightFlags).is_given:
            key["rights"] = shell.rights
            paths.append("rights")
        if api_key_expiry:
            key["expires_at"] = expiry(api_key_expiry)
            paths.append("expires_at")
        if not paths:
            shell.log.warn("no fields given, nothing to set")
            return
        request = _entity(noun, given) | {"api_key": key, "field_mask": mask(paths)}
        shell.output.show(shell.api.call(f"{noun.access}/UpdateAPIKey", request))

    return Verb(
        act,
        ids=[noun.id, "api_key_id"],
        options=[_name(), _expiry()],
        rights=noun.rights,
        text="Change an API key. Rights given here replace the ones it has.",
    )


def delete(noun: Noun) -> Verb:
    """Delete a key."""

    def act(shell: Shell, api_key_id: str | None, **given: Any) -> None:
        request = _entity(noun, given) | {"key_id": needed(api_key_id, "api_key_id")}
        shell.api.call(f"{noun.access}/DeleteAPIKey", request)

    text = "Delete an API key; whoever uses it is shut out at once."
    return Verb(act, ids=[noun.id, "api_key_id"], text=text)


def expiry(text: str) -> str:
    """A moment in the future, RFC 3339."""
    try:
        kinds.timestamp(text)
    except ValueError as wrong:
        raise Failure("expiry_date_format_invalid", f"{text!r} is not a time such as 2030-01-02T15:04:05Z") from wrong
    if datetime.fromisoformat(text.replace("Z", "+00:00")) <= datetime.now(UTC):
        raise Failure("expiry_date_invalid", f"{text} is past")
    return text


def _entity(noun: Noun, given: dict[str, Any]) -> Message:
    return {noun.ids: {noun.id: needed(given[noun.id], noun.id)}}


def _name() -> Option:
    return Option("name", metavar="TEXT", text="what the key is for")


def _expiry() -> Option:
    text = "from when on it is void, such as 2030-01-02T15:04:05Z"
    return Option("api_key_expiry", metavar="TIME", text=text)


def _some_rights(shell: Shell) -> str:
    return ", ".join(flag for flag, _ in list(shell.source(RightFlags).rows())[:3])
