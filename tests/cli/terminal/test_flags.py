"""Field flags, right flags, and the shortest mask for everything."""

import pytest

from claimstack.cli.client.failures import Failure
from claimstack.cli.devices.registries import READ_RPCS, WRITE_RPCS
from claimstack.cli.terminal.flags import RightFlags, Selection, Settings, Update, cover


def test_a_path_that_may_be_read_is_a_switch() -> None:
    selection = Selection(READ_RPCS)
    assert selection.takes_value("claim-authentication-code") is False
    assert selection.takes_value("nothing-like-this") is None
    selection.take("claim-authentication-code", "true")
    selection.take("name", "true")
    selection.take("name", "true")
    selection.take("description", "false")
    assert selection.paths == ["claim_authentication_code", "name"]


def test_a_mask_may_be_given_whole() -> None:
    selection = Selection(("ApplicationRegistry/List",))
    selection.take("field-mask", "name,description")
    assert selection.paths == ["name", "description"]


def test_all_is_the_shortest_list_that_covers_everything() -> None:
    selection = Selection(READ_RPCS)
    selection.take("all", "true")
    assert {"name", "root_keys", "mac_settings", "session", "claim_authentication_code"} <= set(selection.paths)
    assert "root_keys.app_key" not in selection.paths
    assert not any(path.startswith("ids") for path in selection.paths)


def test_a_path_is_covered_only_by_one_that_is_allowed() -> None:
    assert cover(["session.keys", "session.keys.app_s_key", "name", "ids"]) == ["session.keys", "name"]


def test_values_and_their_paths_are_collected() -> None:
    update = Update("EndDevice", WRITE_RPCS)
    update.take("mac-settings.adr.mode.static.nb-trans", "2")
    update.take("claim-authentication-code.value", "ABCD")
    update.take("attributes", "a=1")
    update.take("attributes", "b=2")
    assert update.values == {
        "mac_settings": {"adr": {"static": {"nb_trans": 2}}},
        "claim_authentication_code": {"value": "ABCD"},
        "attributes": {"a": "1", "b": "2"},
    }
    assert update.paths == [
        "mac_settings.adr.mode.static.nb_trans",
        "claim_authentication_code.value",
        "attributes",
    ]


def test_unset_marks_paths_without_a_value() -> None:
    update = Update("EndDevice", WRITE_RPCS)
    update.take("unset", "claim-authentication-code,name")
    assert (update.values, update.paths) == ({}, ["claim_authentication_code", "name"])


def test_on_create_there_is_nothing_to_unset() -> None:
    assert Update("EndDevice", WRITE_RPCS, with_unset=False).takes_value("unset") is None


@pytest.mark.parametrize("flag", ["ids.device-id", "created-at", "session", "mac-state.recent-uplinks", "locations"])
def test_identifiers_messages_and_lists_of_messages_are_no_flags(flag: str) -> None:
    assert Update("EndDevice", WRITE_RPCS).takes_value(flag) is None


def test_a_switch_field_needs_no_value_and_a_text_field_does() -> None:
    update = Update("EndDevice", WRITE_RPCS)
    assert update.takes_value("supports-join") is False
    assert update.takes_value("mac-settings.supports-32-bit-f-cnt") is False
    assert update.takes_value("name") is True


def test_rights_are_switches_of_the_nouns_prefix() -> None:
    flags = RightFlags(("RIGHT_APPLICATION_",))
    assert flags.takes_value("right-gateway-info") is None
    flags.take("right-application-devices-read", "true")
    flags.take("right-application-link", "false")
    assert (flags.rights, flags.is_given) == (["RIGHT_APPLICATION_DEVICES_READ"], True)


def test_every_setting_is_a_global_flag() -> None:
    settings = Settings()
    assert settings.takes_value("insecure") is False
    assert settings.takes_value("log.level") is True
    assert settings.takes_value("name") is None
    settings.take("config", "a.yml,b.yml")
    settings.take("insecure", "true")
    assert (settings.files, settings.values) == (["a.yml", "b.yml"], {"insecure": "true"})


def test_an_unknown_value_of_an_enum_is_refused_at_once() -> None:
    with pytest.raises(Failure, match="MAC_V1_1"):
        Update("EndDevice", WRITE_RPCS).take("lorawan-version", "9")
