"""LoRaWAN Backend Interfaces over HTTP (TS002 §20 and §22): POST with JSON in, the answer in the response.

Errors of the protocol are answers, too, with status 200; 400 and 413 are for bodies that have no header to answer to.
"""

import time
from typing import Any

import orjson
import structlog

from claimstack.clock import Clock, to_micros
from claimstack.dialects.backend_interfaces.fields import Json, Malformed
from claimstack.dialects.backend_interfaces.header import Header, check_transaction, check_version
from claimstack.dialects.backend_interfaces.messages import JoinServerMessages, Question
from claimstack.dialects.backend_interfaces.results import Code, No
from claimstack.dialects.interop import PEER, Receive, Scope, Send, answer, body_of
from claimstack.edge.metrics import observe_interop
from claimstack.peers import Peer, PeerBook
from claimstack.storage import Busy
from claimstack.storage.errors import CommitUnknown
from claimstack.vault import KekError

MOST_BODY_BYTES = 32 << 10
_SUCCESS, _MALFORMED = Code.SUCCESS.said_in("1.0"), Code.MALFORMED.said_in("1.0")
log = structlog.get_logger("claimstack.interop")


class BackendInterfaces:
    """The ASGI application; the peer who asks stands in the scope."""

    def __init__(self, messages: JoinServerMessages, book: PeerBook, clock: Clock) -> None:
        self._messages, self._book, self._clock = messages, book, clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "POST":
            await answer(send, 405, b"{}")
            return
        body = await body_of(receive, MOST_BODY_BYTES)
        if body is None:
            await self._unreadable(send, 413, "the message is larger than 32 KiB")
            return
        words = _object(body)
        if words is None:
            await self._unreadable(send, 400, "expected a JSON object")
            return
        started = time.perf_counter()
        header = Header.read(words)
        answered, code = await self._answered(words, header, scope[PEER])
        observe_interop(_known_type(header.message_type), code, started)
        await answer(send, 200, orjson.dumps(answered))

    async def _unreadable(self, send: Send, status: int, why: str) -> None:
        log.info("message refused", result=_MALFORMED, reason=why)
        observe_interop("unreadable", _MALFORMED, None)
        await answer(send, status, orjson.dumps({"Result": _result(_MALFORMED, why)}))

    async def _answered(self, words: Json, header: Header, peer: Peer | None) -> tuple[Json, str]:
        if header.message_type and not header.message_type.endswith("Req") and peer is not None:
            return {}, "ignored"  # an answer, or a note on an error: nobody waits for a word on it
        try:
            return await self._told(words, header, peer)
        except No as no:
            return self._refused(header, peer, no)
        except Malformed as malformed:
            return self._refused(header, peer, No(Code.MALFORMED, str(malformed)))
        except (Busy, CommitUnknown, KekError) as error:
            log.warning("message failed", message=header.message_type, error=type(error).__name__)
            return self._refused(header, peer, No(Code.OTHER, "the Join Server cannot answer now"))
        except Exception as error:  # never a 500: the network would not know whom it concerns
            log.error("message failed", message=header.message_type, error=type(error).__name__, exc_info=True)
            return self._refused(header, peer, No(Code.OTHER, "the Join Server cannot answer"))

    async def _told(self, words: Json, header: Header, peer: Peer | None) -> tuple[Json, str]:
        if peer is None:
            raise No(Code.UNKNOWN_SENDER, "no certificate or header of a registered peer")
        check_version(words)
        check_transaction(words)
        verb = self._messages.verbs.get(header.message_type)
        if verb is None:
            raise Malformed("MessageType: a Join Server does not answer this")
        now = to_micros(self._clock.now())
        told = await verb(Question(words, header.version, peer, await self._book.peers(), now))
        return {**header.answered(), "Result": _result(_SUCCESS, ""), **told}, _SUCCESS

    def _refused(self, header: Header, peer: Peer | None, no: No) -> tuple[Json, str]:
        code = no.code.said_in(header.version)
        named = peer.peer_id if peer else None
        log.info("message refused", message=header.message_type[:32], result=code, reason=no.description, peer=named)
        return {**header.answered(), "Result": _result(code, no.description)}, code


def _known_type(message_type: str) -> str:
    return message_type if message_type in ("JoinReq", "RejoinReq", "AppSKeyReq", "HomeNSReq") else "other"


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        words = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return words if isinstance(words, dict) else None


def _result(code: str, description: str) -> dict[str, str]:
    return {"ResultCode": code, "Description": description} if description else {"ResultCode": code}
