"""Rows of an import's file as they are found: which device is to be registered, and how. Pure, and light to load.

It runs in the process that reads the file, which has no database and is to stay small.
"""

from claimstack.import_rows.components import complete, components_of, name_chip, put_addresses, takes_code
from claimstack.import_rows.row import (
    LENGTH_BYTES,
    FoundRow,
    Frame,
    Order,
    packed,
    unpacked_frame,
    unpacked_order,
)
from claimstack.import_rows.side_keys import MOST_BYTES, SideKeys, put_side_keys, read_side_keys

__all__ = [
    "LENGTH_BYTES",
    "MOST_BYTES",
    "FoundRow",
    "Frame",
    "Order",
    "SideKeys",
    "complete",
    "components_of",
    "name_chip",
    "packed",
    "put_addresses",
    "put_side_keys",
    "read_side_keys",
    "takes_code",
    "unpacked_frame",
    "unpacked_order",
]
