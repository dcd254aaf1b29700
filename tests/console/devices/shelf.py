"""Devices to look at: one at its maker with a code, one that came by a claim, an import that is over."""

from typing import NamedTuple

from tests.console.devices.test_story import claimed, opened
from tests.support.house import House, Person

NAMES = {1: "Third post, north", 4: "Greenhouse, door", 6: "Spare"}


class Shelf(NamedTuple):
    """Ids of what there is, and whose."""

    maker: Person
    owner: Person
    app: str
    farm: str
    job: str

    def paths(self) -> list[str]:
        """Every page of the maker about devices."""
        base = f"/console/applications/{self.app}/devices"
        lists = ["", "?q=nothing", "?show=claimable", "?show=silent", "/_new", "/_import", f"/_import/{self.job}"]
        lists.append("/soil-2")  # claimed away
        one = ["", "/claiming", "/settings", "/root-keys", "/label", "/label?kind=claim"]
        return [*(base + path for path in lists), *(f"{base}/soil-1{path}" for path in one)]

    def owned(self) -> list[str]:
        """Those of the owner that look otherwise."""
        base = f"/console/applications/{self.farm}/devices"
        return [base, f"{base}/mine", f"{base}/mine/claiming"]


def a_shelf(house: House) -> Shelf:
    """Made over the API."""
    maker, owner = house.person("maker"), house.person("owner")
    app, farm = house.application(maker, "shelf"), house.application(owner, "farm")
    opened(house, maker, app)
    for number in range(1, 8):
        ids = {"device_id": f"soil-{number}", "join_eui": "70B3D57ED0000000", "dev_eui": f"0004A3FD{number:08X}"}
        device = {"ids": ids, "name": NAMES.get(number, "")}
        if number < 6:
            device["claim_authentication_code"] = {"value": f"7QK2ZB9XHT4MWD3{number}"}
        house.ok("POST", f"/applications/{app}/devices", {"end_device": device}, maker.key)
        part = {"ids": ids, "root_keys": {"app_key": {"key": "0" * 31 + str(number)}}}
        keyed = {"end_device": part, "field_mask": "root_keys.app_key.key"}
        house.ok("PUT", f"/js/applications/{app}/devices/soil-{number}", keyed, maker.key)
    radio: dict[str, object] = {"frequency_plan_id": "EU_863_870_TTN", "lorawan_version": "MAC_V1_0_3"}
    radio |= {"lorawan_phy_version": "PHY_V1_0_3_REV_A", "supports_join": True}
    heard = {"end_device": {"ids": {"device_id": "soil-1"}, **radio}, "field_mask": ",".join(radio)}
    house.ok("PUT", f"/ns/applications/{app}/devices/soil-1", heard, maker.key)
    house.ok("GET", f"/js/applications/{app}/devices/soil-2?field_mask=root_keys", token=maker.key)
    claimed(house, f"LW:D0:70B3D57ED0000000:0004A3FD{2:08X}:00000000:O7QK2ZB9XHT4MWD32", owner, farm)
    headers = {"authorization": f"Bearer {maker.key}"}
    jobs = f"/api/claimstack/v1/applications/{app}/imports"
    job = house.http.post(jobs, json={"format_id": "the-things-stack-csv"}, headers=headers).json()["import_id"]
    file = b"id;dev_eui;join_eui\nwrong;zz;70B3D57ED0000000\n"
    house.http.put(f"{jobs}/{job}/file", content=file, headers=headers).raise_for_status()
    return Shelf(maker, owner, app, farm, str(job))
