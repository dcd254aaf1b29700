"""Many end devices registered at once: split into what each register keeps, then written with a few statements."""

from claimstack.device_parts import Wish, split
from claimstack.end_devices.bulk.closed import Closed
from claimstack.end_devices.bulk.register import Order, Registered, close, register_many

__all__ = ["Closed", "Order", "Registered", "Wish", "close", "register_many", "split"]
