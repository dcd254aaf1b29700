"""The file of a job, as it comes in: kept encrypted piece by piece, never whole in memory; then the job begins."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

from claimstack.calls import Call
from claimstack.errors import FailedPrecondition, ResourceExhausted
from claimstack.identity import Right, authorize
from claimstack.import_rows import MOST_BYTES as MOST_KEY_BYTES
from claimstack.import_rows import read_side_keys
from claimstack.imports import store
from claimstack.imports.job import NAMESPACE, STALE_AFTER, no_room, not_found, not_kept, words
from claimstack.imports.runner import Runner
from claimstack.imports.spool import KEYS, PIECE_BYTES, SpoolWriter
from claimstack.storage import Database, Row
from claimstack.vault import Secret, Vault
from claimstack.wire import claimstack_v1 as v1

MOST_BYTES = 1 << 30
"""Of one file."""


class Uploads:
    """Takes files for jobs that wait for one. `most_bytes`: of all files of one application whose jobs are not over."""

    def __init__(self, db: Database, vault: Vault, runner: Runner, most_bytes: int) -> None:
        self._db, self._vault, self._runner, self._most_bytes = db, vault, runner, most_bytes
        self._arriving: Counter[int] = Counter()

    async def receive(
        self, application_uid: str, number: int, body: AsyncIterator[bytes], key: bytes, call: Call
    ) -> v1.Import:
        """Take the file and begin the job, which then goes on whether or not somebody waits. `key`: 32 random bytes.

        `import_not_found`, `import_not_waiting`, `import_other_file` (FailedPrecondition), `file_too_large`,
        `no_room_for_import` (ResourceExhausted).
        """
        row = await self._waiting(application_uid, number, call)
        writer = await asyncio.to_thread(self._runner.spool.writer, str(number), key)
        try:
            await self._copied(row, body, writer)
            digest = self._vault.hash(Secret(await asyncio.to_thread(writer.finish)), b"import file", pepper=1)
            await self._start(row, writer, digest, call)
        except OSError as error:
            writer.drop()
            raise not_kept(error) from error
        except BaseException:
            writer.drop()
            raise
        begun = await store.job_by_number(self._db, number)
        if begun is None:
            raise not_found(number)
        return words(begun, call.micros)

    async def _copied(self, row: Row, body: AsyncIterator[bytes], writer: SpoolWriter) -> None:
        """Copy what arrives. Files that arrive at the same time count each other."""
        application, came = row["application"], 0
        others = (await store.unfinished(self._db, application))[1] - row["file_bytes"]
        try:
            async for piece in _pieces(body):
                came += len(piece)
                self._arriving[application] += len(piece)
                if others + self._arriving[application] > self._most_bytes:
                    raise no_room(row["application_uid"], self._most_bytes)
                await asyncio.to_thread(writer.write, piece)
        finally:
            self._arriving[application] -= came

    async def receive_keys(
        self, application_uid: str, number: int, body: AsyncIterator[bytes], key: bytes, call: Call
    ) -> v1.Import:
        """Take root keys for the devices of the file, before that comes. Needs the right to write keys.

        `keys_file` (InvalidArgument) with the line that is wrong.
        """
        row = await self._waiting(application_uid, number, call, Right.APPLICATION_DEVICES_WRITE_KEYS)
        kept = bytearray()
        async for chunk in body:
            kept += chunk
            if len(kept) > MOST_KEY_BYTES:
                raise _too_large(MOST_KEY_BYTES)
        await asyncio.to_thread(read_side_keys, bytes(kept))
        try:
            await asyncio.to_thread(self._keep_keys, number, key, bytes(kept))
        except OSError as error:
            raise not_kept(error) from error
        return words(row, call.micros)

    def _keep_keys(self, number: int, key: bytes, kept: bytes) -> None:
        writer = self._runner.spool.writer(f"{number}{KEYS}", key)
        try:
            for start in range(0, len(kept), PIECE_BYTES):
                writer.write(kept[start : start + PIECE_BYTES])
            writer.finish()
            writer.keep()
        except BaseException:
            writer.drop()
            raise

    async def _waiting(self, application_uid: str, number: int, call: Call, *more: Right) -> Row:
        """The job, if the caller may send its file now."""
        needed = [Right.APPLICATION_DEVICES_WRITE, *more]
        application = await authorize(self._db, call.caller, "application", application_uid, *needed)
        row = await store.job(self._db, application.id, number)
        if row is None:
            raise not_found(number)
        if v1.CreateImportRequest.FromString(bytes(row["request"])).set_claim_authentication_code:
            application.require(Right.APPLICATION_DEVICES_WRITE_KEYS)
        is_left = row["state"] == "running" and (not row["runner"] or row["beat_at"] < call.micros - STALE_AFTER)
        if row["state"] != "waiting" and not is_left:
            raise _not_waiting(number)
        return row

    async def _start(self, row: Row, writer: SpoolWriter, digest: bytes, call: Call) -> None:
        if row["file_hash"] is not None and bytes(row["file_hash"]) != digest:
            raise FailedPrecondition(
                NAMESPACE, "import_other_file", "import `{import_id}` was begun with another file", import_id=row["id"]
            )
        name, now = self._runner.new_name(), call.micros
        stale = now - STALE_AFTER
        if not await self._db.transaction(store.start, row["id"], name, call.caller, digest, writer.size, stale, now):
            raise _not_waiting(row["id"])
        writer.keep()
        self._runner.begin(row["id"], name)


async def _pieces(body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The file in pieces of one size; `file_too_large`."""
    kept, size = bytearray(), 0
    async for chunk in body:
        size += len(chunk)
        if size > MOST_BYTES:
            raise _too_large(MOST_BYTES)
        kept += chunk
        while len(kept) >= PIECE_BYTES:
            yield bytes(kept[:PIECE_BYTES])
            del kept[:PIECE_BYTES]
    if kept:
        yield bytes(kept)


class TooLarge(ResourceExhausted):
    """413 for HTTP."""

    http_status = 413


def _too_large(most: int) -> TooLarge:
    return TooLarge(NAMESPACE, "file_too_large", "expected at most {bytes} bytes", bytes=most)


def _not_waiting(number: int) -> FailedPrecondition:
    text = "import `{import_id}` does not wait for a file"
    return FailedPrecondition(NAMESPACE, "import_not_waiting", text, import_id=number)
