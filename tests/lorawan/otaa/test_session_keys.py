"""Which derivation and which root key a join takes."""

import pytest

from claimstack.lorawan import AES128Key, JoinEUI, JoinNonce, MACVersion, RJCount
from claimstack.lorawan.otaa import KeyCipher, SessionKeys, derives_as_1_1, root_key_of_1_0, session_keys_1_1

APP_KEY, NWK_KEY = AES128Key(bytes(16)), AES128Key(bytes(range(16)))


@pytest.mark.parametrize(
    ("version", "opt_neg", "new"),
    [
        (MACVersion.V1_0_3, True, False),
        (MACVersion.V1_0_4, True, False),
        (MACVersion.V1_1, True, True),
        (MACVersion.V1_1, False, False),
    ],
)
def test_only_a_1_1_device_on_a_1_1_network_has_the_keys_of_1_1(version: MACVersion, opt_neg: bool, new: bool) -> None:
    assert derives_as_1_1(version, opt_neg=opt_neg) is new


def test_who_has_both_root_keys_joins_a_1_0_network_with_nwk_key() -> None:
    assert root_key_of_1_0(APP_KEY, NWK_KEY) is NWK_KEY
    assert root_key_of_1_0(APP_KEY, None) is APP_KEY
    assert root_key_of_1_0(None, None) is None


def keys_after_rejoin(count: int) -> SessionKeys:
    nwk_key, app_key = KeyCipher(NWK_KEY), KeyCipher(APP_KEY)
    return session_keys_1_1(nwk_key, app_key, JoinEUI.from_int(1), JoinNonce.from_int(1), RJCount.from_int(count))


def test_the_four_keys_differ_and_change_with_the_rejoin_count() -> None:
    names = ("f_nwk_s_int_key", "s_nwk_s_int_key", "nwk_s_enc_key", "app_s_key")
    found = {bytes(getattr(keys_after_rejoin(count), name)) for count in (1, 2) for name in names}
    assert len(found) == 8


def test_session_keys_do_not_print_themselves() -> None:
    keys = keys_after_rejoin(1)
    assert bytes(keys.app_s_key).hex() not in repr(keys)
