"""Imports: files with many end devices, registered by jobs that outlive the request and the page that began them."""

from claimstack.imports.downloads import Downloads
from claimstack.imports.runner import Means, Runner
from claimstack.imports.service import ImportRegistry
from claimstack.imports.spool import Spool
from claimstack.imports.upload import Uploads

__all__ = [
    "Downloads",
    "ImportRegistry",
    "Means",
    "Runner",
    "Spool",
    "Uploads",
]
