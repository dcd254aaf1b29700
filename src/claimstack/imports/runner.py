"""Runs jobs whose file is here: one after the other, off the event loop as far as work goes, until the file's end.

A job is nobody's process: whoever has the file goes on with one whose runner is not heard any more, behind the last row
that was counted.
"""

from __future__ import annotations

import asyncio
import contextlib
import traceback
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import structlog

from claimstack.device_templates import Certificates
from claimstack.end_devices.bulk import reserve
from claimstack.errors import ClaimstackError
from claimstack.import_rows import FoundRow, Frame, Order
from claimstack.imports import store
from claimstack.imports.ahead import ahead
from claimstack.imports.batch import Batch, Lost, import_rows, prepare, reason_of
from claimstack.imports.job import STALE_AFTER, Job, job_of
from claimstack.imports.reading import ReaderDied, frames
from claimstack.imports.spool import Spool, SpoolError
from claimstack.storage import Busy, Database, UniqueViolation
from claimstack.storage.database import Engine
from claimstack.storage.errors import CommitUnknown
from claimstack.vault import Vault

log = structlog.get_logger("claimstack.imports")
BEAT_SECONDS = 4.0
MOST_TRIES = 5
"""So often a job is begun at one and the same row; then it is given up."""

MOST_ROWS: Mapping[Engine, int] = {"sqlite": 400, "postgresql": 2000}
"""Of a batch. On SQLite everybody else who writes waits for it; on PostgreSQL each of its statements is a way there and
back.
"""

STOCK = 5000
"""So many surrogate keys are reserved at once: on SQLite that waits for the batch that is being written."""

_PAUSES = (0.2, 1.0, 3.0, 10.0)  # seconds before a batch is tried again when the database is busy
_BUSY = (Busy, UniqueViolation, CommitUnknown)


_GIVEN_UP = (
    f"import_stopped: begun {MOST_TRIES} times at row {{row}}, and stopped each time by a failure that the server's log"
    " describes; rows before it are in, and a new import of the file counts them as known"
)


class Means(NamedTuple):
    """What a runner works with: `command` begins a reader; `now` is the clock in microseconds, `chance` gives bytes.

    `certificates` are believed beside those that are carried.
    """

    command: Sequence[str]
    now: Callable[[], int]
    chance: Callable[[int], bytes]
    certificates: Certificates = Certificates()


