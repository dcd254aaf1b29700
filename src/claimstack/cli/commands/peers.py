"""The networks and clusters that join through this server or claim here. For admins."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

from claimstack.cli.client.api import Message
from claimstack.cli.client.failures import Failure
from claimstack.cli.commands.nouns import mask, needed, paging
from claimstack.cli.shell import Shell
from claimstack.cli.terminal import kinds
from claimstack.cli.terminal.option import Option
from claimstack.cli.terminal.verb import Verb

POLICIES = {"wrapped": "APP_S_KEY_WRAPPED", "withheld": "APP_S_KEY_WITHHELD", "clear": "APP_S_KEY_CLEAR"}


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _hexadecimals(size: int) -> Callable[[str, str], Any]:
    return lambda text, flag: [kinds.hexadecimal(size, part, flag) for part in _parts(text)]


def content(text: str, flag: str) -> str:
    """A text, or with @ in front what stands in that file: so a secret need not stand in the command line."""
    if not text.startswith("@"):
        return text
    try:
        return Path(text[1:]).read_text("utf-8").strip()
    except OSError as missing:
        raise Failure("file", f"--{flag}: {text[1:]}: {missing.strerror}") from missing


def basic(username: str, password: str | None) -> str:
    """The Authorization header for Basic (RFC 7617); the password may be @FILE."""
    pair = f"{username}:{content(password or '', 'password')}"
    return f"Basic {b64encode(pair.encode()).decode()}"


def _file(text: str, flag: str) -> str:
    return content(f"@{text}" if text else "", flag)


def _keks(text: str, flag: str) -> list[Message]:
    found: list[Message] = []
    for pair in _parts(content(text, flag).replace("\n", ",")):
        label, _, key = pair.rpartition("=")
        octets = _key(key, flag)
        found.append({"label": needed(label, "kek_label"), "key": b64encode(octets).decode()})
    return found


def _key(text: str, flag: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:  # the text is not repeated: it is a key, or nearly
        raise Failure("flag_value", f"--{flag}: expected LABEL=KEY with a key in hexadecimal") from None


def _policy(text: str, flag: str) -> str:
    if text not in POLICIES:
        raise Failure("flag_value", f"--{flag}: expected {', '.join(POLICIES)}")
    return POLICIES[text]


def _as_it_is(text: str, flag: str) -> str:
    return text


# Field of the peer, flag, how its text is read, what the flag takes, and help.
_FIELDS: tuple[tuple[str, str, Callable[[str, str], Any], str, str], ...] = (
    ("name", "name", _as_it_is, "TEXT", "a name for people"),
    ("net_ids", "net-ids", _hexadecimals(3), "NETID,…", "NetIDs it may send as"),
    ("ns_ids", "ns-ids", _hexadecimals(8), "NSID,…", "NSIDs it may send as (Backend Interfaces 1.1); none: any"),
    ("as_ids", "as-ids", lambda text, flag: _parts(text), "AS-ID,…", "AS-IDs it may send as"),
    ("trusted_certificates", "trusted-certificates", _file, "FILE", "PEM of its certificate, or of its authority"),
    ("certificate_fingerprints", "certificate-fingerprints", _hexadecimals(32), "SHA256,…", "or of authority"),
    ("certificate_subject", "certificate-subject", _as_it_is, "NAME", "whom its certificate must be made out to"),
    ("authorization", "authorization", content, "VALUE|@FILE", "whole Authorization header that it sends"),
    ("keks", "keks", _keks, "LABEL=KEY,…|@FILE", "keys that wrap session keys, in hexadecimal"),
    ("network_kek_label", "network-kek-label", _as_it_is, "LABEL", "KEK for network session keys"),
    ("application_kek_label", "application-kek-label", _as_it_is, "LABEL", "KEK for the AppSKey"),
    ("app_s_key", "app-s-key", _policy, "POLICY", "AppSKey in join-accepts: wrapped, withheld, clear"),
    ("application_ids", "application-id", lambda text, flag: {"application_id": text}, "ID", "holds what it claims"),
)  # fmt: skip
_OPTIONS = [
    *(Option(flag.replace("-", "_"), text, metavar) for _, flag, _, metavar, text in _FIELDS),
    Option("username", "instead of --authorization: user for Basic"),
    Option("password", "and its password", "TEXT|@FILE"),
]


def _wish(peer_id: str | None, given: dict[str, Any]) -> Message:
    wish: Message = {"peer_id": needed(peer_id, "peer_id")}
    for field, flag, read, _, _ in _FIELDS:
        text = given[flag.replace("-", "_")]
        if text is not None:
            wish[field] = read(text, flag)
    if given["username"]:
        wish["authorization"] = basic(given["username"], given["password"])
    return wish


def _create(shell: Shell, peer_id: str | None, **given: Any) -> None:
    shell.output.show(shell.api.call("PeerRegistry/Create", {"peer": _wish(peer_id, given)}))


create = Verb(
    _create,
    ids=["peer_id"],
    options=_OPTIONS,
    text="Register a network or cluster, known by its client certificate or by an Authorization header.",
    example="$CLI peers create my-network --net-ids 000013 --as-ids as.example.com --trusted-certificates ca.pem",
)


def _change(shell: Shell, peer_id: str | None, **given: Any) -> None:
    wish = _wish(peer_id, given)
    paths = [name for name in wish if name != "peer_id"]
    if not paths:
        shell.log.warn("no fields given, nothing to set")
        return
    shell.output.show(shell.api.call("PeerRegistry/Update", {"peer": wish, "field_mask": mask(paths)}))


change = Verb(
    _change,
    ids=["peer_id"],
    options=_OPTIONS,
    text="Change a peer; what is not given stays. A list is replaced as a whole.",
    example="$CLI peers set my-network --net-ids 000013,000014",
)


def _get(shell: Shell, peer_id: str | None) -> None:
    shell.output.show(shell.api.call("PeerRegistry/Get", {"peer_id": needed(peer_id, "peer_id")}))


get = Verb(_get, ids=["peer_id"], text="Show a peer, without its secrets.")


def _list_all(shell: Shell, limit: int, page: int) -> None:
    answer = shell.api.call("PeerRegistry/List", {"limit": limit, "page": page})
    shell.output.show_each(answer.get("peers", []))
    shell.tell(shell.api, page, limit)


list_all = Verb(_list_all, options=paging(), text="List the peers, without their secrets.")


def _delete(shell: Shell, peer_id: str | None) -> None:
    shell.api.call("PeerRegistry/Delete", {"peer_id": needed(peer_id, "peer_id")})


delete = Verb(_delete, ids=["peer_id"], text="Forget a peer: nobody is known by its certificate or header any more.")
