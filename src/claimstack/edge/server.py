"""One process, one event loop: the gRPC port and the HTTP port, opened together and drained together."""

import asyncio
import signal
import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import grpc
import structlog
import uvicorn

from claimstack.edge import limits
from claimstack.edge.dispatcher import Dispatcher
from claimstack.edge.grpc_server import grpc_server
from claimstack.edge.metrics import READY
from claimstack.edge.ports.config import uvicorn_config

log = structlog.get_logger("claimstack.server")


class PortError(Exception):
    """A port cannot be opened; one clear line."""


class Certificate(NamedTuple):
    """PEM files of a certificate chain and its private key."""

    chain: Path
    key: Path


class Background(Protocol):
    """Work that goes on beside requests: `watch` until cancelled, and what it began ends with `close`."""

    async def watch(self) -> None: ...

    async def close(self) -> None: ...


class Listener(Protocol):
    """A further port."""

    port: int

    async def start(self) -> None: ...

    async def drain(self) -> None: ...


class Server:
    """Both ports. `fit` is set from outside: whether this node's clock and database are in order."""

    def __init__(
        self, dispatcher: Dispatcher, certificate: Certificate | None, on_drain: Callable[[], None] = lambda: None
    ) -> None:
        self._dispatcher = dispatcher
        self._certificate = certificate
        self._on_drain = on_drain
        self.application: Any = None
        self._stopping = asyncio.Event()
        self._grpc: Any = None
        self._http: Any = None
        self._taking = False
        self.fit = True
        self.background: list[Background] = []
        self.listeners: list[Listener] = []
        self._watching: list[asyncio.Task[None]] = []
        self.grpc_port = 0
        self.http_port = 0

    async def start(self, grpc_listen: str, http_listen: str) -> None:
        """Open both ports; `PortError` when one is taken."""
        listener = open_socket(http_listen)
        self.http_port = listener.getsockname()[1]
        try:
            self._grpc, self.grpc_port = grpc_server(self._dispatcher, grpc_listen, self._credentials())
        except OSError as error:
            listener.close()
            raise PortError(f"gRPC port {grpc_listen}: {_reason(error)}") from error
        self._http = Uvicorn(uvicorn_config(self.application, **_tls(self._certificate)))
        await self._grpc.start()
        self._serving = asyncio.create_task(self._http.serve(sockets=[listener]))
        while not self._http.started and not self._serving.done():
            await asyncio.sleep(0.005)
        self._watching = [asyncio.create_task(one.watch()) for one in self.background]
        for further in self.listeners:
            await further.start()
        self._set_ready(True)

    @property
    def ready(self) -> bool:
        """Whether requests should come here: the ports are open, nothing drains, and the clock is right (`fit`)."""
        return self._taking and self.fit

    def _set_ready(self, ready: bool) -> None:
        self._taking = ready
        READY.set(ready)

    def _credentials(self) -> Any:
        if self._certificate is None:
            return None
        pair = (self._certificate.key.read_bytes(), self._certificate.chain.read_bytes())
        return grpc.ssl_server_credentials([pair])

    def stop(self) -> None:
        """Begin to drain; safe to call from a signal."""
        self._stopping.set()

    async def run(self) -> None:
        """Serve until a signal or `stop()`, then let requests under way finish."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        await self._stopping.wait()
        await self.drain()

    async def drain(self) -> None:
        """Not ready first, then no new work, then wait for what is under way (bounded)."""
        self._set_ready(False)
        log.info("draining")
        self._on_drain()
        self._http.should_exit = True
        await asyncio.gather(
            self._grpc.stop(limits.DRAIN_SECONDS), self._serving, *(further.drain() for further in self.listeners)
        )
        for task in self._watching:
            task.cancel()
        await asyncio.gather(*self._watching, *(one.close() for one in self.background), return_exceptions=True)
        log.info("stopped")


class Uvicorn(uvicorn.Server):
    """A uvicorn that leaves signals alone."""

    def install_signal_handlers(self) -> None:
        """Signals are this server's own affair."""

    def capture_signals(self) -> Any:
        return _Nothing()


class _Nothing:
    def __enter__(self) -> None: ...

    def __exit__(self, *error: object) -> None: ...


def _tls(certificate: Certificate | None) -> dict[str, Any]:
    if certificate is None:
        return {}
    files = {"ssl_certfile": str(certificate.chain), "ssl_keyfile": str(certificate.key)}
    return {**files, "ssl_version": ssl.PROTOCOL_TLS_SERVER}


def open_socket(listen: str) -> socket.socket:
    """A listening socket on `host:port`; `PortError` when it is taken."""
    host, _, port = listen.rpartition(":")
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, int(port)))
        listener.listen(1024)
    except OSError as error:
        listener.close()
        raise PortError(f"port {listen}: {_reason(error)}") from error
    listener.setblocking(False)
    return listener


def _reason(error: OSError) -> str:
    return f"{error.strerror or error}; is another server running? choose another port"
