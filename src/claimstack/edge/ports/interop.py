"""The interop listener: TLS with a client certificate that must be trusted, for networks and clusters (TS002 §20).

Trust is --interop-client-ca and what peers bring along; it follows the register of peers without a restart.
"""

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable, Collection
from pathlib import Path
from typing import Any

import structlog

from claimstack.edge.ports.config import uvicorn_config
from claimstack.edge.ports.handshake import SpokenHandshake
from claimstack.edge.ports.protocol import CertificateProtocol
from claimstack.edge.server import Certificate, PortError, Uvicorn, open_socket

TRUST_SECONDS = 1.0
Trusted = Callable[[], Awaitable[Collection[bytes]]]
log = structlog.get_logger("claimstack.interop")


class InteropListener:
    """The port, and who may shake hands there. `trusted` gives the certificates (DER) of peers."""

    protocol: type[CertificateProtocol] = CertificateProtocol

    def __init__(
        self, listen: str, application: Any, certificate: Certificate, client_ca: Path | None, trusted: Trusted
    ) -> None:
        self._listen = listen
        self._application, self._certificate, self._client_ca = application, certificate, client_ca
        self._trusted = trusted
        self._known: frozenset[bytes] = frozenset()
        self._context = self._new_context(self._known)
        self._front = self._new_context(self._known)
        self._front.sni_callback = self._hand_over
        self._front.sslobject_class = SpokenHandshake
        self.port = 0

    async def start(self) -> None:
        """Open the port; `PortError` when it is taken."""
        await self.refresh()
        listener = open_socket(self._listen)
        self.port = listener.getsockname()[1]
        self._http = Uvicorn(
            uvicorn_config(self._application, self.protocol, ssl_context_factory=lambda *_: self._front)
        )
        self._serving = asyncio.create_task(self._http.serve(sockets=[listener]))
        while not self._http.started and not self._serving.done():
            await asyncio.sleep(0.005)
        self._following = asyncio.create_task(self._follow())

    async def drain(self) -> None:
        """No new work, then wait for what is under way (bounded)."""
        self._following.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._following
        self._http.should_exit = True
        await self._serving

    async def refresh(self) -> None:
        """Trust what peers bring along now, and nothing that they no longer do."""
        trusted = frozenset(await self._trusted())
        if trusted != self._known:
            self._context, self._known = self._new_context(trusted), trusted

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(TRUST_SECONDS)
            try:
                await self.refresh()
            except Exception as error:
                log.warning("trust not read again", reason=type(error).__name__)

    def _hand_over(self, ssl_object: Any, server_name: str | None, context: ssl.SSLContext) -> None:
        # Called in every handshake, before the client's certificate is looked at: it is judged by today's trust.
        ssl_object.context = self._context

    def _new_context(self, trusted: Collection[bytes]) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(self._certificate.chain, self._certificate.key)
        context.verify_mode = ssl.CERT_REQUIRED
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # a peer may bring its own certificate instead of a CA
        context.options |= ssl.OP_NO_TICKET  # no session is resumed past a change of trust
        context.num_tickets = 0
        if self._client_ca is not None:
            _trust_file(context, self._client_ca)
        if trusted:
            context.load_verify_locations(cadata=b"".join(trusted))
        return context


def _trust_file(context: ssl.SSLContext, path: Path) -> None:
    try:
        context.load_verify_locations(path)
    except (OSError, ssl.SSLError) as error:
        raise PortError(f"--interop-client-ca {path}: {error.strerror or error}") from error
