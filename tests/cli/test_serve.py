"""The server as a process: how it starts, twice and with what is wrong, and how it ends under load.

Ports, KEK, schema and directories that are wrong: test_maintenance, which asks the same of the other commands.
"""

import base64
import contextlib
import hashlib
import shutil
import signal
import sqlite3
import threading
from collections import Counter
from pathlib import Path

import httpx
import pytest

from tests.support.house import ADMIN_KEY
from tests.support.postgres import Cluster
from tests.support.process import Process, failing

FREE = ("--grpc-listen", "127.0.0.1:0", "--http-listen", "127.0.0.1:0")


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of a server that ran once."""
    folder = tmp_path_factory.mktemp("used") / "data"
    with Process(folder):
        pass
    return folder


@pytest.fixture
def data(used: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(used, tmp_path / "data"))


def prints(folder: Path) -> dict[str, str]:
    """What is in a directory: SHA-256 by path. SQLite's shared memory is no content."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.endswith("-shm"))
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files if path.stat().st_size}


def test_the_password_of_a_database_is_not_in_the_line(tmp_path: Path) -> None:
    url = "postgresql://nobody:hush-hush@127.0.0.1:1/none"
    assert "hush-hush" not in failing("--data-dir", str(tmp_path / "data"), "--database-url", url, *FREE)


def test_a_database_that_is_not_there(cluster: Cluster, tmp_path: Path) -> None:
    line = failing("--data-dir", str(tmp_path / "data"), "--database-url", cluster.url("no-such-database"), *FREE)
    assert "no-such-database" in line


def test_a_file_that_is_no_database(data: Path) -> None:
    for file in data.glob("claimstack.db*"):
        file.unlink()
    (data / "claimstack.db").write_bytes(b"this is a letter to my aunt\n" * 100)
    before = prints(data)
    assert "not a database" in failing("--data-dir", str(data), *FREE)
    assert prints(data) == before


def test_a_kek_file_that_is_damaged_names_the_line_and_not_its_content(data: Path) -> None:
    (data / "kek").write_text("1:c2VjcmV0\n")
    line = failing("--data-dir", str(data), *FREE)
    assert "line 1" in line
    assert "c2VjcmV0" not in line


def test_first_secrets_never_go_to_a_log(tmp_path: Path) -> None:
    with Process(tmp_path / "data", key="") as server:
        file = tmp_path / "data" / "first-secrets"
        assert file.stat().st_mode & 0o777 == 0o600
        key = file.read_text().rpartition(" ")[2].strip()
        assert server.api("GET", "/auth_info", token=key).json()["is_admin"] is True
        assert key.rpartition(".")[2] not in server.log.read_text()


def test_secrets_that_were_given_are_written_nowhere(tmp_path: Path) -> None:
    with Process(tmp_path / "data"):
        assert not (tmp_path / "data" / "first-secrets").exists()


def test_a_weak_password_for_the_first_admin_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    weak = {"CLAIMSTACK_ADMIN_PASSWORD": "password"}
    assert "password" in failing("--data-dir", str(tmp_path / "data"), *FREE, environ=weak)
    assert not (tmp_path / "data").exists()


def test_a_wrong_kek_is_refused_before_the_schema_is_brought_up_to_date(data: Path) -> None:
    other = "1:" + base64.b64encode(bytes(32)).decode() + "\n"
    (data / "kek").write_text(other)
    with contextlib.closing(sqlite3.connect(data / "claimstack.db")) as db, db:
        db.execute("DELETE FROM schema_migration WHERE version = (SELECT max(version) FROM schema_migration)")
    before = prints(data)
    assert "KEK" in failing("--data-dir", str(data), *FREE)  # to migrate again would say that a table is there
    assert prints(data) == before


def test_a_second_start_keeps_everything(tmp_path: Path) -> None:
    for _ in range(2):
        with Process(tmp_path / "data") as server:
            assert server.api("GET", "/auth_info").json()["is_admin"] is True


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_under_load_breaks_no_answer(tmp_path: Path, number: int) -> None:
    with Process(tmp_path / "data") as server:
        results: Counter[str] = Counter()
        warm = threading.Barrier(5)
        users = [threading.Thread(target=_load, args=(server, worker, results, warm)) for worker in range(4)]
        for user in users:
            user.start()
        warm.wait(20)
        server.signal(number)
        assert server.wait() == 0
        for user in users:
            user.join(20)
    assert results["good"] >= 40
    assert results["broken"] == 0, results
    assert '"event": "stopped"' in server.log.read_text()
    with Process(tmp_path / "data") as again:
        listed = again.api("GET", "/users/admin/applications?limit=1").headers["x-total-count"]
    assert results["good"] <= int(listed) <= results["good"] + results["ended"]  # who got no answer cannot know


def _load(server: Process, worker: int, results: Counter[str], warm: threading.Barrier) -> None:
    """Make applications until the server is gone. An answer counts as broken when it began and did not end well."""
    headers = {"authorization": f"Bearer {ADMIN_KEY}"}
    with httpx.Client(base_url=server.url, timeout=20, headers=headers) as client:
        for number in range(100_000):
            if number == 10:
                warm.wait(20)
            words = {"application": {"ids": {"application_id": f"app-{worker}-{number}"}}}
            try:
                answer = client.post("/api/v3/users/admin/applications", json=words)
            except (httpx.ConnectError, httpx.ReadError, httpx.RemoteProtocolError) as error:
                # A connection may close before a request is read; within an answer it may not.
                results["broken" if "incomplete" in str(error) else "ended"] += 1
                return
            results["good" if answer.status_code == 200 else "broken"] += 1
