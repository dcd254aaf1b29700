"""Idempotency keys: a request that is sent again with the same key gets the first answer, and nothing happens twice.

The key (HTTP `Idempotency-Key`, gRPC metadata `idempotency-key`) belongs to a credential, a method and a body. Its row
is written in the same transaction as the change, its answer (sealed) right after. When a crash fell between the two,
the change stands and its answer is lost: a repeat is told so, and claims find their own answer again in the ledger.

A repeat runs the verb once more, so that its rights are asked for again, and takes everything back.
"""

import asyncio
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial, wraps

from google.protobuf.message import Message

from claimstack.calls import Call
from claimstack.edge.contract import Method
from claimstack.errors import (
    ClaimstackError,
    FailedPrecondition,
    Invalid,
    PermissionDenied,
    Unauthenticated,
    invalid_field,
)
from claimstack.identity.caller import Caller
from claimstack.storage import Database, Row, Transaction, UniqueViolation
from claimstack.storage.database import Engine, P, Question, T, Verb
from claimstack.vault import Sealed, Secret, Vault

MOST_CHARACTERS = 255
YOUNG_MICROS = 30_000_000
_PAUSES = (0, 0.01, 0.03, 0.1, 0.3, 0.5, 1, 2)  # seconds
_REFUSED = (PermissionDenied.code, Unauthenticated.code)
_pending: ContextVar["_Record | None"] = ContextVar("pending_idempotency_record", default=None)


@dataclass(slots=True)
class _Record:
    principal: str
    key_hash: bytes
    method: str
    body_hash: bytes
    now: int
    written: bool = False

    async def write(self, tx: Transaction) -> bool:
        """Take the key; a second request at the same time waits here and then finds it taken (False)."""
        written = await tx.execute(
            "INSERT INTO idempotency_key (principal, key_hash, method, body_hash, created_at)"
            " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (principal, key_hash) DO NOTHING",
            self.principal, self.key_hash, self.method, self.body_hash, self.now,
        )  # fmt: skip
        return bool(written)


class _Taken(Exception):
    pass


class OnceDatabase:
    """A database whose first transaction of a request with an idempotency key takes that key along."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.fetch, self.fetchrow, self.fetchval = db.fetch, db.fetchrow, db.fetchval
        self.now_micros, self.close = db.now_micros, db.close
        self.recent = db.recent

    @property
    def engine(self) -> Engine:
        return self._db.engine

    @property
    def url(self) -> str:
        return self._db.url

    async def read(self, question: Question[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._db.read(question, *args, **kwargs)

    async def transaction(self, verb: Verb[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        record = _pending.get()
        if record is None or record.written:
            return await self._db.transaction(verb, *args, **kwargs)

        @wraps(verb)
        async def with_key(tx: Transaction) -> T:
            is_first = await record.write(tx)
            value = await verb(tx, *args, **kwargs)
            if not is_first:
                raise _Taken  # which takes back what the verb did
            return value

        value = await self._db.transaction(with_key)
        record.written = True
        return value


class Once:
    """Answers each key once."""

    def __init__(self, db: Database, vault: Vault) -> None:
        self._db = db
        self._vault = vault

    async def answer(self, method: Method, request: Message, call: Call) -> Message:
        """Run the request, or give the answer it got before."""
        record = self._record(method, request, call)
        if kept := await self._kept(record):
            _same_request(kept, record)
        call.permitted = partial(self._stop_repeat, record)
        token = _pending.set(record)
        try:
            response: Message = await method.run(request, call)
        except _Taken:
            return await self._again(method, record)
        except (ClaimstackError, UniqueViolation) as error:
            # A repeat is asked for its rights again; what else it runs into is its own first effect.
            if getattr(error, "code", None) in _REFUSED or await self._kept(record) is None:
                raise
            return await self._again(method, record)
        finally:
            _pending.reset(token)
        await self._db.transaction(self._keep, record, response.SerializeToString())
        return response

    def _record(self, method: Method, request: Message, call: Call) -> _Record:
        key = call.metadata["idempotency-key"]
        if not 0 < len(key) <= MOST_CHARACTERS:
            raise invalid_field("idempotency-key", f"expected 1 to {MOST_CHARACTERS} characters")
        body = request.SerializeToString(deterministic=True)
        return _Record(
            principal=_owner(call.caller),
            key_hash=self._vault.hash(Secret(key.encode()), b"idempotency key", pepper=1),
            method=method.full_name,
            body_hash=self._vault.hash(Secret(body), b"idempotency body", pepper=1),
            now=call.micros,
        )

    async def _kept(self, record: _Record) -> Row | None:
        return await self._db.fetchrow(
            "SELECT method, body_hash, answer_sealed, answer_kek, created_at FROM idempotency_key"
            " WHERE principal = $1 AND key_hash = $2",
            record.principal, record.key_hash,
        )  # fmt: skip

    async def _stop_repeat(self, record: _Record) -> None:
        kept = await self._kept(record)
        if kept is not None and kept["answer_sealed"] is not None:
            raise _Taken

    async def _answered(self, record: _Record) -> Row | None:
        """The row, when its answer is there, or will not come any more: the first request may still be under way."""
        kept = None
        for pause in _PAUSES:
            await asyncio.sleep(pause)
            kept = await self._kept(record)
            if kept is None or kept["answer_sealed"] is not None or record.now - kept["created_at"] > YOUNG_MICROS:
                break
        return kept

    async def _again(self, method: Method, record: _Record) -> Message:
        kept = await self._answered(record)
        if kept is None or kept["answer_sealed"] is None:
            raise FailedPrecondition(
                "pkg/idempotency",
                "answer_lost",
                "the change was made, but its answer was lost: look at what it changed",
            )
        _same_request(kept, record)
        sealed = Sealed(bytes(kept["answer_sealed"]), kept["answer_kek"])
        answer = self._vault.open(sealed, "idempotency_key", record.principal)
        return method.response.FromString(answer.reveal())

    async def _keep(self, tx: Transaction, record: _Record, answer: bytes) -> None:
        sealed = self._vault.seal(Secret(answer), "idempotency_key", record.principal)
        await tx.execute(
            "INSERT INTO idempotency_key"
            " (principal, key_hash, method, body_hash, answer_sealed, answer_kek, created_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (principal, key_hash)"
            " DO UPDATE SET answer_sealed = excluded.answer_sealed, answer_kek = excluded.answer_kek",
            record.principal, record.key_hash, record.method, record.body_hash, sealed.blob, sealed.kek, record.now,
        )  # fmt: skip


def _same_request(kept: Row, record: _Record) -> None:
    if kept["method"] != record.method or bytes(kept["body_hash"]) != record.body_hash:
        raise Invalid("pkg/idempotency", "key_reused", "this idempotency key was used for another request")


def _owner(caller: Caller) -> str:
    # The credential belongs to the name: a key with fewer rights must not read what a better one was answered.
    return f"{caller.principal}/{caller.credential}:{caller.credential_id}"
