"""What a phone keeps of the page for the basement, and the service worker that keeps it.

The list and its version stand before the worker's script: when a file changes, the script does, and browsers notice.
"""

from collections.abc import Sequence
from functools import cache
from hashlib import sha256

import orjson

from claimstack.assets import asset, asset_text, below

_ENTRIES = ("claim.css", "claim.js", "claim-decoder.js", "claim-icon.svg", "claim-icon-192.png", "claim-icon-512.png")


@cache
def files() -> tuple[str, ...]:
    """The paths of the page's files: what its entries are, and what they load."""
    return tuple(sorted({path for name in _ENTRIES for path in (asset(name), *below(name))}))


def version(page: str, manifest: bytes) -> str:
    """One word for the page, its manifest and all its files together: their names hold their contents' hashes."""
    return sha256("\n".join([page, manifest.decode(), *files()]).encode()).hexdigest()[:16]


def worker_script(kept: Sequence[str], of_version: str) -> str:
    """The service worker for these files."""
    words = f"const FILES = {orjson.dumps(kept).decode()};\nconst VERSION = {orjson.dumps(of_version).decode()};\n"
    return words + asset_text("claim-worker.js")
