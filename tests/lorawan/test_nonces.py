"""Counters of joins, which never begin again."""

from claimstack.lorawan import JoinNonce


def test_a_join_nonce_has_a_successor() -> None:
    assert JoinNonce.from_int(0).successor() == JoinNonce.from_int(1)
    assert JoinNonce.from_int(0xFFFFFE).successor() == JoinNonce.from_int(0xFFFFFF)


def test_the_last_join_nonce_has_none() -> None:
    assert JoinNonce.from_int(0xFFFFFF).successor() is None
