"""Commands and servers in processes of their own, as an operator runs them."""

import json
import os
import signal
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path
from typing import Any

PASSWORD = "a password of the first admin"
ADMIN_KEY = f"NNSXS.{'ADMIN' * 7}.{'SECRET23' * 6}"
SECONDS = 60


def environment(**more: str) -> dict[str, str]:
    """The variables of a process: none of this machine's settings, the first admin's secrets."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CLAIMSTACK_", "TTN_LW_"))}
    secrets = {"CLAIMSTACK_ADMIN_PASSWORD": PASSWORD, "CLAIMSTACK_ADMIN_API_KEY": ADMIN_KEY}
    return {**kept, **secrets, "COLUMNS": "200", **more}


def ran(folder: Path, *words: str, url: str = "", **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run a command on that data directory and database."""
    command = [sys.executable, "-m", "claimstack", *words, "--data-dir", str(folder), "--database-url", url]
    return subprocess.run(
        command, env=environment(**variables), capture_output=True, text=True, timeout=SECONDS, check=False
    )


class Served:
    """A server in a process of its own, on ports that the system chose."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url = folder, url
        ports = ["--grpc-listen", "127.0.0.1:0", "--http-listen", "127.0.0.1:0", "--log-format", "json"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "claimstack", "serve", *ports, "--data-dir", str(folder), "--database-url", url],
            env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        self.ready = self._until_ready()

    def run(self, *words: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        """Run a command on what the server works on."""
        return ran(self.folder, *words, url=self.url, **variables)

    def _until_ready(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        said = ""
        for line in self.process.stdout:
            said += line
            if '"event"' in line and (found := json.loads(line))["event"] == "ready":
                # A log that nobody reads would stop the server once the pipe is full.
                self._drain = threading.Thread(target=self.process.stdout.read, daemon=True)
                self._drain.start()
                return dict(found)
        raise AssertionError(f"the server did not come up: {said}")

    def get(self, path: str) -> Any:
        headers = {"authorization": f"Bearer {ADMIN_KEY}"}
        request = urllib.request.Request(f"http://127.0.0.1:{self.ready['http']}{path}", headers=headers)
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            return json.loads(answer.read())

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(SECONDS)
        self._drain.join(SECONDS)
        if self.process.stdout:
            self.process.stdout.close()
        return status
