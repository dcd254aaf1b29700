"""Vendors are known by number; nobody owns 0000 and FFFF."""

import pytest

from claimstack.lorawan import VendorID


def test_a_known_number_has_a_name() -> None:
    assert VendorID.from_int(0x0128).vendor == "NKE Watteco"
    assert VendorID.from_int(1).vendor == "1M2M"


def test_an_unknown_number_has_none() -> None:
    assert VendorID.from_hex("42FF").vendor is None


@pytest.mark.parametrize(("vendor_id", "assigned"), [("0000", False), ("FFFF", False), ("0001", True), ("42FF", True)])
def test_those_without_a_number_write_zeros_or_ones(vendor_id: str, assigned: bool) -> None:
    assert VendorID.from_hex(vendor_id).is_assigned() is assigned
