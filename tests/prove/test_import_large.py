"""An import of a gibibyte, good or bad: memory stays flat, what is wrong is placed, what is good goes in."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from tests.imports.jobs import HEAD, JOIN_EUI, counts, line
from tests.support.house import ADMIN_KEY
from tests.support.process import Process

pytestmark = pytest.mark.prove

MOST_GROWTH = 100 << 20
PIECE = b"x" * (1 << 20)


def one_endless_line() -> Iterator[bytes]:
    """Good, a line of nearly a gibibyte, good."""
    yield f"{HEAD}\n{line(1)}\n".encode()
    for _ in range(1020):
        yield PIECE
    yield f"\n{line(2)}\n".encode()


def one_deep_element() -> Iterator[bytes]:
    """Good, half a gibibyte of brackets, and no end to them."""
    device = f'{{"ids":{{"device_id":"sensor-3","join_eui":"{JOIN_EUI}","dev_eui":"0004A31000000003"}}}}'
    yield f"[{device},".encode()
    for _ in range(512):
        yield b"[" * (1 << 20)


FILES = {
    "one endless line": ("the-things-stack-csv", one_endless_line, "IMPORT_DONE", 2, "characters in a line"),
    "one deep element": ("the-things-stack", one_deep_element, "IMPORT_FAILED", 1, "nesting"),
}


@pytest.mark.parametrize("title", FILES)
def test_memory_is_flat_and_the_good_rows_go_in(tmp_path: Path, title: str) -> None:
    format_id, file, state, created, words = FILES[title]
    with Process(tmp_path / "node") as node:
        node.api("POST", "/users/admin/applications", {"application": {"ids": {"application_id": "maker-app"}}})
        path = "/../claimstack/v1/applications/maker-app/imports"
        number = node.api("POST", path, {"format_id": format_id}).json()["import_id"]
        server, before = psutil.Process(node.pid), psutil.Process(node.pid).memory_info().rss
        send(node, number, file())
        peak = 0
        while (job := node.api("GET", f"{path}/{number}").json())["state"] == "IMPORT_RUNNING":
            peak = max(peak, server.memory_info().rss - before, *map(memory, server.children(recursive=True)))
        assert (job["state"], counts(job)[1]) == (state, created)
        assert words in node.api("GET", f"{path}/{number}/rows?filter=IMPORT_ROWS_FAILED").text
        assert peak < MOST_GROWTH, f"{peak >> 20} MiB"


def memory(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def test_a_file_beyond_a_gibibyte_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    with Process(tmp_path / "node") as node:
        node.api("POST", "/users/admin/applications", {"application": {"ids": {"application_id": "maker-app"}}})
        path = "/../claimstack/v1/applications/maker-app/imports"
        number = node.api("POST", path, {"format_id": "the-things-stack-csv"}).json()["import_id"]
        answer = send(node, number, (PIECE for _ in range(1025)))
        assert (answer.status_code, answer.json()["details"][0]["name"]) == (413, "file_too_large")
        assert list((tmp_path / "node" / "imports").iterdir()) == []


def send(node: Process, number: str, file: Iterator[bytes]) -> httpx.Response:
    url = f"{node.url}/api/claimstack/v1/applications/maker-app/imports/{number}/file"
    return httpx.put(url, content=file, headers={"authorization": f"Bearer {ADMIN_KEY}"}, timeout=120)
