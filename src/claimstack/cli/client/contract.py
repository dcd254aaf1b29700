"""The contract as the client sees it: routes, message fields and field masks, from small tables.

The tables are generated beside the wire package from the proto files; each is read when first asked
for. Names are those of the contract without their package: `ApplicationRegistry/Get`, `EndDevice`.
"""

from __future__ import annotations

import json
import os
from functools import cache
from typing import Any

TABLES = os.path.join(os.path.dirname(__file__), "..", "..", "wire")
SAFE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
# Which configured address serves a service; everything else is the Identity Server's.
COMPONENTS = {
    "Ns": "network-server", "NsEndDeviceRegistry": "network-server",
    "NsEndDeviceBatchRegistry": "network-server", "Configuration": "network-server",
    "As": "application-server", "AsEndDeviceRegistry": "application-server",
    "AsEndDeviceBatchRegistry": "application-server", "AppAs": "application-server",
    "Js": "join-server", "JsEndDeviceRegistry": "join-server",
    "JsEndDeviceBatchRegistry": "join-server",
    "ApplicationActivationSettingRegistry": "join-server",
    "EndDeviceClaimingServer": "device-claiming-server",
    "EndDeviceBatchClaimingServer": "device-claiming-server",
    "GatewayClaimingServer": "device-claiming-server",
    "LedgerRegistry": "device-claiming-server", "AuditRegistry": "device-claiming-server",
    "EndDeviceQRCodeGenerator": "qr-code-generator",
    "EndDeviceTemplateConverter": "device-template-converter",
}  # fmt: skip
MAPS = ("attributes_contain",)  # the one map that stands in queries
READS = ("Get", "List", "Search", "Parse", "Generate", "Stream", "Convert", "Find", "AuthInfo")

Message = dict[str, Any]


class NoRoute(LookupError):
    """A request lacks a part of its address, or the contract has no HTTP route for it."""


@cache
def table(name: str) -> Any:
    """One generated table by its file name."""
    try:
        with open(os.path.join(TABLES, name), "rb") as file:
            return json.loads(file.read())
    except FileNotFoundError as missing:
        raise RuntimeError(f"{missing.filename} is missing: run `make wire`, or reinstall") from missing


def fields_of(message: str) -> dict[str, Any]:
    """Field names of a message with their kinds (see `terminal.kinds`)."""
    found: dict[str, Any] = table("cli_messages.json")["messages"][message]
    return found


def enum(name: str) -> dict[str, Any]:
    """Value names, further spellings and prefix of an enum."""
    found: dict[str, Any] = table("cli_messages.json")["enums"][name]
    return found


def entity(rpc: str) -> str:
    """The message that an RPC answers with, or lists."""
    answer: str = table("cli_routes.json")[rpc]["out"]
    kinds = list(fields_of(answer).values())
    is_list = len(kinds) == 1 and isinstance(kinds[0], str) and kinds[0].startswith("*m:")
    return kinds[0][3:] if is_list else answer


def resolve(message: str, path: str) -> tuple[list[str], str, str] | None:
    """JSON names on the way to a mask path, the kind there, and `Message.field`; None if there is
    no such path. A oneof is a segment of the path and no JSON name."""
    names: list[str] = []
    kind, place = f"m:{message}", message
    for segment in path.split("."):
        if kind.startswith("w:") and segment == "value":  # a wrapper's JSON is the bare value
            continue
        if not kind.startswith("m:"):
            return None
        fields = fields_of(kind[2:])
        if segment in fields:
            entry = fields[segment]
            place = f"{kind[2:]}.{segment}"
            kind = entry[0] if isinstance(entry, list) else entry
            names.append(segment)
        elif all(not isinstance(f, list) or f[1] != segment for f in fields.values()):
            return None
    return names, kind, place


def is_choice(message: str, path: str) -> bool:
    """Whether the path names a member of a oneof, which can be chosen without filling it."""
    parent, _, member = path.rpartition(".")
    found = resolve(message, parent) if parent else None
    entry = fields_of(found[1][2:]).get(member) if found and found[1].startswith("m:") else None
    return isinstance(entry, list) and entry[0].startswith("m:")


def comment(place: str) -> str:
    """The first sentence of the contract's comment on `Message.field`, for help."""
    text: str = table("comments.json").get(f"ttn.lorawan.v3.{place}", "")
    return text.partition(". ")[0].rstrip(".")


def mask_paths(rpc: str) -> list[str]:
    """The field mask paths that an RPC allows."""
    masks = table("cli_masks.json")
    paths: list[str] = masks["lists"][masks["rpcs"][rpc]]
    return paths


def is_read(rpc: str) -> bool:
    """Whether repeating the call cannot change anything."""
    return rpc.rpartition("/")[2].startswith(READS)


def component(rpc: str) -> str:
    """The component that serves an RPC, as the configuration names it."""
    return COMPONENTS.get(rpc.partition("/")[0], "identity-server")


def route(rpc: str, request: Message) -> tuple[str, str, Message | None]:
    """HTTP method, target and JSON body (None: no body) for a request."""
    bindings = table("cli_routes.json").get(rpc)
    if bindings is None:
        raise NoRoute(f"{rpc} has no HTTP route")
    for method, template, body in bindings["http"]:
        path, used = _filled(template, request)
        if path is None:
            continue
        if body == "*":
            return method, path, request
        query = _query(request, used)
        return method, path + ("?" + query if query else ""), None
    raise NoRoute(f"{rpc} needs {' or '.join(b[1] for b in bindings['http'])}")


def is_stream(rpc: str) -> bool:
    """Whether the answer is a sequence of messages."""
    return bool(table("cli_routes.json")[rpc]["stream"])


def _filled(template: str, request: Message) -> tuple[str | None, set[str]]:
    """The template with its `{variables}` taken from the request, and their names."""
    head, *rest = template.split("{")
    used, path = set(), head
    for part in rest:
        name, _, literal = part.partition("}")
        value = reach(request, name)
        if not value:
            return None, set()
        used.add(name)
        path += quote(str(value)) + literal
    return path, used


def reach(message: Message, path: str) -> Any:
    """The value below a dotted path, None where there is nothing."""
    node: Any = message
    for name in path.split("."):
        if not isinstance(node, dict):
            return None
        node = node.get(name)
    return node


def _query(request: Message, used: set[str]) -> str:
    pairs: list[str] = []
    _flatten(request, "", used, pairs)
    return "&".join(pairs)


def _flatten(node: Message, prefix: str, used: set[str], pairs: list[str]) -> None:
    for name, value in node.items():
        path = prefix + name
        if path in used or value is None or value == "" or value == []:
            continue
        if name == "field_mask":
            if value["paths"]:
                pairs.append(f"{path}={quote(','.join(value['paths']))}")
        elif name in MAPS:
            pairs.extend(f"{path}{quote(f'[{key}]')}={quote(text)}" for key, text in value.items())
        elif isinstance(value, dict):
            _flatten(value, path + ".", used, pairs)
        else:
            items = value if isinstance(value, list) else [value]
            pairs.extend(f"{path}={quote(_shown(item))}" for item in items)


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def quote(text: str) -> str:
    """Percent-encoding of one path segment or query value (RFC 3986)."""
    return "".join(chr(b) if b in SAFE else f"%{b:02X}" for b in text.encode())
