"""Versions are read in all their spellings and compared as published."""

import pytest

from claimstack.lorawan import MACVersion


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("1.0", MACVersion.V1_0),
        ("1.0.0", MACVersion.V1_0),
        ("MAC_V1_0", MACVersion.V1_0),
        ("1.0.2", MACVersion.V1_0_2),
        ("1.0.3", MACVersion.V1_0_3),
        ("mac_v1_0_4", MACVersion.V1_0_4),
        ("1.1", MACVersion.V1_1),
        (" 1.1.0 ", MACVersion.V1_1),
    ],
)
def test_every_spelling_is_read(text: str, version: MACVersion) -> None:
    assert MACVersion.parse(text) is version


@pytest.mark.parametrize("version", MACVersion)
def test_every_version_reads_back_from_its_own_spellings(version: MACVersion) -> None:
    assert MACVersion.parse(str(version)) is MACVersion.parse(version.enum_name) is version


@pytest.mark.parametrize("text", ["", "1", "1.2", "1.0.5", "MAC_UNKNOWN", "1.0.3-a"])
def test_an_unknown_version_is_refused_and_the_known_ones_listed(text: str) -> None:
    with pytest.raises(ValueError, match=r"expected one of 1\.0, 1\.0\.1, 1\.0\.2, 1\.0\.3, 1\.0\.4, 1\.1$"):
        MACVersion.parse(text)


def test_versions_are_ordered_as_published() -> None:
    assert sorted(MACVersion) == list(MACVersion)
    assert MACVersion.V1_0_4 < MACVersion.V1_1


def test_only_1_1_has_two_root_keys() -> None:
    assert [version for version in MACVersion if version.has_two_root_keys()] == [MACVersion.V1_1]


def test_dev_nonces_are_counted_from_1_0_4_on() -> None:
    counted = [version for version in MACVersion if version.counts_dev_nonces()]
    assert counted == [MACVersion.V1_0_4, MACVersion.V1_1]
