"""What the processes of an import need not, they do not load: two stand beside the server for as long as it lasts."""

import subprocess
import sys

BASE = {"structlog", "rich", "grpc", "httpx", "asyncpg", "claimstack.settings"}
OF_A_JUDGE = BASE | {
    "google",
    "protovalidate",
    "orjson",
    "asyncio",
    "subprocess",
    "claimstack.wire",
    "claimstack.storage",
}


def loaded(module: str) -> set[str]:
    """The names of all modules, and of the packages in which they are, once a process has begun."""
    script = f"import sys, {module}; print(*sys.modules)"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    return set(found.stdout.split())


def test_a_judge_knows_nothing_but_signatures() -> None:
    assert loaded("claimstack.edge.imports.judge") & OF_A_JUDGE == set()
