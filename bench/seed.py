"""Fills a house over its own API: a maker's application with coded devices, owners' organizations and applications."""

import asyncio
import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import orjson

from bench.house import JOIN_EUI, KEY, House
from bench.load import request

DEVICE_RIGHTS = [f"RIGHT_APPLICATION_DEVICES_{one}" for one in ("READ", "READ_KEYS", "WRITE", "WRITE_KEYS")]
CODE = "BENCH2CLAIM7CODE"
OWNERS = 16
_numbers = itertools.count(1)


@dataclass(slots=True)
class World:
    """What the rounds of load use."""

    house: House
    owners: list[tuple[str, str]]
    """(application id, API key) of each owner."""

    def claims(self, count: int, first: int) -> list[bytes]:
        """One claim a device, spread over the owners."""
        return [self._claim(n) for n in range(first, first + count)]

    def _claim(self, n: int) -> bytes:
        application, key = self.owners[n % len(self.owners)]
        body = {
            "authenticated_identifiers": {
                "join_eui": JOIN_EUI, "dev_eui": f"{n:016X}", "authentication_code": CODE,
            },
            "target_application_ids": {"application_id": application},
            "invalidate_authentication_code": True,
        }  # fmt: skip
        return request("POST", "/api/v3/edcs/claim", f"Bearer {key}", orjson.dumps(body))


async def populate(house: House, devices: int, first: int) -> World:
    """Make everything; each call is checked."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{house.http_port}/api/v3", timeout=60) as api:
        maker = f"maker-{next(_numbers)}"
        await an_application(api, maker, "users/admin")
        key = await ok(api, "POST", f"/applications/{maker}/api-keys", {"name": "claims", "rights": DEVICE_RIGHTS})
        await ok(api, "POST", f"/edcs/applications/{maker}/authorize", {"api_key": key["key"]})
        owners = [await _owner(api, f"owner-{next(_numbers)}") for _ in range(OWNERS)]
        numbers = iter(range(first, first + devices))
        await asyncio.gather(*(_devices(api, maker, numbers) for _ in range(32)))
    return World(house, owners)


async def ok(api: httpx.AsyncClient, verb: str, path: str, body: object) -> dict[str, str]:
    """Ask as the admin; anything but success is an error."""
    answer = await api.request(verb, path, content=orjson.dumps(body), headers={"authorization": f"Bearer {KEY}"})
    if answer.status_code != 200:
        raise RuntimeError(f"{verb} {path}: {answer.status_code} {answer.text}")
    return orjson.loads(answer.content)  # type: ignore[no-any-return]


async def an_application(api: httpx.AsyncClient, uid: str, owner: str) -> None:
    """A new application; `owner`: path of whose it is."""
    await ok(api, "POST", f"/{owner}/applications", {"application": {"ids": {"application_id": uid}}})


async def _owner(api: httpx.AsyncClient, uid: str) -> tuple[str, str]:
    body = {"organization": {"ids": {"organization_id": uid}}}
    await ok(api, "POST", "/users/admin/organizations", body)
    await an_application(api, f"{uid}-app", f"organizations/{uid}")
    rights = [*DEVICE_RIGHTS, "RIGHT_APPLICATION_INFO"]
    key = await ok(api, "POST", f"/organizations/{uid}/api-keys", {"name": "claims", "rights": rights})
    return f"{uid}-app", key["key"]


async def _devices(api: httpx.AsyncClient, application: str, numbers: Iterator[int]) -> None:
    for n in numbers:
        ids = {"device_id": f"dev-{n}", "dev_eui": f"{n:016X}", "join_eui": JOIN_EUI}
        device = {"ids": ids, "name": f"Sensor {n}", "claim_authentication_code": {"value": CODE}}
        await ok(api, "POST", f"/applications/{application}/devices", {"end_device": device})
        keys = {"end_device": {"ids": ids, "root_keys": {"app_key": {"key": f"{n:032X}"}}}}
        path = f"/js/applications/{application}/devices/dev-{n}"
        await ok(api, "PUT", path, {**keys, "field_mask": {"paths": ["root_keys.app_key.key"]}})
