"""Whole servers in processes of their own, with TLS, that can be killed and brought back on the same ports."""

import json
import ssl
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import httpx

from tests.support.certificates import Authority
from tests.support.served import ADMIN_KEY, SECONDS, environment


class Cluster:
    """One server with an interop listener; `more` are further settings as flags."""

    def __init__(self, folder: Path, authority: Authority, name: str, *more: str) -> None:
        self._folder, self._authority, self._more = folder / name, authority, more
        self.pair = authority.issue(name)
        self.ports = {"grpc": 0, "http": 0, "interop": 0}
        self.start()
        self.http = httpx.Client(
            base_url=f"https://127.0.0.1:{self.ports['http']}",
            verify=ssl.create_default_context(cafile=authority.path),
            timeout=20,
        )

    def start(self) -> None:
        """Come up, a second time on the same ports."""
        words = [sys.executable, "-m", "claimstack", "serve", "--log-format", "json", "--data-dir", str(self._folder)]
        for name, port in self.ports.items():
            words += [f"--{name}-listen", f"127.0.0.1:{port}"]
        words += ["--tls-cert", str(self.pair.chain), "--tls-key", str(self.pair.key), *self._more]
        self._process = subprocess.Popen(
            words, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        ready = self._until_ready()
        self.ports = {name: ready[name] for name in self.ports}

    def _until_ready(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        said = ""
        for line in self._process.stdout:
            said += line
            if '"event"' in line and (found := json.loads(line))["event"] == "ready":
                self._drain = threading.Thread(target=self._process.stdout.read, daemon=True)
                self._drain.start()
                return dict(found)
        raise AssertionError(f"the server did not come up: {said}")

    def kill(self) -> None:
        """`kill -9`: nothing is tidied up."""
        self._process.kill()
        self._gone()

    def close(self) -> None:
        """Stop as operators do."""
        self.http.close()
        self._process.terminate()
        self._gone()

    def _gone(self) -> None:
        self._process.wait(SECONDS)
        self._drain.join(SECONDS)
        if self._process.stdout:
            self._process.stdout.close()

    # ------------------------------------------------------------------ its API

    def ask(self, verb: str, path: str, json: Any = None, token: str = ADMIN_KEY) -> httpx.Response:
        """One request below `/api`."""
        return self.http.request(verb, f"/api{path}", json=json, headers={"authorization": f"Bearer {token}"})

    def ok(self, verb: str, path: str, json: Any = None, token: str = ADMIN_KEY) -> Any:
        """As `ask`, and the answer's JSON; anything but success is an error with the body."""
        answer = self.ask(verb, path, json, token)
        assert answer.status_code == 200, f"{verb} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def application(self, uid: str) -> str:
        """An application of the admin's; a key of it with the four device rights."""
        body = {"application": {"ids": {"application_id": uid}}}
        self.ok("POST", "/v3/users/admin/applications", body)
        rights = [f"RIGHT_APPLICATION_DEVICES_{name}" for name in ("READ", "WRITE", "READ_KEYS", "WRITE_KEYS")]
        return str(self.ok("POST", f"/v3/applications/{uid}/api-keys", {"name": "t", "rights": rights})["key"])

    def device_ids(self, application: str) -> list[str]:
        """The ids of the application's devices."""
        found = self.ok("GET", f"/v3/applications/{application}/devices").get("end_devices", [])
        return [one["ids"]["device_id"] for one in found]
