"""What the processes of an import need not, they do not load: two stand beside the server for as long as it lasts."""

import subprocess
import sys

OF_A_SERVER = {
    "asyncio", "grpc", "httpx", "rich", "sqlite3", "asyncpg", "ssl", "structlog", "tomllib",
    "claimstack.calls", "claimstack.identity", "claimstack.settings", "claimstack.storage", "claimstack.vault",
}  # fmt: skip
OF_A_READER = {"claimstack.wire", "google", "orjson", "protovalidate", "subprocess"}


def loaded(module: str) -> set[str]:
    """The names of all modules once a process has begun."""
    script = f"import sys, {module}; print(*sys.modules)"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    return set(found.stdout.split())


def test_a_reader_loads_nothing_of_the_server() -> None:
    known = loaded("claimstack.edge.imports.reader")
    assert known & OF_A_SERVER == set()
    assert known >= OF_A_READER  # names that no longer exist would guard nothing


def test_a_judge_knows_nothing_but_signatures() -> None:
    assert loaded("claimstack.edge.imports.judge") & (OF_A_SERVER | OF_A_READER) == set()
