"""The KEK rotated under load, two servers running: every key opens, every API key and every code still works."""

import itertools
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.served import ADMIN_KEY, Served

pytestmark = pytest.mark.prove
WORKERS = 4
JOIN_EUI = "70B3D57ED0000000"
ROTATIONS = 2


@pytest.fixture(params=["sqlite", "postgresql"])
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Served, Served]]:
    """Two servers on one database and one KEK file."""
    url = "" if request.param == "sqlite" else request.getfixturevalue("cluster").create("kek_rotation")
    servers = Served(tmp_path / "data", url), Served(tmp_path / "data", url)
    yield servers
    assert [server.stop() for server in servers] == [0, 0]


class Client:
    """An HTTP client with an API key, for a `with`; whatever is not 200 is an error."""

    def __init__(self, server: Served, token: str) -> None:
        headers = {"authorization": f"Bearer {token}"}
        self._http = httpx.Client(
            base_url=f"http://127.0.0.1:{server.ready['http']}/api/v3", headers=headers, timeout=60
        )

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *failure: object) -> None:
        self._http.close()

    def ok(self, verb: str, path: str, body: Any = None) -> Any:
        answer = self._http.request(verb, path, json=body)
        assert answer.status_code == 200, f"{verb} {path}: {answer.status_code} {answer.text}"
        return answer.json()


def furnish(client: Client) -> str:
    """Two applications, the first one claimable; an API key made before the rotation."""
    for uid in ("maker-app", "owner-app"):
        client.ok("POST", "/users/admin/applications", {"application": {"ids": {"application_id": uid}}})
    rights = [f"RIGHT_APPLICATION_DEVICES_{one}" for one in ("READ", "WRITE", "READ_KEYS", "WRITE_KEYS")]
    key = str(client.ok("POST", "/applications/maker-app/api-keys", {"name": "old", "rights": rights})["key"])
    client.ok("POST", "/edcs/applications/maker-app/authorize", {"api_key": key})
    return key


def ids(number: int, application: str = "maker-app") -> dict[str, Any]:
    return {
        "device_id": f"dev-{number}",
        "application_ids": {"application_id": application},
        "dev_eui": f"{number:016X}",
        "join_eui": JOIN_EUI,
    }


def app_key(number: int) -> str:
    return f"{number * 7919:032X}"


def register(client: Client, number: int) -> None:
    device = {"ids": ids(number), "claim_authentication_code": {"value": f"CODE{number}"}}
    mask = {"paths": ["claim_authentication_code"]}
    client.ok("POST", "/applications/maker-app/devices", {"end_device": device, "field_mask": mask})
    keyed = {"ids": ids(number), "root_keys": {"app_key": {"key": app_key(number)}}}
    path = f"/js/applications/maker-app/devices/dev-{number}"
    client.ok("PUT", path, {"end_device": keyed, "field_mask": {"paths": ["root_keys.app_key.key"]}})


def claim(client: Client, number: int) -> None:
    source = {"join_eui": JOIN_EUI, "dev_eui": f"{number:016X}", "authentication_code": f"CODE{number}"}
    target = {"application_id": "owner-app"}
    words = {"authenticated_identifiers": source, "target_application_ids": target}
    client.ok("POST", "/edcs/claim", {**words, "invalidate_authentication_code": True})


def key_of(client: Client, number: int, application: str) -> str:
    path = f"/js/applications/{application}/devices/dev-{number}?field_mask=root_keys"
    return str(client.ok("GET", path)["root_keys"]["app_key"]["key"])


class Load:
    """Workers that register devices, read their keys at the other server, and claim every second one."""

    def __init__(self, pair: tuple[Served, Served], old_key: str) -> None:
        self._pair, self._old_key = pair, old_key
        self._stop, self._numbers = threading.Event(), itertools.count(1)
        self.claimed: list[int] = []
        self.kept: list[int] = []
        self.errors: list[BaseException] = []
        self._threads = [threading.Thread(target=self._work, args=(n,)) for n in range(WORKERS)]

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _work(self, worker: int) -> None:
        here, there = self._pair[worker % 2], self._pair[(worker + 1) % 2]
        try:
            with (
                Client(here, ADMIN_KEY) as maker,
                Client(there, ADMIN_KEY) as owner,
                Client(here, self._old_key) as old,
            ):
                while not self._stop.is_set():
                    self._one_device(next(self._numbers), maker, owner, old)
        except BaseException as error:  # told by the test, not by a thread that nobody hears
            self.errors.append(error)

    def _one_device(self, number: int, maker: Client, owner: Client, old: Client) -> None:
        register(maker, number)
        assert key_of(owner, number, "maker-app") == app_key(number)
        assert key_of(old, number, "maker-app") == app_key(number)
        if number % 2:
            claim(owner, number)
        (self.claimed if number % 2 else self.kept).append(number)


def test_the_kek_is_rotated_under_load(pair: tuple[Served, Served]) -> None:
    first, _ = pair
    with Client(first, ADMIN_KEY) as client:
        old_key = furnish(client)
    kek = first.folder / "kek"
    with Load(pair, old_key) as load:
        for version in range(2, 2 + ROTATIONS):
            before = len(load.claimed)
            rotated = first.run("kek", "rotate")
            assert rotated.returncode == 0, rotated.stderr
            assert f"sealed under version {version}." in rotated.stdout
            assert len(load.claimed) > before, "there was no load"
    assert load.errors == []
    os.utime(kek, (kek.stat().st_mtime - 120,) * 2)
    assert "is retired" in first.run("kek", "retire").stdout
    assert first.run("kek", "verify").stdout.endswith("every value opens\n")
    sound = first.run("fsck")
    assert sound.returncode == 0, sound.stdout
    everything_still_works(pair, load, old_key)
    print(f"\n{len(load.claimed)} claims and {len(load.kept)} other devices during {ROTATIONS} rotations")


def everything_still_works(pair: tuple[Served, Served], load: Load, old_key: str) -> None:
    """Keys of claimed and unclaimed devices, codes not used yet, and the API key from before."""
    with Client(pair[1], ADMIN_KEY) as client, Client(pair[0], old_key) as old:
        for number in load.claimed:
            assert key_of(client, number, "owner-app") == app_key(number)
        for number in load.kept:
            assert key_of(old, number, "maker-app") == app_key(number)
            claim(client, number)
            assert key_of(client, number, "owner-app") == app_key(number)
