"""Where the dialects of other networks are mounted, and who speaks: a peer, by client certificate or by header.

To mount another dialect, give its ASGI application and the beginning of its paths to `Dialects` in `assembly.py`. It is
called with the peer in `scope[PEER]`, or None for somebody unknown, whom each dialect refuses in its own words. Both
listeners serve all dialects: the interop listener knows peers by client certificate only, the HTTP port by header only.
"""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from functools import lru_cache
from ipaddress import ip_address
from typing import Any

from claimstack.edge import limits
from claimstack.peers import Peer, PeerBook
from claimstack.storage import Busy

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

PEER = "claimstack.peer"
BACKEND_INTERFACES = "/backend-interfaces"
"""On the HTTP port Backend Interfaces answer on this path and below; on the interop listener on every free one."""


class Dialects:
    """Asks who speaks, and hands each path to its dialect. `mounted`: beginnings of paths, the longest wins."""

    def __init__(
        self,
        book: PeerBook,
        mounted: Mapping[str, Application],
        backend_interfaces: Application,
        trusted_proxies: tuple[str, ...] = (),
    ) -> None:
        self._book, self._trusted_proxies = book, trusted_proxies
        self._mounted = sorted(mounted.items(), key=lambda one: len(one[0]), reverse=True)
        self._backend_interfaces = backend_interfaces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        try:
            scope[PEER] = await self._peer(scope)
        except Busy:
            await answer(send, 503, b"{}")
            return
        await self._application(scope["path"])(scope, receive, send)

    async def trusted(self) -> frozenset[bytes]:
        """The certificates (DER) that peers bring along, for the handshake of the interop listener."""
        return (await self._book.peers()).certificates

    def serves(self, path: str) -> bool:
        """Whether a path of the HTTP port belongs to a dialect."""
        path = "/" + path.lstrip("/")
        if path.startswith(BACKEND_INTERFACES):
            return path[len(BACKEND_INTERFACES) :][:1] in ("", "/")
        return any(path.startswith(beginning) for beginning, _ in self._mounted)

    def _application(self, path: str) -> Application:
        # Claiming clients that are configured with a slash at the end ask for `//api/…`.
        path = "/" + path.lstrip("/")
        found = (one for beginning, one in self._mounted if path.startswith(beginning))
        return next(found, self._backend_interfaces)

    async def _peer(self, scope: Scope) -> Peer | None:
        if tls := scope.get("extensions", {}).get("tls"):
            return await self._book.by_certificate(tls["verified_chain"])
        header = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
        if not header or not self._is_private(scope):
            return None
        return await self._book.by_authorization(header.decode("latin-1"))

    def _is_private(self, scope: Scope) -> bool:
        """Whether nobody on the way can have read the header: TLS here or at our proxy, or a trial on one machine."""
        address = (scope.get("client") or ("",))[0]
        return scope["scheme"] == "https" or address in self._trusted_proxies or is_loopback(address)


@lru_cache(1024)
def is_loopback(address: str) -> bool:
    """Whether an address is this machine's own."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


async def body_of(receive: Receive, most: int = limits.MOST_BODY_BYTES) -> bytes | None:
    """The body of a request; None when it is larger than `most` bytes or ends early."""
    parts, size = [], 0
    while True:
        message = await receive()
        part = message.get("body", b"")
        size += len(part)
        if size > most or message["type"] == "http.disconnect":
            return None
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)


async def answer(send: Send, status: int, body: bytes, media_type: bytes = b"application/json") -> None:
    """Send a whole answer, which nobody on the way may keep."""
    headers = [
        (b"content-type", media_type),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
