"""What clients ask the Network Server before they register a device."""

import pytest
from google.protobuf.empty_pb2 import Empty

from claimstack.end_devices import Ns
from claimstack.errors import Invalid, NotFound
from claimstack.identity import ANONYMOUS
from claimstack.settings import Settings
from claimstack.wire import v3
from tests.support.devices import a_call

CALL = a_call(ANONYMOUS)
OURS = Settings(net_id="000013", dev_addr_prefix="26000000/7")


@pytest.mark.parametrize(
    ("chance", "address"), [(b"\0\0\0\0", "26000000"), (b"\xff\xff\xff\xff", "27FFFFFF"), (b"\xd8\1\2\3", "26010203")]
)
async def test_an_address_lies_in_the_network_s_block(chance: bytes, address: str) -> None:
    answer = await Ns(OURS, lambda _: chance).GenerateDevAddr(Empty(), CALL)
    assert answer.dev_addr.hex().upper() == address


async def test_addresses_are_random() -> None:
    service = Ns(OURS)
    assert len({(await service.GenerateDevAddr(Empty(), CALL)).dev_addr for _ in range(20)}) > 15


async def test_net_id_and_prefixes_are_the_settings() -> None:
    assert (await Ns(OURS).GetNetID(Empty(), CALL)).net_id == b"\0\0\x13"
    prefixes = await Ns(OURS).GetDeviceAddressPrefixes(Empty(), CALL)
    assert list(prefixes.dev_addr_prefixes) == [bytes.fromhex("2600000007")]


async def test_default_settings_are_the_band_s_and_what_the_plan_wants() -> None:
    request = v3.GetDefaultMACSettingsRequest(
        frequency_plan_id="EU_863_870_TTN", lorawan_phy_version=v3.RP001_V1_0_3_REV_A
    )
    answer = await Ns(OURS).GetDefaultMACSettings(request, CALL)
    assert (answer.rx2_frequency.value, answer.rx2_data_rate_index.value) == (869525000, v3.DATA_RATE_0)
    assert answer.desired_rx2_data_rate_index.value == v3.DATA_RATE_3
    assert answer.rx1_delay.value == v3.RX_DELAY_1


async def test_an_unknown_plan_is_not_found() -> None:
    with pytest.raises(NotFound, match="frequency_plan_not_found"):
        await Ns(OURS).GetDefaultMACSettings(v3.GetDefaultMACSettingsRequest(frequency_plan_id="MOON"), CALL)


async def test_a_version_that_does_not_know_the_band_is_refused() -> None:
    request = v3.GetDefaultMACSettingsRequest(frequency_plan_id="RU_864_870_TTN", lorawan_phy_version=v3.TS001_V1_0)
    with pytest.raises(Invalid, match="unsupported_phy_version"):
        await Ns(OURS).GetDefaultMACSettings(request, CALL)
