"""The pages of end devices: lists, one device with its claiming, registering, importing."""

from claimstack.console.devices.routes import DEVICE_PAGES

__all__ = ["DEVICE_PAGES"]
