"""Which registry keeps which field of an end device.

Each chosen path goes to every registry whose own list allows it, exactly as it stands. Since 3.21
the claim code is written to the Identity Server only.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from claimstack.cli.client.api import Message
from claimstack.cli.client.contract import mask_paths
from claimstack.cli.client.failures import Failure
from claimstack.cli.commands.nouns import needed
from claimstack.cli.settings.configuration import split_address
from claimstack.cli.shell import Shell
from claimstack.cli.terminal import kinds
from claimstack.cli.terminal.flags import is_field
from claimstack.cli.terminal.option import Option

CODE = "claim_authentication_code"


class Registry:
    """One of the four. `address` is the field that says which server keeps the part."""

    def __init__(self, name: str, service: str, writer: str, component: str, address: str) -> None:
        self.name, self.service, self.writer = name, service, writer
        self.component, self.address = component, address

    @property
    def get(self) -> str:
        """The RPC that reads."""
        return f"{self.service}/Get"

    @property
    def set(self) -> str:
        """The RPC that writes."""
        return f"{self.service}/{self.writer}"

    @property
    def delete(self) -> str:
        """The RPC that deletes."""
        return f"{self.service}/Delete"

    @cached_property
    def readable(self) -> frozenset[str]:
        """Paths that may be read here."""
        return frozenset(mask_paths(self.get))

    @cached_property
    def writable(self) -> frozenset[str]:
        """Paths that may be written here."""
        paths = mask_paths(self.set)
        if self.name == "JS":
            return frozenset(p for p in paths if p.split(".")[0] != CODE)
        return frozenset(paths)

    def to_read(self, paths: Iterable[str]) -> list[str]:
        """Those of the paths that this registry is asked for."""
        return [p for p in paths if is_field(p) and p in self.readable]

    def to_write(self, paths: Iterable[str]) -> list[str]:
        """Those of the paths that are written here."""
        return [p for p in paths if is_field(p) and p in self.writable]

    def is_enabled(self, shell: Shell) -> bool:
        """Whether the configuration counts with it."""
        return shell.configuration.is_enabled(self.component)

    def host(self, shell: Shell) -> str:
        """The host that the configuration has for it."""
        return shell.configuration.host(self.component)


IS = Registry("IS", "EndDeviceRegistry", "Update", "identity-server", "")
NS = Registry("NS", "NsEndDeviceRegistry", "Set", "network-server", "network_server_address")
AS = Registry("AS", "AsEndDeviceRegistry", "Set", "application-server", "application_server_address")
JS = Registry("JS", "JsEndDeviceRegistry", "Set", "join-server", "join_server_address")
PARTS = (JS, AS, NS)
ADDRESSES = [AS.address, JS.address, NS.address]
READ_RPCS = (IS.get, NS.get, AS.get, JS.get)
WRITE_RPCS = (IS.set, NS.set, AS.set, JS.set)

IDS = ["application_id", "device_id"]
EUIS = ["join_eui", "dev_eui"]


def identifiers(given: dict[str, Any], need_device: bool = True) -> Message:
    """EndDeviceIdentifiers from positions and flags."""
    ids: Message = {}
    if given.get("application_id"):
        ids["application_ids"] = {"application_id": given["application_id"]}
    if given.get("device_id"):
        ids["device_id"] = given["device_id"]
    for name in EUIS:
        if given.get(name):
            ids[name] = kinds.hexadecimal(8, given[name], name.replace("_", "-"))
    if need_device:
        needed(given.get("application_id"), "application_id")
        needed(given.get("device_id"), "device_id")
    return ids


def location_flags() -> list[Option]:
    """`--location.latitude` and its like."""
    return [
        Option(f"location_{name}", "", "NUMBER", kind, flags=(f"--location.{name}",))
        for name, kind in (("latitude", float), ("longitude", float), ("altitude", int), ("accuracy", int))
    ]


def take_location(given: dict[str, Any]) -> Message:
    """The location given by flags; {} if none of them is given."""
    names = ("latitude", "longitude", "altitude", "accuracy")
    found = {n: given.pop(f"location_{n}") for n in names if given.get(f"location_{n}") is not None}
    for name in names:
        given.pop(f"location_{name}", None)
    return {**found, "source": "SOURCE_REGISTRY"} if found else {}


def belongs_here(shell: Shell, registry: Registry, device: Message) -> bool:
    """Whether the part is on the server that the configuration has; an empty address counts."""
    address = str(device.get(registry.address) or "")
    return not address or split_address(address, 0)[0] == registry.host(shell)


def check_addresses(shell: Shell, device: Message, registries: Iterable[Registry]) -> None:
    """Failure if a part that is to be written is registered with another server."""
    for registry in registries:
        if registry.address and not belongs_here(shell, registry, device):
            raise Failure(
                "end_device_server_address_mismatch",
                "the end device is registered with another server",
                **{registry.address: device[registry.address], "configured": registry.host(shell)},
            )


def tell_weak_code(shell: Shell, device: Message) -> None:
    """Say so when a claim code that is about to be stored or shown is weak."""
    from claimstack.cli.terminal.weak_code import is_weak

    code = str((device.get(CODE) or {}).get("value") or "")
    if code and is_weak(code):
        shell.log.warn(f"this claim authentication code is weak ({len(code)} characters)")
