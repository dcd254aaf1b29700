"""A device between two clusters: its maker on `far`, its owner on `near`, and a line between them that can be cut."""

import contextlib
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from tests.support.certificates import Authority
from tests.support.clusters import Cluster
from tests.support.cut import Line

CODE, DEV_EUI = "CAFE2345CAFE2345", "0004A30B00C10001"
JOIN_EUIS = {"ttjsv2": "EC656E0000000001", "claimstack": "EC656E0100000001"}
NEAR_ID = f"eui-{DEV_EUI.lower()}"
LONGER_THAN_A_LEASE = 40
PAUSE = threading.Event()
MAIN = """
join-servers:
  - {file: ttjs.yml, join-euis: [EC656E0000000000/40], type: ttjsv2}
  - {file: sister.yml, join-euis: [EC656E0100000000/40], type: claimstack}
"""


class Story:
    """The maker's cluster `far`, the owner's cluster `near`, and a device between them."""

    def __init__(self, folder: Path, kind: str) -> None:
        self.authority = Authority.made(folder)
        self.far = Cluster(folder, self.authority, "far")
        self.client = self.authority.issue("near-as")
        self.line = Line(self.far.ports["interop" if kind == "ttjsv2" else "http"])
        self._prepare_far(JOIN_EUIS[kind])
        settings = ("--claiming-repository", str(self._repository(folder)), "--net-id", "000013", "--as-id", "near-as")
        self.near = Cluster(folder, self.authority, "near", *settings)
        self.near.application("owner-app")
        self.join_eui = JOIN_EUIS[kind]

    def _prepare_far(self, join_eui: str) -> None:
        far = self.far
        key = far.application("maker-app")
        far.ok("POST", "/v3/edcs/applications/maker-app/authorize", {"api_key": key})
        ids = {"device_id": "sensor-1", "join_eui": join_eui, "dev_eui": DEV_EUI}
        device = {"ids": ids, "claim_authentication_code": {"value": CODE}}
        far.ok("POST", "/v3/applications/maker-app/devices", {"end_device": device})
        peer = {
            "peer_id": "near",
            "net_ids": ["000013"],
            "as_ids": ["near-as"],
            "trusted_certificates": self.client.pem,
        }
        far.ok("POST", "/claimstack/v1/peers", {"peer": peer})
        self.key = far.application("near-holds")

    def _repository(self, folder: Path) -> Path:
        repository = folder / "repository"
        repository.mkdir()
        url = f"https://127.0.0.1:{self.line.port}"
        root, pair = self.authority.path, self.client
        trust = f"source: file, root-ca: {root}"
        (repository / "config.yml").write_text(MAIN)
        (repository / "ttjs.yml").write_text(
            f"url: {url}\ntls: {{{trust}, certificate: {pair.chain}, key: {pair.key}}}\n"
        )
        (repository / "sister.yml").write_text(
            f"url: {url}\ntls: {{{trust}}}\napplication-id: near-holds\napi-key: {self.key}\n"
        )
        return repository

    def claim(self) -> httpx.Response:
        ids = {"join_eui": self.join_eui, "dev_eui": DEV_EUI, "authentication_code": CODE}
        target = {"application_id": "owner-app"}
        body = {"authenticated_identifiers": ids, "target_application_ids": target}
        return self.near.ask("POST", "/v3/edcs/claim", body)

    def claim_and_kill(self, which: Cluster) -> None:
        """Claim, and kill a server while the other one's answer is on its way."""
        self.line.mode = "hold"
        with ThreadPoolExecutor(1) as pool:
            answer = pool.submit(self._claim_whatever_comes)
            self.until(lambda: self.far.device_ids("maker-app") == [])
            which.kill()
            answer.result(30)

    def _claim_whatever_comes(self) -> None:
        with contextlib.suppress(httpx.TransportError):  # who was asked may be dead
            self.claim()

    @property
    def state(self) -> str:
        """How the claim stands, as its owner sees it."""
        rows = self.near.ok("GET", "/claimstack/v1/applications/owner-app/upstream-claims").get("claims", [])
        return str(rows[0]["state"]) if rows else ""

    def until(self, condition: Callable[[], bool], seconds: float = LONGER_THAN_A_LEASE) -> None:
        """Ask until it is so."""
        give_up = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < give_up
            PAUSE.wait(0.2)

    def close(self) -> None:
        self.near.close()
        self.far.close()
        self.line.close()


def the_device_is_claimed_once_and_goes_home(story: Story) -> None:
    """Settled: here, not at its maker; and an unclaim brings it back there without a code."""
    assert story.near.device_ids("owner-app") == [NEAR_ID]
    assert story.far.device_ids("maker-app") == []
    assert story.near.ask("DELETE", f"/v3/edcs/claim/owner-app/devices/{NEAR_ID}").status_code == 200
    assert story.far.device_ids("maker-app") == ["sensor-1"]
    assert story.state == ""
    kept = story.far.ok("GET", "/v3/applications/maker-app/devices/sensor-1?field_mask=claim_authentication_code")
    assert "claim_authentication_code" not in kept
