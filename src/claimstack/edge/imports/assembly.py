"""Imports put together: the service, the files that come and go, and the runner of jobs."""

from __future__ import annotations

import os
import sys
from typing import NamedTuple

from claimstack.clock import to_micros
from claimstack.edge.imports.transfers import Transfers
from claimstack.imports import Downloads, ImportRegistry, Means, Runner, Spool, Uploads
from claimstack.node import Node
from claimstack.storage import Database

READER = (sys.executable, "-m", "claimstack.edge.imports.reader")


class Imports(NamedTuple):
    """What the house needs of imports."""

    registry: ImportRegistry
    transfers: Transfers
    runner: Runner


def assemble(node: Node, db: Database, signers: bytes = b"", roots: bytes = b"") -> Imports:
    """For one node. `db` takes idempotency keys along; `signers` and `roots` are PEM texts."""
    means = Means(READER, lambda: to_micros(node.clock.now()), os.urandom, signers, roots)
    runner = Runner(node.db, node.vault, Spool(node.settings.data_dir / "imports", node.vault), means)
    transfers = Transfers(Uploads(node.db, node.vault, runner), Downloads(node.db, node.vault))
    return Imports(ImportRegistry(db), transfers, runner)
