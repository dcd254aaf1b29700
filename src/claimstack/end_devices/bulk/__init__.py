"""Many end devices registered at once: split into what each register keeps, then written with a few statements."""

from claimstack.end_devices.bulk.register import Order, Registered, close, register_many
from claimstack.end_devices.bulk.split import split
from claimstack.end_devices.bulk.wish import Closed, Wish

__all__ = ["Closed", "Order", "Registered", "Wish", "close", "register_many", "split"]
