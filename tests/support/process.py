"""A server as operators run it: a process of its own, with its output kept."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType

import httpx

from tests.support.house import ADMIN_KEY, ADMIN_PASSWORD


class Process:
    """`claimstack serve` on random loopback ports; used with `with`, which stops it."""

    def __init__(self, folder: Path, database_url: str = "", *flags: str, key: str = ADMIN_KEY) -> None:
        self.folder = folder
        command = [
            sys.executable, "-m", "claimstack", "serve", "--data-dir", str(folder), "--log-format", "json",
            "--grpc-listen", "127.0.0.1:0", "--http-listen", "127.0.0.1:0", *flags,
        ]  # fmt: skip
        if database_url:
            command += ["--database-url", database_url]
        self.log = folder.parent / f"{folder.name}.log"
        secrets = {"CLAIMSTACK_ADMIN_PASSWORD": ADMIN_PASSWORD, "CLAIMSTACK_ADMIN_API_KEY": key}
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(command, env=os.environ | secrets, stdout=log, stderr=log)
        ready = self._ready()
        self.grpc_port, self.http_port = int(ready["grpc"]), int(ready["http"])
        self.url = f"http://127.0.0.1:{self.http_port}"

    def _ready(self) -> dict[str, str]:
        with self.log.open() as lines:
            while self._process.poll() is None:
                line = lines.readline()
                if '"event": "ready"' in line and line.endswith("\n"):
                    return dict(json.loads(line))
        raise RuntimeError(f"the server ended: {self.log.read_text()}")

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def api(self, verb: str, path: str, json: object = None, token: str = ADMIN_KEY) -> httpx.Response:
        """One request below `/api/v3`."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return httpx.request(verb, f"{self.url}/api/v3{path}", json=json, headers=headers, timeout=20)

    def signal(self, number: int) -> None:
        """Send it a signal."""
        self._process.send_signal(number)

    def wait(self) -> int:
        """Its exit status."""
        return self._process.wait(30)

    def __enter__(self) -> "Process":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self._process.poll() is None:
            self.signal(signal.SIGTERM)
            self.wait()


def failing(*args: str, folder: Path | None = None, environ: dict[str, str] | None = None) -> str:
    """The one line that a server says that cannot start; its exit status is checked."""
    command = [sys.executable, "-m", "claimstack", "serve", *args]
    done = subprocess.run(
        command, env=os.environ | (environ or {}), capture_output=True, text=True, timeout=60, cwd=folder, check=False
    )
    assert done.returncode == 1, (done.returncode, done.stdout, done.stderr)
    assert done.stdout == ""
    lines = [line for line in done.stderr.splitlines() if not re.match(r"\d{4}-\d\d-\d\d ", line)]
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("error: ")
    return lines[0]
