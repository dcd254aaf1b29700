"""CRC-16/MODBUS, by its published check value and by two real labels."""

import pytest

from claimstack.qr_codes import checksum


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("123456789", "4B37"),
        ("LW:D0:70B3D5E75F600000:70B3D5E75E00F27A:01280017:P5070071006:S002E484C81", "FC83"),
        ("LW:D0:70B3D57ED0000000:0004A310001FF9DA:00000000", "514A"),
        ("", "FFFF"),
    ],
)
def test_the_checksum_is_crc_16_modbus(text: str, expected: str) -> None:
    assert checksum(text) == expected
