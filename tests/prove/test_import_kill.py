"""Servers killed in the middle of an import: the next one goes on, no row is lost, no device is registered twice."""

import signal
from pathlib import Path

import httpx
import pytest

from tests.imports.jobs import counts, line, table
from tests.support.house import ADMIN_KEY
from tests.support.process import Process

pytestmark = pytest.mark.prove


@pytest.mark.parametrize("share", [0.2, 0.7])
def test_kill_9_in_the_middle_loses_no_row_and_makes_no_duplicate(tmp_path: Path, share: float) -> None:
    count = 6000
    file = table(line(n) for n in range(count))
    with Process(tmp_path / "node") as first:
        first.api("POST", "/users/admin/applications", {"application": {"ids": {"application_id": "maker-app"}}})
        path = "/../claimstack/v1/applications/maker-app/imports"
        number = first.api("POST", path, {"format_id": "the-things-stack-csv"}).json()["import_id"]
        put(first, number, file)
        while counts(first.api("GET", f"{path}/{number}").json())[0] < count * share:
            pass
        first.signal(signal.SIGKILL)
        first.wait()
    with Process(tmp_path / "node") as second:
        while (job := second.api("GET", f"{path}/{number}").json())["state"] == "IMPORT_RUNNING":
            second.api("GET", "/applications/maker-app/devices?limit=1")
        assert (job["state"], counts(job)) == ("IMPORT_DONE", (count, count, 0, 0))
        total = second.api("GET", "/applications/maker-app/devices?limit=1").headers["x-total-count"]
        assert total == str(count)


def put(process: Process, number: str, file: bytes) -> None:
    url = f"{process.url}/api/claimstack/v1/applications/maker-app/imports/{number}/file"
    answer = httpx.put(url, content=file, headers={"authorization": f"Bearer {ADMIN_KEY}"}, timeout=20)
    assert answer.status_code == 200, answer.text
