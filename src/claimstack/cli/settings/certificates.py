"""The CA certificates that a server presents, for `use --fetch-ca` (trust on first use)."""

from __future__ import annotations

import socket
import ssl
from typing import Any

from claimstack.cli.client import hints
from claimstack.cli.client.connection import CONNECT_SECONDS, Unreachable


def presented_cas(host: str, port: int) -> list[str]:
    """The presented certificates that may sign others, in PEM; a self-signed leaf may not."""
    return [ssl.DER_cert_to_PEM_cert(der) for der in presented(host, port) if _is_ca(der)]


def presented(host: str, port: int) -> list[bytes]:
    """Every certificate of the chain, as the server sent it. Nothing is verified here."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(["h2", "http/1.1"])
    try:
        with (
            socket.create_connection((host, port), CONNECT_SECONDS) as plain,
            context.wrap_socket(plain, server_hostname=host) as secured,
        ):
            return _chain(secured)
    except ssl.SSLError as refused:
        failure = Unreachable("tls", str(refused))
        raise hints.unreachable(f"{host}:{port}", True, failure) from refused
    except OSError as refused:
        kind = "refused" if isinstance(refused, ConnectionRefusedError) else "other"
        failure = Unreachable(kind, refused.strerror or str(refused))
        raise hints.unreachable(f"{host}:{port}", True, failure) from refused


def _chain(secured: ssl.SSLSocket) -> list[bytes]:
    """Python 3.13 has a name for it; before, only the object below knows the chain."""
    ask = getattr(secured, "get_unverified_chain", None)
    below: Any = secured._sslobj  # type: ignore[attr-defined]
    chain = ask() if ask is not None else below.get_unverified_chain()
    return [c if isinstance(c, bytes) else c.public_bytes(2) for c in chain or ()]  # 2: DER


def _is_ca(der: bytes) -> bool:
    from cryptography import x509

    extensions = x509.load_der_x509_certificate(der).extensions
    try:
        return bool(extensions.get_extension_for_class(x509.BasicConstraints).value.ca)
    except x509.ExtensionNotFound:
        return False
