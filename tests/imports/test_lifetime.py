"""A job outlives its client and its server, and ends with the rights of who began it."""

import asyncio
import itertools
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from claimstack.clock import to_micros
from claimstack.errors import ResourceExhausted
from claimstack.import_rows import MOST_BYTES
from claimstack.imports import Means, Runner, Spool, Uploads, store
from claimstack.imports.job import GONE_AFTER, STALE_AFTER
from claimstack.storage import Database
from claimstack.vault import Vault
from tests.imports.jobs import Imports, counts, line, table
from tests.support.devices import a_call
from tests.support.house import House, People
from tests.support.people import NOW, a_user, an_application

_numbers = itertools.count(2_000_000, 10_000)


@pytest.fixture
def imports(house: House, people: People) -> Imports:
    return Imports(house, people.maker, house.application(people.maker))


def test_an_upload_that_breaks_off_leaves_the_job_waiting_and_nothing_on_disk(imports: Imports) -> None:
    number, first = imports.create(), next(_numbers)

    def broken() -> Iterator[bytes]:
        yield table([line(first)])
        raise ConnectionError

    with pytest.raises(ConnectionError):
        imports.send(number, broken())
    assert imports.get(number).get("state", "IMPORT_WAITING") == "IMPORT_WAITING"
    assert imports.send(number, table([line(first)])).status_code == 200
    assert counts(imports.over(number)) == (1, 1, 0, 0)
    assert list((imports.house.settings.data_dir / "imports").iterdir()) == []


def test_a_second_file_is_refused(imports: Imports) -> None:
    number, first = imports.create(), next(_numbers)
    imports.send(number, table([line(first)]))
    imports.over(number)
    answer = imports.send(number, table([line(first + 1)]))
    assert (answer.status_code, answer.json()["details"][0]["name"]) == (400, "import_not_waiting")


def test_a_cancelled_job_takes_no_file(imports: Imports) -> None:
    number = imports.create()
    assert imports.request("POST", f"/{number}/cancel", json={}).json()["state"] == "IMPORT_CANCELED"
    assert imports.send(number, table([line(next(_numbers))])).status_code == 400


def test_a_job_of_another_application_is_not_found(imports: Imports, people: People) -> None:
    other = Imports(imports.house, people.maker, imports.house.application(people.maker))
    number = other.create()
    assert imports.request("GET", f"/{number}").status_code == 404
    assert imports.send(number, b"x").status_code == 404


def test_a_stranger_learns_nothing(imports: Imports, people: People) -> None:
    number = imports.create()
    stranger = Imports(imports.house, people.stranger, imports.application)
    for verb, path in (("GET", f"/{number}"), ("PUT", f"/{number}/file"), ("POST", f"/{number}/codes.csv")):
        assert stranger.request(verb, path).status_code == 403
    assert imports.house.http.put(f"{imports.base}/{number}/file", content=b"x").status_code == 401


def test_rows_with_keys_need_the_right_to_write_keys(imports: Imports) -> None:
    rights = "RIGHT_APPLICATION_DEVICES_WRITE", "RIGHT_APPLICATION_DEVICES_READ"
    key = imports.house.application_key(imports.application, imports.key, *rights)
    poorer, first = Imports(imports.house, imports.person, imports.application, key), next(_numbers)
    job = poorer.run(table([line(first), line(first + 1, app_key="")]))
    assert counts(job) == (2, 1, 0, 1)
    (failed,) = poorer.rows(job["import_id"], filter="IMPORT_ROWS_FAILED")
    assert failed["error"] == "insufficient_application_rights"
    answer = poorer.request(
        "POST", "", json={"format_id": "the-things-stack-csv", "set_claim_authentication_code": True}
    )
    assert answer.status_code == 403


def test_a_file_of_keys_needs_the_right_to_write_keys_and_has_a_bound(imports: Imports) -> None:
    rights = "RIGHT_APPLICATION_DEVICES_WRITE", "RIGHT_APPLICATION_DEVICES_READ"
    key = imports.house.application_key(imports.application, imports.key, *rights)
    poorer, number = Imports(imports.house, imports.person, imports.application, key), imports.create()
    assert poorer.request("PUT", f"/{number}/keys", content=b"").status_code == 403
    assert imports.request("PUT", f"/{number}/keys", content=b"").status_code == 200
    answer = imports.request("PUT", f"/{number}/keys", content=bytes(MOST_BYTES + 1))
    assert (answer.status_code, answer.json()["details"][0]["name"]) == (413, "file_too_large")
    imports.request("POST", f"/{number}/cancel", json={})


def test_the_job_acts_for_who_sent_the_file(imports: Imports) -> None:
    rights = "RIGHT_APPLICATION_DEVICES_WRITE", "RIGHT_APPLICATION_DEVICES_READ"
    key = imports.house.application_key(imports.application, imports.key, *rights)
    poorer = Imports(imports.house, imports.person, imports.application, key)
    number = imports.create()
    poorer.send(number, table([line(next(_numbers))]))
    assert counts(imports.over(number)) == (1, 0, 0, 1)


def test_a_device_that_another_has_is_refused_without_saying_where(imports: Imports, people: People) -> None:
    first = next(_numbers)
    imports.run(table([line(first)]))
    other = Imports(imports.house, people.stranger, imports.house.application(people.stranger))
    job = other.run(table([line(first)]))
    (row,) = other.rows(job["import_id"])
    assert row["error"] == "end_device_euis_taken"
    assert imports.application not in row["reason"]


