"""The dialect at the door: ASGI in, deed, answer in its words.

Every refused PUT is answered by 403 and one text, whatever the reason: The Things Stack knows that text alone as «wrong
token»; with another its users see an internal error, and a guesser would learn something. 404 is for GET and DELETE.
"""

import orjson
import structlog

from claimstack.clock import Clock, to_micros
from claimstack.dialects.interop import PEER, Receive, Scope, Send, answer, body_of
from claimstack.dialects.ttjs_v2.claim import NOT_CLAIMED, Claimed, Claiming, Denied, HomeOf, Later
from claimstack.dialects.ttjs_v2.order import Malformed, order_in
from claimstack.dialects.ttjs_v2.paths import Asked, Deed, Wrong, asked
from claimstack.peers import Peer
from claimstack.storage import Busy
from claimstack.storage.errors import CommitUnknown

REFUSED = "claim failed with given owner token"
UNKNOWN = "the client certificate or the credentials are not known"
MOST_BODY = 16 << 10
log = structlog.get_logger("claimstack.ttjs")
Answer = tuple[int, bytes]


class TtjsDialect:
    """The ASGI application."""

    def __init__(self, claiming: Claiming, clock: Clock) -> None:
        self._claiming, self._clock = claiming, clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        status, body = await self._answered(scope, receive)
        log.info("claim dialect", method=scope["method"], status=status, peer=_name(scope[PEER]))
        await answer(send, status, body)

    async def _answered(self, scope: Scope, receive: Receive) -> Answer:
        peer: Peer | None = scope[PEER]
        if peer is None:
            return _error(401, UNKNOWN)
        request = asked(scope["method"], scope["path"])
        if isinstance(request, Wrong):
            return _error(request.status, request.message)
        try:
            return await self._done(peer, request, receive)
        except (Busy, CommitUnknown):
            return _error(503, "try again")

    async def _done(self, peer: Peer, request: Asked, receive: Receive) -> Answer:
        now = to_micros(self._clock.now())
        match request.deed:
            case Deed.CLAIM:
                return await self._claim(peer, request.dev_euis[0], receive, now)
            case Deed.UNCLAIM:
                return _unclaimed(await self._claiming.unclaim(peer, request.dev_euis[0], now))
            case Deed.STATUS:
                return _status(await self._claiming.status(peer, request.dev_euis[0]))
            case Deed.UNCLAIM_MANY:
                whys = {eui: await self._claiming.unclaim(peer, eui, now) for eui in request.dev_euis}
                return _unclaimed_many(whys)

    async def _claim(self, peer: Peer, dev_eui: bytes, receive: Receive, now: int) -> Answer:
        body = await body_of(receive, MOST_BODY)
        if body is None:
            return _error(400, "expected a smaller body")
        try:
            order = order_in(body)
        except Malformed as error:
            return _error(400, str(error))
        match await self._claiming.claim(peer, dev_eui, order, now):
            case Claimed():
                return 201, b""
            case Denied():
                return _error(403, REFUSED)
            case Later():
                return _error(429, "too many failed claims: try again later")


def _unclaimed(why: str) -> Answer:
    if not why:
        return 200, b""
    return _error(404 if why == NOT_CLAIMED else 409, why)


def _unclaimed_many(whys: dict[bytes, str]) -> Answer:
    # Never a key `message` at the top: clients take that for a failure of the whole.
    failed = {eui.hex().upper(): {"message": why} for eui, why in whys.items() if why}
    return (400, orjson.dumps(failed)) if failed else (204, b"")


def _status(home: HomeOf | None) -> Answer:
    if home is None:
        return _error(404, NOT_CLAIMED)
    words: dict[str, object] = {"homeNetID": home.net_id.hex().upper(), "locked": home.locked}
    if home.ns_id:
        words["homeNSID"] = home.ns_id.hex().upper()
    return 200, orjson.dumps(words)


def _error(status: int, message: str) -> Answer:
    return status, orjson.dumps({"message": message})


def _name(peer: Peer | None) -> str:
    return peer.peer_id if peer else ""
