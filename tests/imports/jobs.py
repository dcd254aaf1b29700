"""Import jobs over a running server's HTTP, as clients make them."""

import csv
import io
import time
from collections.abc import Iterable, Iterator
from typing import Any

import httpx

from tests.support.house import House, Person

HEAD = "id;dev_eui;join_eui;name;frequency_plan_id;lorawan_version;lorawan_phy_version;app_key"
JOIN_EUI = "70B3D57ED0000000"
OVER = ("IMPORT_DONE", "IMPORT_FAILED", "IMPORT_CANCELED")
SECONDS = 60


def dev_eui(number: int) -> str:
    """DevEUI of that number."""
    return f"{0x0004A31000000000 + number:016X}"


def line(number: int, **other: str) -> str:
    """A good line of a table; a cell may be given otherwise."""
    cells = {
        "id": f"sensor-{number}", "dev_eui": dev_eui(number), "join_eui": JOIN_EUI, "name": f"Sensor {number}",
        "frequency_plan_id": "EU_863_870", "lorawan_version": "MAC_V1_0_3", "lorawan_phy_version": "PHY_V1_0_3_REV_A",
        "app_key": f"{number:032X}",
    }  # fmt: skip
    return ";".join({**cells, **other}.values())


def table(lines: Iterable[str]) -> bytes:
    """A file of these lines."""
    return "\n".join([HEAD, *lines, ""]).encode()


class Imports:
    """The imports of one application, by one person."""

    def __init__(self, house: House, person: Person, application: str, key: str = "") -> None:
        self.house, self.person, self.application = house, person, application
        self.key = key or person.key
        self.base = f"/api/claimstack/v1/applications/{application}/imports"

    def request(self, verb: str, path: str, **words: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.key}", **words.pop("headers", {})}
        return self.house.http.request(verb, f"{self.base}{path}", headers=headers, **words)

    def create(self, format_id: str = "the-things-stack-csv", **words: Any) -> int:
        answer = self.request("POST", "", json={"format_id": format_id, **words})
        assert answer.status_code == 200, answer.text
        return int(answer.json()["import_id"])

    def send(self, number: int, file: bytes | Iterator[bytes]) -> httpx.Response:
        return self.request("PUT", f"/{number}/file", content=file)

    def get(self, number: int) -> dict[str, Any]:
        answer = self.request("GET", f"/{number}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def over(self, number: int) -> dict[str, Any]:
        """The job when it is over."""
        until = time.monotonic() + SECONDS
        while (job := self.get(number)).get("state") not in OVER:
            assert time.monotonic() < until, job
            self.house.run(self.house.server.background[0].wait(number))  # type: ignore[attr-defined]
        return job

    def run(
        self, file: bytes | Iterator[bytes], format_id: str = "the-things-stack-csv", **words: Any
    ) -> dict[str, Any]:
        """A whole import."""
        number = self.create(format_id, **words)
        answer = self.send(number, file)
        assert answer.status_code == 200, answer.text
        return self.over(number)

    def rows(self, number: int, **query: Any) -> list[dict[str, Any]]:
        answer = self.request("GET", f"/{number}/rows", params=query)
        assert answer.status_code == 200, answer.text
        return list(answer.json().get("rows", []))

    def csv(self, verb: str, number: int, name: str) -> list[dict[str, str]]:
        answer = self.request(verb, f"/{number}/{name}")
        assert answer.status_code == 200, answer.text
        return list(csv.DictReader(io.StringIO(answer.text)))


def counts(job: dict[str, Any]) -> tuple[int, int, int, int]:
    """Rows read, created, known, failed."""
    read, created, known, failed = (int(job.get(f"rows_{name}", 0)) for name in ("read", "created", "known", "failed"))
    return read, created, known, failed
