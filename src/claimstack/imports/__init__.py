"""Imports: files with many end devices, registered by jobs that outlive the request and the page that began them."""

from claimstack.imports.downloads import Downloads
from claimstack.imports.reading import FoundRow, Frame, Order, packed, plain, unpacked_order, unplain
from claimstack.imports.runner import Means, Runner
from claimstack.imports.service import ImportRegistry
from claimstack.imports.spool import Spool
from claimstack.imports.upload import Uploads

__all__ = [
    "Downloads",
    "FoundRow",
    "Frame",
    "ImportRegistry",
    "Means",
    "Order",
    "Runner",
    "Spool",
    "Uploads",
    "packed",
    "plain",
    "unpacked_order",
    "unplain",
]
