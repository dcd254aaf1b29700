"""Files that come over HTTP: who falls silent or goes away in the middle has sent no file."""

import asyncio
import os
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import pytest

from claimstack.edge.imports.transfers import Transfer, Transfers
from claimstack.errors import Invalid
from claimstack.imports import Downloads, Means, Runner, Spool, Uploads, store
from claimstack.storage import Database
from claimstack.vault import Vault
from claimstack.wire import claimstack_v1 as v1
from tests.support.devices import a_call
from tests.support.people import NOW, a_user, an_application

Message = MutableMapping[str, Any]
PIECE: Message = {"type": "http.request", "body": b"dev_eui\n", "more_body": True}
GONE: Message = {"type": "http.disconnect"}


@pytest.mark.parametrize("end", ["silence", "gone"])
@pytest.mark.parametrize("what", ["file", "keys"])
async def test_half_a_file_is_none(db: Database, vault: Vault, tmp_path: Path, what: str, end: str) -> None:
    maker = await a_user(db, "maker")
    application = await an_application(db, "maker-app", maker)
    request = v1.CreateImportRequest(format_id="the-things-stack-csv").SerializeToString()
    number = await db.transaction(store.add, application, "the-things-stack-csv", request, maker, NOW)
    runner = Runner(db, vault, Spool(tmp_path / "imports", vault), Means((), lambda: NOW, os.urandom))
    transfers = Transfers(Uploads(db, vault, runner, 1 << 20), Downloads(db, vault), silent_seconds=0.01)
    messages = iter([PIECE, *([GONE] if end == "gone" else [])])

    async def receive() -> Message:
        return next(messages, None) or await asyncio.get_running_loop().create_future()

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    asked = Transfer("maker-app", number, what)
    with pytest.raises(Invalid, match="ended early"):
        async with asyncio.timeout(10):
            await transfers.answer(asked, a_call(maker), receive, send, [])
    row = await store.job_by_number(db, number)
    assert row is not None
    assert (row["state"], sent, list(tmp_path.glob("imports/*"))) == ("waiting", [], [])
