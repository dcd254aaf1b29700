"""Which component serves what, for a node that is to be a part of the whole: `--components js` is a Join Server alone.

The Identity Server is a part of every node: without it nobody could say what a caller may do. What is not served
answers Unimplemented.
"""

from collections.abc import Collection, Mapping
from typing import Any

_SERVED_BY = {
    "ns": ("Ns", "NsEndDeviceRegistry", "NsEndDeviceBatchRegistry"),
    "as": ("As", "AsEndDeviceRegistry", "AsEndDeviceBatchRegistry"),
    "js": (
        "Js",
        "JsEndDeviceRegistry",
        "JsEndDeviceBatchRegistry",
        "ApplicationActivationSettingRegistry",
        "PeerRegistry",
    ),
    "dcs": (
        "EndDeviceClaimingServer",
        "EndDeviceBatchClaimingServer",
        "ClaimabilityRegistry",
        "ReleaseRegistry",
        "UpstreamClaimRegistry",
    ),
    "qrg": ("EndDeviceQRCodeGenerator",),
}
_COMPONENT = {service: component for component, services in _SERVED_BY.items() for service in services}


def selected(services: Mapping[str, Any], components: Collection[str]) -> dict[str, Any]:
    """Of services by full name, those of the components, and of the Identity Server always."""
    return {name: one for name, one in services.items() if _component(name) in {"is", *components}}


def _component(service: str) -> str:
    return _COMPONENT.get(service.rpartition(".")[2], "is")
