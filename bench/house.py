"""A real server of its own for a round of figures: started, filled over its own API, measured, stopped."""

import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from tests.support.postgres import free_port

KEY = "NNSXS." + "A" * 39 + "." + "B" * 52
JOIN_EUI = "70B3D57ED0000000"


@dataclass(slots=True)
class House:
    """A running server; CPU times are of its process alone."""

    process: psutil.Process
    grpc_port: int
    http_port: int
    seconds_to_ready: float
    folder: "tempfile.TemporaryDirectory[str]"
    environment: dict[str, str]

    @property
    def cpu(self) -> float:
        """CPU seconds used so far."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    @property
    def memory(self) -> float:
        """Resident memory, MiB."""
        return float(self.process.memory_info().rss) / (1 << 20)

    def stop(self) -> None:
        """Drain and wait."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        self.folder.cleanup()

    def restart(self) -> None:
        """Start it again where it was, after it died."""
        self.process, self.seconds_to_ready = _started(self.environment, self.http_port, self.folder.name)


def open_house(database_url: str = "", **more: str) -> House:
    """Start a server on the database (its own SQLite by default) and wait until it is ready; `more`: variables."""
    folder = tempfile.TemporaryDirectory(prefix="claimstack-bench-")
    ports = free_port(), free_port()
    environment = os.environ | {
        "CLAIMSTACK_ADMIN_API_KEY": KEY,
        "CLAIMSTACK_ADMIN_PASSWORD": secrets.token_hex(16),
        "CLAIMSTACK_DATA_DIR": folder.name,
        "CLAIMSTACK_DATABASE_URL": database_url,
        "CLAIMSTACK_GRPC_LISTEN": f"127.0.0.1:{ports[0]}",
        "CLAIMSTACK_HTTP_LISTEN": f"127.0.0.1:{ports[1]}",
        "CLAIMSTACK_CLAIM_CAP_DEVICE": "1000000",
        "CLAIMSTACK_CLAIM_CAP_CLAIMER": "100000000",
        "CLAIMSTACK_CLAIM_CAP_OVERALL": "100000000",
        "CLAIMSTACK_LOG_LEVEL": "warning",
        **more,
    }
    process, seconds = _started(environment, ports[1], folder.name)
    return House(process, *ports, seconds, folder, environment)


def _started(environment: dict[str, str], port: int, folder: str) -> tuple[psutil.Process, float]:
    path = Path(folder) / "log"
    command = [str(Path(sys.executable).parent / "claimstack"), "serve"]
    started = time.perf_counter()
    with path.open("ab") as log:
        process = psutil.Popen(command, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    while not _ready(port):
        if process.poll() is not None:
            raise RuntimeError(path.read_text())
        time.sleep(0.005)
    return process, time.perf_counter() - started


def _ready(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200
    except httpx.HTTPError:
        return False


def database_cpu(postmaster: int) -> float:
    """CPU seconds of the connections of a PostgreSQL so far; 0 without one."""
    if not postmaster:
        return 0.0
    times = [process.cpu_times() for process in psutil.Process(postmaster).children()]
    return float(sum(one.user + one.system for one in times))
