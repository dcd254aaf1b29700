"""End devices: what identifies and owns them, and the parts that the four components keep."""

from claimstack.end_devices.components.service import (
    AsEndDeviceBatchRegistry,
    AsEndDeviceRegistry,
    JsEndDeviceBatchRegistry,
    JsEndDeviceRegistry,
    NsEndDeviceBatchRegistry,
    NsEndDeviceRegistry,
)
from claimstack.end_devices.service import EndDeviceBatchRegistry, EndDeviceRegistry, EndDeviceRegistrySearch

__all__ = [
    "AsEndDeviceBatchRegistry",
    "AsEndDeviceRegistry",
    "EndDeviceBatchRegistry",
    "EndDeviceRegistry",
    "EndDeviceRegistrySearch",
    "JsEndDeviceBatchRegistry",
    "JsEndDeviceRegistry",
    "NsEndDeviceBatchRegistry",
    "NsEndDeviceRegistry",
]
