"""Imports put together: the service, files that come and go, the runner of jobs; and the converter, by one trust."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from claimstack.clock import to_micros
from claimstack.device_templates import Certificates, Trust, read_certificates
from claimstack.device_templates.service import EndDeviceTemplateConverter
from claimstack.edge.imports.transfers import Transfers
from claimstack.edge.json_codec import decode
from claimstack.imports import Downloads, ImportRegistry, Means, Runner, Spool, Uploads
from claimstack.node import Node
from claimstack.settings import Settings, SettingsError, flag_name
from claimstack.storage import Database
from claimstack.wire import v3

READER = (sys.executable, "-m", "claimstack.edge.imports.reader")


class Imports(NamedTuple):
    """What the house needs of imports."""

    registry: ImportRegistry
    converter: EndDeviceTemplateConverter
    transfers: Transfers
    runner: Runner


def assemble(node: Node, db: Database) -> Imports:
    """For one node. `db` takes idempotency keys along; `SettingsError` when a certificate cannot be believed."""
    address = address_in(node.settings.url)
    certificates = certificates_of(node.settings)
    trust = _trust(certificates)
    means = Means(READER, lambda: to_micros(node.clock.now()), os.urandom, certificates)
    runner = Runner(node.db, node.vault, Spool(node.settings.data_dir / "imports", node.vault), means)
    transfers = Transfers(
        Uploads(node.db, node.vault, runner, node.settings.import_megabytes << 20), Downloads(node.db, node.vault)
    )
    converter = EndDeviceTemplateConverter(decode(v3.EndDevice), trust)
    return Imports(ImportRegistry(db, address, node.settings.import_limit), converter, transfers, runner)


def address_in(url: str) -> str:
    """The host that devices get as the address of their components; empty for one of IPv6, which fits no such field."""
    host = urlsplit(url).hostname or ""
    return "" if ":" in host else host


def certificates_of(settings: Settings) -> Certificates:
    """What the settings name, read."""
    return Certificates(
        _read("log_signer_certificates", settings.log_signer_certificates),
        _read("secure_element_roots", settings.secure_element_roots),
    )


def _read(name: str, paths: Sequence[str]) -> bytes:
    try:
        return read_certificates(paths)
    except ValueError as fault:
        raise SettingsError(f"--{flag_name(name)}: {fault}") from None


def _trust(certificates: Certificates) -> Trust:
    try:
        return certificates.trust()
    except ValueError as fault:
        raise SettingsError(f"--log-signer-certificates, --secure-element-roots: {fault}") from None