async def left_behind(imports: Imports, number: int, ago: int) -> None:
    """As if the server had died that long ago."""
    now = to_micros(imports.house.node.clock.now())

    async def change(tx: object) -> None:
        await tx.execute("UPDATE import_job SET state = 'running', beat_at = $2 WHERE id = $1", number, now - ago)  # type: ignore[attr-defined]

    await imports.house.node.db.transaction(change)


def test_a_job_whose_server_is_gone_with_the_file_is_interrupted_and_takes_the_same_file_again(
    imports: Imports,
) -> None:
    first = next(_numbers)
    file = table(line(first + n) for n in range(5))
    job = imports.run(file)
    number = int(job["import_id"])
    imports.house.run(left_behind(imports, number, GONE_AFTER + 1))
    assert imports.get(number)["state"] == "IMPORT_INTERRUPTED"
    other = imports.send(number, table([line(first + 9)]))
    assert other.json()["details"][0]["name"] == "import_other_file"
    assert imports.send(number, file).status_code == 200
    assert counts(imports.over(number)) == (5, 5, 0, 0)


def test_a_job_that_is_heard_is_not_taken_away(imports: Imports) -> None:
    file = table([line(next(_numbers))])
    number = int(imports.run(file)["import_id"])
    imports.house.run(left_behind(imports, number, STALE_AFTER // 2))
    imports.house.run(named(imports, number))
    assert imports.send(number, file).json()["details"][0]["name"] == "import_not_waiting"


async def named(imports: Imports, number: int) -> None:
    async def change(tx: object) -> None:
        await tx.execute("UPDATE import_job SET runner = 'another' WHERE id = $1", number)  # type: ignore[attr-defined]

    await imports.house.node.db.transaction(change)


def kept_file(imports: Imports, number: int, file: bytes, key: bytes = bytes(32)) -> Path:
    """The file of a job on this disk, without anybody to run it."""
    writer = imports.house.server.background[0].spool.writer(str(number), key)  # type: ignore[attr-defined]
    writer.write(file)
    writer.finish()
    writer.keep()
    return imports.house.settings.data_dir / "imports" / str(number)


def test_a_run_that_lost_its_job_leaves_the_file_to_who_goes_on(imports: Imports) -> None:
    number = imports.create()
    runner: Runner = imports.house.server.background[0]  # type: ignore[assignment]
    imports.house.run(left_behind(imports, number, 0))
    imports.house.run(named(imports, number))
    path = kept_file(imports, number, table([line(next(_numbers))]))

    async def in_vain() -> None:
        runner.begin(number, "not its name")
        await runner.wait(number)

    imports.house.run(in_vain())
    assert path.exists()
    runner.spool.remove(number)


def test_a_run_that_begins_while_a_lost_one_still_works_ends_the_job(imports: Imports) -> None:
    number = imports.create()
    runner: Runner = imports.house.server.background[0]  # type: ignore[assignment]
    imports.house.run(left_behind(imports, number, 0))
    imports.house.run(named(imports, number))
    path = kept_file(imports, number, table([line(next(_numbers))]))

    async def twice() -> None:
        runner.begin(number, "not its name")
        await asyncio.sleep(0)
        runner.begin(number, "another")
        await runner.wait(number)

    imports.house.run(twice())
    assert counts(imports.get(number)) == (1, 1, 0, 0)
    assert imports.get(number)["state"] == "IMPORT_DONE"
    assert not path.exists()


def test_the_file_is_kept_encrypted(imports: Imports) -> None:
    key, secret = os.urandom(32), table([line(77)])
    path = kept_file(imports, 999999, secret, key)
    assert f"{77:032X}".encode() not in path.read_bytes()
    assert key not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    spool = imports.house.server.background[0].spool  # type: ignore[attr-defined]
    assert b"".join(spool.pieces("999999")) == secret
    spool.remove(999999)


def test_an_application_has_so_many_jobs_at_once_and_is_told_the_way_out(imports: Imports) -> None:
    most = imports.house.settings.import_limit
    numbers = [imports.create() for _ in range(most)]
    answer = imports.request("POST", "", json={"format_id": "the-things-stack-csv"})
    assert (answer.status_code, answer.json()["details"][0]["name"]) == (429, "too_many_imports")
    assert "cancel" in answer.json()["message"]
    imports.request("POST", f"/{numbers[0]}/cancel", json={})
    assert imports.send(numbers[1], table([line(next(_numbers))])).status_code == 200
    imports.over(numbers[1])
    imports.create()


async def test_files_of_one_application_take_so_much_room_and_no_more(
    db: Database, vault: Vault, tmp_path: Path
) -> None:
    maker = await a_user(db, "maker")
    application, other = await an_application(db, "maker-app", maker), await an_application(db, "other-app", maker)
    runner = Runner(db, vault, Spool(tmp_path, vault), Means((), lambda: NOW, os.urandom))
    await runner.close()  # nothing is run: the files stay
    uploads = Uploads(db, vault, runner, most_bytes=1000)

    async def send(owner: int, uid: str, size: int) -> None:
        number = await db.transaction(store.add, owner, "the-things-stack-csv", b"", maker, NOW)

        async def body() -> AsyncIterator[bytes]:
            yield bytes(size)

        await uploads.receive(uid, number, body(), bytes(32), a_call(maker))

    await send(application, "maker-app", 600)
    with pytest.raises(ResourceExhausted, match="wait until one is over, cancel"):
        await send(application, "maker-app", 401)
    await send(application, "maker-app", 400)
    await send(other, "other-app", 1000)
    assert len(runner.spool.numbers()) == 3
    assert not list(tmp_path.glob("*.part"))
