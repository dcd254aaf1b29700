"""Which components a device of a file is registered with, and what it is given where the file says nothing. Pure."""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence

from claimstack.device_parts import Component, is_personalized
from claimstack.errors import Invalid, invalid_field
from claimstack.wire import claimstack_v1 as v1
from claimstack.wire import v3

_NAMESPACE = "pkg/imports"
_NO_DEV_EUI = (
    "this chip has no DevEUI of its own: give the first of a range (start_dev_eui), or a file of keys with lines of"
    " serial number and DevEUI"
)
_NETWORK = ("frequency_plan_id", "lorawan_version", "lorawan_phy_version")


def complete(device: v3.EndDevice, paths: MutableSequence[str], defaults: v1.ImportDefaults) -> None:
    """Fill in the defaults, and put them into the mask."""
    for name in _NETWORK:
        if (value := getattr(defaults, name)) and not getattr(device, name):
            setattr(device, name, value)
            paths.append(name)
    if defaults.join_eui and not device.ids.join_eui:
        device.ids.join_eui = defaults.join_eui
        paths.append("ids.join_eui")


def name_chip(
    device: v3.EndDevice, paths: MutableSequence[str], request: v1.CreateImportRequest, dev_eui: bytes, index: int
) -> Invalid | None:
    """Give a chip that has no DevEUI the one that stands beside the file, or its place in the range; or say that there
    is none. Its JoinEUI is that of the defaults, if there is one: the chip's own leads to its maker's Join Server.
    """
    if not dev_eui and request.start_dev_eui:
        number = int.from_bytes(request.start_dev_eui, "big") + index
        dev_eui = number.to_bytes(8, "big") if number < 1 << 64 else b""
    if not dev_eui:
        return Invalid(_NAMESPACE, "no_dev_eui", _NO_DEV_EUI)
    device.ids.dev_eui, device.ids.device_id = dev_eui, f"eui-{dev_eui.hex()}"
    paths.extend(("ids.dev_eui", "ids.device_id"))
    if request.defaults.join_eui:
        device.ids.join_eui = request.defaults.join_eui
    return None


def components_of(device: v3.EndDevice, chosen: Sequence[str]) -> list[Component]:
    """Those that were chosen; without a choice those that can do something for this device.

    `Invalid` when the Network Server was chosen and the row does not say what it needs.
    """
    if chosen:
        components = [Component(name) for name in chosen]
        if Component.NS in components:
            _check_network(device)
        return components
    if device.provisioner_id:  # a chip out of a manifest: nothing is known of the device around it
        return [Component.JS]
    components = [Component.AS]
    if all(getattr(device, name) for name in _NETWORK):
        components.append(Component.NS)
    if joins(device):
        components.append(Component.JS)
    return components


_ADDRESSES = {
    Component.NS: "network_server_address",
    Component.AS: "application_server_address",
    Component.JS: "join_server_address",
}


def put_addresses(
    device: v3.EndDevice, paths: MutableSequence[str], components: Sequence[Component], address: str
) -> None:
    """Say where the device is registered: clients ask only components that have an address."""
    for component in components:
        name = _ADDRESSES[component]
        if address and not getattr(device, name):
            setattr(device, name, address)
            paths.append(name)


def joins(device: v3.EndDevice) -> bool:
    """Whether the device is activated over the air."""
    return device.supports_join or takes_code(device)


def takes_code(device: v3.EndDevice) -> bool:
    """Whether a device can be claimed: it has both EUIs, and no session for good."""
    return bool(device.ids.join_eui and device.ids.dev_eui) and not is_personalized(device)


def _check_network(device: v3.EndDevice) -> None:
    for name in _NETWORK:
        if not getattr(device, name):
            raise _missing(name)


def _missing(name: str) -> Invalid:
    return invalid_field(name, "expected one in the file or as a default: the Network Server needs it")
