"""Counters of joins, which never begin again."""

from claimstack.lorawan import JoinNonce


def test_one_join_nonce_follows_the_other() -> None:
    assert JoinNonce.following(0) == JoinNonce.from_int(1)
    assert JoinNonce.following(0xFFFFFE) == JoinNonce.from_int(0xFFFFFF)


def test_the_last_join_nonce_has_none() -> None:
    assert JoinNonce.following(0xFFFFFF) is None
