"""Many end devices registered at once, with a few statements."""

from claimstack.end_devices.bulk.register import known_or_refused, register_many
from claimstack.end_devices.bulk.rows import Rows, rows_of
from claimstack.end_devices.bulk.store import reserve

__all__ = ["Rows", "known_or_refused", "register_many", "reserve", "rows_of"]
