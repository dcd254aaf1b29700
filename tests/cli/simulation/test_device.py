"""A simulated device believes no join-accept but one that was made with its own key."""

import pytest

from claimstack.cli.client.failures import Failure
from claimstack.cli.simulation.device import device_in
from claimstack.lorawan import DevNonce, MACVersion

PART = {
    "ids": {"join_eui": "70B3D57ED0000000", "dev_eui": "0004A310001FF9DA"},
    "root_keys": {"app_key": {"key": f"{5:032X}"}},
}


def test_a_join_accept_with_a_wrong_mic_is_not_taken() -> None:
    device = device_in(PART, MACVersion.parse("1.0.3"))
    with pytest.raises(Failure, match="MIC is wrong"):
        device.takes(b"\x20" + bytes(16), DevNonce.from_int(1))
