"""Which paths lead to keys."""

import pytest

from claimstack.end_devices.components.key_paths import bear_keys


@pytest.mark.parametrize(
    "path",
    [
        "root_keys",
        "root_keys.app_key",
        "root_keys.nwk_key.key",
        "root_keys.app_key.encrypted_key",
        "session",
        "session.keys",
        "session.keys.app_s_key.key",
        "pending_session.keys.f_nwk_s_int_key",
        "mac_state",
        "pending_mac_state.queued_join_accept",
        "pending_mac_state.queued_join_accept.keys.app_s_key.key",
    ],
)
def test_a_path_to_a_key_bears_keys(path: str) -> None:
    assert bear_keys(["name", path])


@pytest.mark.parametrize(
    "path",
    [
        "root_keys.root_key_id",
        "root_keys.app_key.kek_label",
        "session.dev_addr",
        "session.keys.session_key_id",
        "mac_state.current_parameters",
        "mac_settings",
        "mac_settings.adr.mode.dynamic.margin",
        "claim_authentication_code.value",
        "ids",
        "no_such_field",
    ],
)
def test_any_other_path_does_not(path: str) -> None:
    assert not bear_keys([path])
