"""Read end devices: list and search ask the Identity Server, get puts the parts together."""

from __future__ import annotations

from typing import Any

from claimstack.cli.client.api import Message
from claimstack.cli.client.failures import Failure
from claimstack.cli.commands.nouns import mask, needed, order, paging
from claimstack.cli.devices.registries import (
    CODE,
    EUIS,
    IDS,
    IS,
    JS,
    PARTS,
    READ_RPCS,
    belongs_here,
    identifiers,
)
from claimstack.cli.shell import Shell, merge
from claimstack.cli.terminal import kinds
from claimstack.cli.terminal.option import Option
from claimstack.cli.terminal.verb import Verb

SEARCH = "EndDeviceRegistrySearch/SearchEndDevices"
TERMS = [
    "query", "id_contains", "name_contains", "description_contains",
    "dev_eui_contains", "join_eui_contains", "dev_addr_contains",
]  # fmt: skip


def read(shell: Shell, ids: Message, paths: list[str]) -> Message:
    """The device with those paths, from every registry that has them."""
    parts = [r for r in PARTS if r.to_read(paths) and r.is_enabled(shell)]
    asked = [*IS.to_read(paths), *(r.address for r in parts if r.address not in paths)]
    device = shell.api.call(IS.get, {"end_device_ids": ids, "field_mask": mask(asked)})
    for registry in parts:
        wanted = registry.to_read(paths)
        if registry is JS:
            wanted = _not_known_yet(wanted, device)
            if not device.get(JS.address):
                continue
        if not wanted or not belongs_here(shell, registry, device):
            continue
        request = {"end_device_ids": device["ids"], "field_mask": mask(wanted)}
        try:
            part = shell.api.call(registry.get, request)
        except Failure as failure:
            shell.log.warn(f"could not read from the {registry.component}", reason=failure.text)
            continue
        part.pop("ids", None)
        device = merge(device, {k: v for k, v in part.items() if k not in ("created_at", "updated_at")})
    for registry in parts:
        if registry.address not in paths:
            device.pop(registry.address, None)
    return device


def _not_known_yet(paths: list[str], device: Message) -> list[str]:
    """The code is asked of the Join Server only when the Identity Server has none (before 3.21)."""
    return [p for p in paths if p.split(".")[0] != CODE] if device.get(CODE) else paths


def _get(shell: Shell, **given: Any) -> None:
    shell.output.show(read(shell, identifiers(given), shell.selected))


def _kept_here(shell: Shell) -> list[str]:
    """Those of the chosen paths that the Identity Server keeps: lists ask no other."""
    paths = shell.selected
    if elsewhere := [path for path in paths if not IS.to_read([path])]:
        shell.log.warn("lists do not show these, `get` does", fields=",".join(elsewhere))
    return IS.to_read(paths)


def _list(shell: Shell, application_id: str | None, limit: int, page: int, **given: Any) -> None:
    request: Message = {
        "application_ids": {"application_id": needed(application_id, "application_id")},
        "field_mask": mask(_kept_here(shell)),
        "limit": limit,
        "page": page,
        "order": given["order"],
    }
    shell.output.show_each(shell.api.call("EndDeviceRegistry/List", request).get("end_devices", []))
    shell.tell(shell.api, page, limit)


def _search(shell: Shell, application_id: str | None, limit: int, page: int, **given: Any) -> None:
    request: Message = {name: given[name] for name in TERMS if given[name]}
    if given["attributes_contain"]:
        pairs = kinds.pairs(given["attributes_contain"], "attributes-contain")
        request["attributes_contain"] = pairs
    request["application_ids"] = {"application_id": needed(application_id, "application_id")}
    request |= {"field_mask": mask(_kept_here(shell)), "limit": limit, "page": page}
    request["order"] = given["order"]
    shell.output.show_each(shell.api.call(SEARCH, request).get("end_devices", []))
    shell.tell(shell.api, page, limit)


get = Verb(
    _get,
    ids=IDS,
    flag_ids=EUIS,
    select=READ_RPCS,
    text="Show an end device. Without field flags only identifiers and times are shown; --all reads "
    "every part, the root keys included, which is noted for the next owner.",
    example="$CLI end-devices get maker-app sensor-1 --name --claim-authentication-code",
)
list_all = Verb(
    _list,
    ids=["application_id"],
    options=[*paging(), order()],
    select=["EndDeviceRegistry/List"],
    select_also=READ_RPCS,
    text="List the end devices of an application.",
    example="$CLI end-devices list maker-app --name --output-format table",
)
search = Verb(
    _search,
    ids=["application_id"],
    options=[
        *(Option(term) for term in TERMS),
        Option("attributes_contain", metavar="KEY=TEXT,…"),
        *paging(),
        order(),
    ],
    select=[SEARCH],
    select_also=READ_RPCS,
    text="Search the end devices of an application; what is given must all match.",
    example="$CLI end-devices search maker-app --dev-eui-contains 0004A3 --name",
)
