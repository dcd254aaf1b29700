"""Which deed a method and a path mean: version 2.0 as The Things Stack 3.23 – 3.32 calls it, and 1 of 3.19 – 3.22.

DevEUIs are sixteen hexadecimal digits in either case; in a batch they are separated by commas, encoded or not. A
client whose `url` ends with a slash asks for `//api/v2/…`.
"""

import re
from enum import Enum, auto
from typing import NamedTuple

BEGINNINGS = ("/api/v2/devices/", "/v1/claim/")
MOST_DEVICES = 100
_ONE = re.compile(r"/+(?:api/v2/devices/(?P<two>[^/]+)/claim|v1/claim/(?P<one>[^/]+))")
_BATCH = re.compile(r"/+api/v2/devices/(?P<devices>[^/]+)/claims")
_EUI = re.compile(r"[0-9A-Fa-f]{16}")


class Deed(Enum):
    """What is asked for."""

    CLAIM = auto()
    UNCLAIM = auto()
    STATUS = auto()
    UNCLAIM_MANY = auto()


class Asked(NamedTuple):
    """A deed and the DevEUIs that it is about, 8 bytes each."""

    deed: Deed
    dev_euis: tuple[bytes, ...]


class Wrong(NamedTuple):
    """No deed: the HTTP status, and why."""

    status: int
    message: str


_DEEDS = {"PUT": Deed.CLAIM, "POST": Deed.CLAIM, "DELETE": Deed.UNCLAIM, "GET": Deed.STATUS}


def asked(method: str, path: str) -> Asked | Wrong:
    """What the request means. `path` is decoded."""
    if batch := _BATCH.fullmatch(path):
        return _many(method, batch["devices"])
    one = _ONE.fullmatch(path)
    if one is None:
        return Wrong(404, "there is nothing here")
    claims = "PUT" if one["two"] else "POST"
    if method not in (claims, "DELETE", "GET"):
        return Wrong(405, f"expected {claims}, DELETE or GET")
    euis = _euis([one["two"] or one["one"]])
    return Asked(_DEEDS[method], euis) if euis else Wrong(400, "expected a DevEUI of 16 hexadecimal digits")


def _many(method: str, devices: str) -> Asked | Wrong:
    if method != "DELETE":
        return Wrong(405, "expected DELETE")
    names = devices.split(",")
    if len(names) > MOST_DEVICES:
        return Wrong(400, f"expected at most {MOST_DEVICES} DevEUIs")
    euis = _euis(names)
    return Asked(Deed.UNCLAIM_MANY, euis) if euis else Wrong(400, "expected DevEUIs of 16 hexadecimal digits each")


def _euis(names: list[str]) -> tuple[bytes, ...]:
    if not all(map(_EUI.fullmatch, names)):
        return ()
    return tuple(dict.fromkeys(bytes.fromhex(name) for name in names))
