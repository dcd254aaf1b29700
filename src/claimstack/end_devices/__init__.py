"""End devices: what identifies and owns them, and the parts that the four components keep."""

from claimstack.end_devices.claim_code import code_of
from claimstack.end_devices.components.service import (
    AsEndDeviceBatchRegistry,
    AsEndDeviceRegistry,
    JsEndDeviceBatchRegistry,
    JsEndDeviceRegistry,
    NsEndDeviceBatchRegistry,
    NsEndDeviceRegistry,
)
from claimstack.end_devices.network.application_server import As
from claimstack.end_devices.network.configuration import Configuration
from claimstack.end_devices.network.ns import Ns
from claimstack.end_devices.service import EndDeviceBatchRegistry, EndDeviceRegistry, EndDeviceRegistrySearch

__all__ = [
    "As",
    "AsEndDeviceBatchRegistry",
    "AsEndDeviceRegistry",
    "Configuration",
    "EndDeviceBatchRegistry",
    "EndDeviceRegistry",
    "EndDeviceRegistrySearch",
    "JsEndDeviceBatchRegistry",
    "JsEndDeviceRegistry",
    "Ns",
    "NsEndDeviceBatchRegistry",
    "NsEndDeviceRegistry",
    "code_of",
]
