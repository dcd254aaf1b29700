"""Addresses carry the type and NwkID of their network."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimstack.lorawan import DevAddr, NetID
from claimstack.lorawan.net_id import NWK_ID_BITS


@pytest.mark.parametrize(
    ("net_id", "first", "last"),
    [
        ("000013", "26000000", "27FFFFFF"),
        ("200002", "82000000", "82FFFFFF"),
        ("400003", "C0300000", "C03FFFFF"),
        ("600011", "E0220000", "E023FFFF"),
        ("800001", "F0008000", "F000FFFF"),
        ("A00001", "F8002000", "F8003FFF"),
        ("C00053", "FC014C00", "FC014FFF"),
        ("E00001", "FE000080", "FE0000FF"),
    ],
)
def test_the_block_of_a_network_is_that_of_the_standard(net_id: str, first: str, last: str) -> None:
    network = NetID.from_hex(net_id)
    size = int(DevAddr.from_hex(last)) - int(DevAddr.from_hex(first))
    assert str(DevAddr.in_network(network, 0)) == first
    assert str(DevAddr.in_network(network, size)) == last
    with pytest.raises(ValueError, match="DevAddr: expected an address of at most"):
        DevAddr.in_network(network, size + 1)


@given(st.binary(min_size=3, max_size=3).map(NetID), st.integers(0, 127))
def test_an_address_belongs_to_the_network_it_was_made_in(network: NetID, nwk_addr: int) -> None:
    address = DevAddr.in_network(network, nwk_addr)
    assert (address.net_id_type, address.nwk_id) == (network.type, network.nwk_id)
    assert address.belongs_to(network)
    assert not address.belongs_to(NetID.from_int(int(network) ^ 1))


def test_an_address_of_eight_ones_fits_no_type() -> None:
    assert DevAddr.from_hex("FF000000").net_id_type is None
    assert DevAddr.from_hex("FF000000").nwk_id is None
    assert not DevAddr.from_hex("FF000000").belongs_to(NetID.from_hex("E00000"))


def test_type_nwk_id_and_address_fill_the_32_bits() -> None:
    assert [31 - kind - bits for kind, bits in enumerate(NWK_ID_BITS)] == [25, 24, 20, 17, 15, 13, 10, 7]
