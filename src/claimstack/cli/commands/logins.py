"""What shows and ends a user's ways in: sessions, OAuth authorizations and tokens, invitations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from claimstack.cli.client.api import Message
from claimstack.cli.commands.nouns import needed, order, paging
from claimstack.cli.shell import Shell
from claimstack.cli.terminal.option import Option
from claimstack.cli.terminal.verb import Verb

WRAPPED = {"user_id": "user_ids", "client_id": "client_ids"}


def list_of(rpc: str, member: str, ids: Sequence[str], text: str) -> Verb:
    """A paged list of `member` from `rpc`, found by identifiers."""

    def act(shell: Shell, limit: int, page: int, **given: Any) -> None:
        request = _request(ids, given) | {"limit": limit, "page": page}
        if given["order"]:
            request["order"] = given["order"]
        shell.output.show_each(shell.api.call(rpc, request).get(member, []))
        shell.tell(shell.api, page, limit)

    return Verb(act, ids=ids, options=[*paging(), order()], text=text)


def end_of(rpc: str, ids: Sequence[str], text: str) -> Verb:
    """A delete by identifiers."""

    def act(shell: Shell, **given: Any) -> None:
        shell.api.call(rpc, _request(ids, given))

    return Verb(act, ids=ids, text=text)


def _request(ids: Sequence[str], given: dict[str, Any]) -> Message:
    request: Message = {}
    for name in ids:
        value = needed(given[name], name)
        request |= {WRAPPED[name]: {name: value}} if name in WRAPPED else {name: value}
    return request


def _delete_token(shell: Shell, token_id: str | None, **given: Any) -> None:
    request = _request(["user_id", "client_id"], given) | {"id": needed(token_id, "token_id")}
    shell.api.call("OAuthAuthorizationRegistry/DeleteToken", request)


delete_token = Verb(
    _delete_token,
    ids=["user_id", "client_id"],
    options=[Option("token_id", metavar="ID")],
    text="End one access token.",
)


def _auth_info(shell: Shell) -> None:
    shell.output.show(shell.api.call("EntityAccess/AuthInfo"))


auth_info = Verb(_auth_info, text="Show who you are to the server, and with which rights.")
