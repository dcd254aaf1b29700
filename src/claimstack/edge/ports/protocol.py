"""uvicorn's HTTP/1.1, bounded: headers in size and time; and the client's certificate shown to the application.

The certificate stands where the TLS extension of ASGI has it, which uvicorn does not fill yet.
"""

import asyncio
import ssl
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from claimstack.edge import limits
from claimstack.edge.ports.gathered import GatheredWrites


class BoundedProtocol(HttpToolsProtocol):
    """Bounds what comes before a body, which uvicorn keeps in memory however much it is and however long it takes."""

    head_seconds: float = limits.HEAD_SECONDS
    _head_bytes = 0
    _in_head = False
    _head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(GatheredWrites(transport, self.loop))  # type: ignore[arg-type]  # as good as one
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_is_here()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_bytes, self._in_head = 0, True

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._head_is_here()
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > limits.MOST_HEAD_BYTES:
                self.send_400_response("The headers are too large.")
                return
        super().data_received(data)
        if self._in_head:  # most come whole, and need no timer
            self._expect_head()

    def _expect_head(self) -> None:
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(self.head_seconds, self._head_is_late)

    def _head_is_here(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _head_is_late(self) -> None:
        self._head_timer = None
        self.transport.close()


class CertificateProtocol(BoundedProtocol):
    """Puts the verified chain of the client's certificate into `scope["extensions"]["tls"]`."""

    _tls: dict[object, object] | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._tls = tls_extension(transport.get_extra_info("ssl_object"))

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self._tls is not None:
            self.scope["extensions"] = {"tls": self._tls}


def tls_extension(ssl_object: Any) -> dict[object, object] | None:
    """What ASGI's TLS extension says of a connection, and the chain in DER, leaf first; None without TLS.

    `client_cert_chain` is in PEM as the extension wants it; `verified_chain` ends with what is trusted here.
    """
    if ssl_object is None:
        return None
    chain = verified_chain(ssl_object)
    return {
        "server_cert": None,
        "client_cert_chain": [ssl.DER_cert_to_PEM_cert(one) for one in chain],
        "client_cert_name": None,
        "client_cert_error": None,
        "tls_version": None,
        "cipher_suite": None,
        "verified_chain": chain,
    }


def verified_chain(ssl_object: Any) -> tuple[bytes, ...]:
    """The client's certificate and those that vouch for it, in DER; none when it showed none."""
    if not ssl_object.getpeercert(binary_form=True):
        return ()
    # Public from Python 3.13 on; before that the same method, one object further in.
    inner = ssl_object if hasattr(ssl_object, "get_verified_chain") else ssl_object._sslobj
    chain = inner.get_verified_chain() or ()
    return tuple(one if isinstance(one, bytes) else ssl.PEM_cert_to_DER_cert(one.public_bytes()) for one in chain)