class Runner:
    """The jobs that run in this process."""

    def __init__(
        self, db: Database, vault: Vault, spool: Spool, means: Means, beat_seconds: float = BEAT_SECONDS
    ) -> None:
        self._db, self._vault, self.spool, self._means = db, vault, spool, means
        self._beat_seconds = beat_seconds
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._turn = asyncio.Semaphore(1)
        self._closed = False

    def new_name(self) -> str:
        """A name for one run of a job."""
        return self._means.chance(12).hex()

    def begin(self, number: int, name: str) -> None:
        """Run a job that was started or taken over under that name."""
        if not self._closed:
            if number in self._tasks:
                self._tasks[number].cancel()  # it was not heard for so long that the job is no longer its own
            self._tasks[number] = asyncio.create_task(self._run(number, name))

    async def wait(self, number: int) -> None:
        """Until that job runs no more in this process."""
        if number in self._tasks:
            await asyncio.wait({self._tasks[number]})

    async def watch(self) -> None:
        """Go on with jobs that were left behind, now and whenever one is."""
        with contextlib.suppress(OSError):  # they only take room
            await asyncio.to_thread(self.spool.clear_unfinished)
        told = ""
        while True:
            try:
                await self.take_over()
                told = ""
            except _BUSY:
                pass
            except Exception as error:  # whatever it is (a folder that cannot be read), it may be gone the next time
                if told != (told := f"{type(error).__name__}: {error}"):
                    log.error("imports that were left behind cannot be looked for", reason=told)
            await asyncio.sleep(self._beat_seconds)

    async def take_over(self) -> None:
        """Go on with jobs whose file is here and whose runner is gone."""
        for number in self.spool.numbers():
            if number in self._tasks:
                continue
            row = await store.job_by_number(self._db, number)
            if row is None or row["state"] not in ("waiting", "running"):
                self._forget(number)
                continue
            name, now = self.new_name(), self._means.now()
            if await self._db.transaction(store.take_over, number, name, now - STALE_AFTER, now):
                log.info("import goes on", job=number, rows=row["rows_read"])
                self.begin(number, name)

    async def close(self) -> None:
        """Stop; what was counted is counted, and the jobs go on at the next start."""
        self._closed = True
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, number: int, name: str) -> None:
        beating = asyncio.create_task(self._beat(number, name))
        try:
            async with self._turn:
                await self._ended(number, name, *await self._outcome(number, name))
        except Lost:
            pass  # the file stays for who goes on; if nobody does, `take_over` removes it
        except SpoolError as error:
            log.warning("an import's file cannot be read", job=number, reason=str(error))
            self._forget(number)
        except (asyncio.CancelledError, Busy, CommitUnknown) as error:  # not the job's fault: it goes on when it can
            log.info("import stopped", job=number, kind=type(error).__name__)
            with contextlib.suppress(OSError):
                self.spool.forgive(number)
        except Exception as error:
            log.error("import stopped", job=number, kind=type(error).__name__, where=_where(error))
        finally:
            beating.cancel()
            if self._tasks.get(number) is asyncio.current_task():
                del self._tasks[number]
            with contextlib.suppress(Exception):
                await self._db.transaction(store.release, number, name)

    def _forget(self, number: int) -> None:
        with contextlib.suppress(OSError):
            self.spool.remove(number)

    async def _outcome(self, number: int, name: str) -> tuple[str, str]:
        """Import the file; the state in which the job ends, and why."""
        row = await store.job_by_number(self._db, number)
        if row is None:
            raise Lost
        if self.spool.tried(number, row["rows_read"]) > MOST_TRIES:
            return "failed", _GIVEN_UP.format(row=row["rows_read"])
        try:
            reason = await self._import(job_of(row, name))
        except ClaimstackError as error:
            return "failed", reason_of(error)
        except ReaderDied:
            return "failed", "reader_died: the process that read the file ended"
        return ("failed", reason) if reason else ("done", "")

    async def _ended(self, number: int, name: str, state: str, reason: str) -> None:
        if not await self._db.transaction(store.end, number, name, state, reason, self._means.now()):
            raise Lost
        self._forget(number)
        log.info("import ended", job=number, state=state)

    async def _beat(self, number: int, name: str) -> None:
        while True:
            await asyncio.sleep(self._beat_seconds)
            with contextlib.suppress(*_BUSY):
                if not await self._db.transaction(store.beat, number, name, self._means.now()):
                    return

    async def _import(self, job: Job) -> str:
        """Import row after row; why the file could not be read to its end, if so."""
        reason = ""
        keys = await asyncio.to_thread(self.spool.keys, job.number)
        async with contextlib.aclosing(ahead(self._prepared(job, keys))) as batches:
            async for batch, frame in batches:
                job = job._replace(rows_read=await self._written(job, batch, frame.bytes_read))
                if frame.rows and frame.rows[-1].last:
                    reason = _told(frame.rows[-1])
        return reason

    async def _prepared(self, job: Job, keys: bytes) -> AsyncGenerator[tuple[Batch, Frame], None]:
        stock: Sequence[int] = ()
        async with contextlib.aclosing(_beyond(job.rows_read, self._frames(job, keys))) as frames:
            async for frame in frames:
                rows = len(frame.rows)
                if len(stock) < rows:
                    stock = await self._db.transaction(reserve, rows if frame.ended else STOCK)
                own, stock = stock[:rows], stock[rows:]
                now, chance = self._means.now(), self._means.chance
                yield await asyncio.to_thread(prepare, self._vault, job, frame.rows, own, chance, now), frame

    def _frames(self, job: Job, keys: bytes) -> AsyncIterator[Frame]:
        means = self._means
        wish, most = job.request.SerializeToString(), MOST_ROWS[self._db.engine]
        order = Order(job.request.format_id, wish, means.now(), *means.certificates, keys, most)
        return frames(means.command, order, lambda: self.spool.pieces(str(job.number)))

    async def _written(self, job: Job, batch: Batch, bytes_read: int) -> int:
        """Write a batch, however often the database has no time; how many rows are counted then."""
        for pause in (*_PAUSES, None):
            try:
                return await self._db.transaction(import_rows, job, batch, bytes_read, self._means.now())
            except _BUSY:
                if pause is None:
                    raise
                await asyncio.sleep(pause)
            if await self._is_counted(job, len(batch.report)):  # the commit was made, only its answer was lost
                break
        return job.rows_read + len(batch.report)

    async def _is_counted(self, job: Job, more: int) -> bool:
        row = await store.job_by_number(self._db, job.number)
        return (
            bool(more) and row is not None and row["rows_read"] == job.rows_read + more and row["runner"] == job.runner
        )


async def _beyond(done: int, found: AsyncIterator[Frame]) -> AsyncGenerator[Frame, None]:
    """The frames without the first `done` rows, which are counted already."""
    async with contextlib.aclosing(found) as arriving:  # type: ignore[type-var]
        async for frame in arriving:
            yield frame._replace(rows=frame.rows[done:]) if done else frame
            done = max(0, done - len(frame.rows))


def _where(error: BaseException) -> str:
    """The line of ours that failed. Not the error's words: they may repeat a row, which may have keys."""
    frames = traceback.extract_tb(error.__traceback__)
    return " ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames[-3:])


def _told(row: FoundRow) -> str:
    where = f"line {row.line}" + (f", column {row.column}" if row.column else "") if row.line else "the file"
    return f"{row.error}: {where}: {row.reason}"
